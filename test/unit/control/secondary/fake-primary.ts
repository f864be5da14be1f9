/** A primary that answers as a test wants: over UDP its serial, over TCP transfers, or faults. */
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { messages, streamOf } from '../../transfer/in/fixtures.ts';

/** What it does with the stream of a transfer. */
export type Behaviour =
  /** Answers with this fixture, after the pause where there is one, and keeps the connection. */
  | { readonly kind: 'answer'; readonly fixture: string; readonly pauseMs?: number }
  /** So many octets of the fixture, then the end, or a reset. */
  | { readonly kind: 'end' | 'reset'; readonly fixture: string; readonly octets: number }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'silence' };

export class FakePrimary {
  /** What is answered to a question for the SOA; `undefined`: silence. With `truncated` over UDP TC instead. */
  serial: number | undefined = 7;
  rcode = 0;
  truncated = false;
  /** Sent as the EXPIRE option. */
  expireSeconds: number | undefined;
  /** By turns; the last one stays. */
  behaviours: Behaviour[] = [{ kind: 'answer', fixture: 'axfr' }];
  /** What was asked: `udp SOA`, `tcp IXFR`. */
  readonly asked: string[] = [];
  /** Who asked. */
  readonly clients: string[] = [];
  /** Connections now, and the most at once. */
  open = 0;
  mostOpen = 0;
  port = 0;
  private readonly udp: DatagramSocket = createSocket('udp4');
  private readonly tcp: Server = createServer((socket) => this.accept(socket));
  private readonly sockets = new Set<Socket>();

  async start(): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => this.tcp.listen(0, '127.0.0.1', resolve));
      this.port = (this.tcp.address() as AddressInfo).port;
      const isBound = await new Promise<boolean>((resolve) => {
        this.udp.once('error', () => resolve(false));
        this.udp.bind(this.port, '127.0.0.1', () => resolve(true));
      });
      if (isBound) break;
      await new Promise((resolve) => this.tcp.close(resolve));
    }
    this.udp.on('message', (query, peer) => {
      this.asked.push(`udp ${typeOf(query)}`);
      this.clients.push(peer.address);
      const answer = this.answerSoa(query, this.truncated);
      if (answer !== undefined) this.udp.send(answer, peer.port, peer.address);
    });
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.udp.close();
    await new Promise((resolve) => this.tcp.close(resolve));
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    this.open++;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    socket.on('close', () => {
      this.open--;
      this.sockets.delete(socket);
    });
    socket.on('error', () => {});
    socket.on('data', (chunk) => this.answer(socket, (chunk as Buffer).subarray(2)));
  }

  private answer(socket: Socket, query: Buffer): void {
    const type = typeOf(query);
    this.asked.push(`tcp ${type}`);
    this.clients.push(socket.remoteAddress ?? '');
    if (type === 'SOA') {
      const answer = this.answerSoa(query, false);
      if (answer !== undefined) socket.write(streamOf([answer]));
      return;
    }
    const behaviour = (this.behaviours.length > 1 ? this.behaviours.shift() : this.behaviours[0]) as Behaviour;
    if (behaviour.kind === 'silence') return;
    if (behaviour.kind === 'garbage') {
      socket.write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(3000)));
      return;
    }
    const stream = streamOf(messages(behaviour.fixture).map((message) => withId(message, query)));
    if (behaviour.kind === 'answer') {
      setTimeout(() => socket.write(stream), behaviour.pauseMs ?? 0);
      return;
    }
    socket.write(stream.subarray(0, behaviour.octets), () => {
      if (behaviour.kind === 'end') socket.end();
      // What has been sent arrives; a reset behind it.
      else setTimeout(() => socket.resetAndDestroy(), 20);
    });
  }

  private answerSoa(query: Buffer, truncated: boolean): Buffer | undefined {
    if (this.serial === undefined) return undefined;
    const behind = questionEnd(query);
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE((truncated ? 0x8600 : 0x8400) | this.rcode, 2);
    const withOption = this.expireSeconds !== undefined && query.readUInt16BE(10) > 0;
    header.writeUInt16BE(truncated || this.rcode !== 0 ? 0 : 1, 6);
    header.writeUInt16BE(withOption ? 1 : 0, 10);
    const parts = [header, query.subarray(12, behind)];
    if (!truncated && this.rcode === 0) parts.push(soaRecord(this.serial));
    if (withOption) parts.push(expireOption(this.expireSeconds as number));
    return Buffer.concat(parts);
  }
}

function typeOf(query: Buffer): string {
  const type = query.readUInt16BE(questionEnd(query) - 4);
  return { 6: 'SOA', 251: 'IXFR', 252: 'AXFR' }[type] ?? String(type);
}

function questionEnd(query: Buffer): number {
  let at = 12;
  while (query[at] !== 0) at += 1 + (query[at] as number);
  return at + 5;
}

function withId(message: Uint8Array, query: Buffer): Uint8Array {
  return Uint8Array.of(...query.subarray(0, 2), ...message.subarray(2));
}

function soaRecord(serial: number): Buffer {
  const numbers = Buffer.alloc(20);
  numbers.writeUInt32BE(serial, 0);
  numbers.writeUInt32BE(7200, 4);
  numbers.writeUInt32BE(900, 8);
  numbers.writeUInt32BE(604_800, 12);
  return Buffer.concat([Buffer.from('c00c0006000100000e100016' + '0000', 'hex'), numbers]);
}

function expireOption(seconds: number): Buffer {
  const option = Buffer.from('0000290200000000000008000900040000000000', 'hex').subarray(0, 19);
  option.writeUInt32BE(seconds, 15);
  return option;
}
