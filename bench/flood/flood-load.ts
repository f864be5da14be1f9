/** A flood at a given rate, or as fast as there can be. */
import { octetAt, putU16 } from '../../src/base/octets.ts';
import type { Libc } from '../../src/plane/libc.ts';
import { wireNameFrom } from '../../src/wire/name.ts';
import type { FloodKind, FloodOrder, FloodResult } from './flood-messages.ts';
import { openSpoofingSocket, SpoofedBatch, spoofedBatchSize } from './spoofed-batch.ts';

/** Source ports. */
const socketCount = 16;
/** Who is behind by more than this leaves out what it owes: no bursts beyond the rate. */
const maxBehindMs = 30;
const headerOctets = 12;
const typeA = 1;
const typeSrv = 33;
/** OPT of 1,232 octets with a COOKIE option of 24. */
const optWithCookie = [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 28, 0, 10, 0, 24];
const cookieOctets = 24;
const digits = '0123456789abcdef';

export class FloodLoad {
  private readonly libc: Libc;
  private readonly order: FloodOrder;
  private readonly batch: SpoofedBatch;
  private readonly idle: ReturnType<Libc['allocate']>;
  private state = 0x2545f491;

  constructor(libc: Libc, order: FloodOrder) {
    this.libc = libc;
    this.order = order;
    this.batch = new SpoofedBatch(libc, order.port, buildTemplate(order.kind));
    this.idle = libc.allocate(8);
  }

  /** Blocks until it is over. */
  run(): FloodResult {
    const { seconds, rate } = this.order;
    const fds = Array.from({ length: socketCount }, () => openSpoofingSocket(this.libc));
    const cpu = process.cpuUsage();
    const startMs = performance.now();
    const endMs = startMs + seconds * 1000;
    let sent = 0;
    let owedFromMs = startMs;
    let turn = 0;
    for (let nowMs = startMs; nowMs < endMs; nowMs = performance.now()) {
      if (nowMs - owedFromMs > maxBehindMs) owedFromMs = nowMs - maxBehindMs;
      const owed = Math.min(Math.floor(((nowMs - owedFromMs) * rate) / 1000), spoofedBatchSize);
      if (owed === 0) {
        this.libc.poll(this.idle, 0, 1);
        continue;
      }
      this.fill(owed);
      sent += this.batch.send(fds[turn] as number, owed);
      owedFromMs += (owed * 1000) / rate;
      turn = turn + 1 === socketCount ? 0 : turn + 1;
    }
    for (const fd of fds) this.libc.close(fd);
    const { user, system } = process.cpuUsage(cpu);
    return { sent, seconds: (performance.now() - startMs) / 1000, loadMicros: user + system };
  }

  private fill(count: number): void {
    const { batch } = this;
    const { kind } = this.order;
    for (let i = 0; i < count; i++) {
      const drawn = this.draw();
      const message = batch.messageOffset(i);
      putU16(batch.octets, message, drawn >>> 16);
      batch.setSource(i, kind === 'scattered' ? 0x7f00_0001 | (drawn & 0x7f_ffff) : 0x7f42_0000 | (drawn & 0xffff));
      if (kind !== 'fixed') this.fillName(message + headerOctets + 1);
    }
  }

  /** Eight hexadecimal digits. */
  private fillName(at: number): void {
    const { octets } = this.batch;
    const drawn = this.draw();
    for (let i = 0; i < 8; i++) octets[at + i] = octetAt(digitOctets, (drawn >>> (4 * i)) & 15);
  }

  /** xorshift32. */
  private draw(): number {
    let { state } = this;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.state = state;
    return state;
  }
}

const digitOctets = Uint8Array.from(digits, (digit) => digit.charCodeAt(0));

function buildTemplate(kind: FloodKind): Uint8Array {
  const name = wireNameFrom(kind === 'fixed' ? '_sip._udp.rapidtech.phones.' : '00000000.rapidtech.phones.');
  const hasCookie = kind === 'scattered';
  const header = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, hasCookie ? 1 : 0];
  const question = [...header, ...name, 0, kind === 'fixed' ? typeSrv : typeA, 0, 1];
  return Uint8Array.from(hasCookie ? [...question, ...optWithCookie, ...forgedCookie()] : question);
}

/** It looks as one of RFC 9018 that was made just now. */
function forgedCookie(): number[] {
  const now = Math.floor(Date.now() / 1000);
  const cookie = Array.from({ length: cookieOctets }, (_, i) => (i * 37 + 11) & 255);
  cookie.splice(8, 8, 1, 0, 0, 0, now >>> 24, (now >>> 16) & 255, (now >>> 8) & 255, now & 255);
  return cookie;
}
