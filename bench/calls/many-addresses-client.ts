/** A population of phones: each question from an address of its own in 127.0.0.0/8 and from a new port. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Draws } from '../../src/base/draws.ts';
import type { DnsClient } from '../../src/cli/resolve/dns-client.ts';
import { readAnswer } from '../../src/cli/resolve/read-answer.ts';
import { writeQuery } from '../../src/cli/resolve/wire-client.ts';
import { type DnsAnswer, type DnsQuestion, emptyAnswer } from '../../src/sip/location/dns-answer.ts';

const waitMs = 2000;
const tries = 3;

export class ManyAddressesClient implements DnsClient {
  private readonly port: number;
  private readonly draws: Draws;

  constructor(port: number, seed: number) {
    this.port = port;
    this.draws = new Draws(Int32Array.of(seed, 0x5eed, 1, 2));
  }

  async ask(question: DnsQuestion, ednsOctets: number | undefined): Promise<DnsAnswer> {
    const query = writeQuery(question, ednsOctets);
    if (query === undefined) return { ...emptyAnswer, failure: 'not a domain name' };
    const from = this.drawAddress();
    for (let attempt = 0; attempt < tries; attempt++) {
      const response = await askFrom(from, query, this.port);
      if (response !== undefined) return readAnswer(response, query, false);
    }
    return { ...emptyAnswer, failure: 'no answer' };
  }

  askOverTcp(): Promise<DnsAnswer> {
    return Promise.resolve({ ...emptyAnswer, failure: 'this client has no TCP' });
  }

  close(): void {}

  private drawAddress(): string {
    const { draws } = this;
    return `127.${1 + draws.below(250)}.${draws.below(256)}.${1 + draws.below(250)}`;
  }
}

async function askFrom(address: string, query: Buffer, port: number): Promise<Buffer | undefined> {
  const socket = createSocket('udp4');
  try {
    socket.bind(0, address);
    await once(socket, 'listening');
    socket.send(query, port, '127.0.0.1');
    const [message] = (await once(socket, 'message', { signal: AbortSignal.timeout(waitMs) })) as [Buffer];
    return message;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}
