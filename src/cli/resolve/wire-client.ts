/** Asks with the project's own codec: NAPTR, which dns2 does not know, EDNS, and what was truncated again over TCP. */

import { maxNameOctets } from '../../base/limits.ts';
import { putU16 } from '../../base/octets.ts';
import { TcpAsker } from '../../control/compare/ask/tcp-asker.ts';
import { UdpAsker } from '../../control/compare/ask/udp-asker.ts';
import type { ListenAddress } from '../../plane/messages.ts';
import { type DnsAnswer, type DnsQuestion, emptyAnswer } from '../../sip/location/dns-answer.ts';
import { Class, Flag, headerOctets, Type } from '../../wire/codes.ts';
import { optFixedOctets } from '../../wire/edns.ts';
import { parseName, rootName } from '../../wire/name.ts';
import type { DnsClient } from './dns-client.ts';
import { readAnswer } from './read-answer.ts';

/** So long each try of a question waits. */
export const triesMs: readonly number[] = [1000, 2000];

const questionTypes = { NAPTR: Type.naptr, SRV: Type.srv, A: Type.a, AAAA: Type.aaaa } as const;

export class WireClient implements DnsClient {
  private readonly address: ListenAddress;
  private udp: UdpAsker | undefined;
  private tcp: TcpAsker | undefined;

  constructor(address: ListenAddress) {
    this.address = address;
  }

  async ask(question: DnsQuestion, ednsOctets: number | undefined): Promise<DnsAnswer> {
    if (this.udp === undefined) {
      this.udp = new UdpAsker(this.address);
      this.udp.waitsMs = triesMs;
    }
    const query = writeQuery(question, ednsOctets);
    if (query === undefined) return { ...emptyAnswer, failure: 'not a domain name' };
    const response = await this.udp.ask(Buffer.from(query));
    if (response === undefined) return { ...emptyAnswer, failure: this.udp.problem ?? 'no answer' };
    return readAnswer(response, query, false);
  }

  /** Why the server can't be asked over UDP at all. */
  get problem(): string | undefined {
    return this.udp?.problem;
  }

  async askOverTcp(question: DnsQuestion, ednsOctets: number | undefined): Promise<DnsAnswer> {
    this.tcp ??= new TcpAsker(this.address);
    const query = writeQuery(question, ednsOctets);
    if (query === undefined) return { ...emptyAnswer, failure: 'not a domain name' };
    const response = await this.tcp.ask(Buffer.from(query));
    if (response !== undefined) return readAnswer(response, query, true);
    return {
      ...emptyAnswer,
      failure: `${this.tcp.problem ?? 'no answer'} over TCP, after a truncated answer over UDP`,
    };
  }

  close(): void {
    this.udp?.close();
    this.tcp?.close();
  }
}

/** Its id 0, RD set as all clients set it. `undefined` where the name is none, as a target that was answered may be. */
export function writeQuery({ name, type }: DnsQuestion, ednsOctets: number | undefined): Buffer | undefined {
  const qname = parseQname(name);
  if (qname === undefined) return undefined;
  const questionEnd = headerOctets + qname.length + 4;
  const out = Buffer.alloc(questionEnd + (ednsOctets === undefined ? 0 : optFixedOctets));
  putU16(out, 2, Flag.rd);
  putU16(out, 4, 1);
  out.set(qname, headerOctets);
  putU16(out, questionEnd - 4, questionTypes[type]);
  putU16(out, questionEnd - 2, Class.in);
  if (ednsOctets === undefined) return out;
  putU16(out, 10, 1);
  putU16(out, questionEnd + 1, Type.opt);
  putU16(out, questionEnd + 3, ednsOctets);
  return out;
}

function parseQname(name: string): Uint8Array | undefined {
  const source = Buffer.from(name, 'latin1');
  const out = new Uint8Array(maxNameOctets);
  const octets = parseName(source, 0, source.length, rootName, out, 0);
  return octets < 0 ? undefined : out.subarray(0, octets);
}
