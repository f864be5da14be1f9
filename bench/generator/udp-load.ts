/** One run of UDP load: closed loop (a fixed number in flight) or open loop (a fixed rate). */
import { putU16, u16At } from '../../src/base/octets.ts';
import type { Libc, NativeMemory } from '../../src/plane/libc.ts';
import { LatencyHistogram } from '../measure/latency-histogram.ts';
import { isRight } from './check-response.ts';
import { batchSize, ClientBatch } from './client-batch.ts';
import { ClientSockets } from './client-sockets.ts';
import type { LoadOrder, LoadResult } from './load-messages.ts';
import { Outstanding } from './outstanding.ts';
import { findMessages, questionHeaderOctets } from './question-file.ts';

/** Source ports. */
const socketCount = 16;
/** A question is lost when it had no response for so long. */
const lostMs = 1000;
const sweepMs = 100;
/** At the end, when no response came for so long. */
const drainMs = 400;

/** Questions, which go on where the run before ended. */
export class Questions {
  readonly memory: NativeMemory;
  private readonly messages: Uint32Array;
  private next = 0;

  constructor(memory: NativeMemory) {
    this.memory = memory;
    this.messages = findMessages(memory.octets);
  }

  /** Offset of the next message. */
  take(): number {
    const message = this.messages[this.next] as number;
    this.next = this.next + 1 === this.messages.length ? 0 : this.next + 1;
    return message;
  }
}

export class UdpLoad {
  private readonly order: LoadOrder;
  private readonly questions: Questions;
  private readonly batch: ClientBatch;
  private readonly sockets: ClientSockets;
  private readonly outstanding = Array.from({ length: socketCount }, () => new Outstanding());
  private readonly latencies = new LatencyHistogram();
  private answered = 0;
  private lost = 0;
  private wrong = 0;
  private late = 0;
  private sweptMs = 0;
  private example: string | undefined;

  constructor(libc: Libc, questions: Questions, order: LoadOrder) {
    this.order = order;
    this.questions = questions;
    this.batch = new ClientBatch(libc, questions.memory);
    this.sockets = new ClientSockets(libc, order.port, socketCount);
  }

  /** Returns when all is answered or lost. */
  run(): LoadResult {
    const cpu = process.cpuUsage();
    const startMs = performance.now();
    const endMs = startMs + this.order.seconds * 1000;
    this.sweptMs = startMs;
    if (this.order.rate === undefined) this.runClosed(endMs, this.order.inFlight ?? 256);
    else this.runOpen(startMs, endMs, this.order.rate);
    const stopMs = this.drain();
    this.sockets.close();
    const { user, system } = process.cpuUsage(cpu);
    return {
      answered: this.answered,
      lost: this.lost,
      wrong: this.wrong,
      late: this.late,
      seconds: (stopMs - startMs) / 1000,
      p50Ms: this.latencies.percentileMs(0.5),
      p99Ms: this.latencies.percentileMs(0.99),
      loadMicros: user + system,
      ...(this.example === undefined ? {} : { example: this.example }),
    };
  }

  private runClosed(endMs: number, inFlight: number): void {
    const perSocket = Math.max(1, Math.floor(inFlight / socketCount));
    let nowMs = performance.now();
    while (nowMs < endMs) {
      for (let i = 0; i < socketCount; i++) this.fill(i, perSocket, nowMs);
      if (this.sockets.poll(sweepMs) > 0) this.receiveAll();
      nowMs = performance.now();
      this.sweep(nowMs);
    }
  }

  /** Send until so many are in flight on the socket. */
  private fill(i: number, perSocket: number, nowMs: number): void {
    const missing = Math.min(perSocket - (this.outstanding[i] as Outstanding).count, batchSize);
    if (missing <= 0) return;
    for (let n = 0; n < missing; n++) this.put(i, nowMs);
    this.batch.send(this.sockets.fds[i] as number);
  }

  /** Latency counts from when a question was due, so that a stall counts for all that it delays. */
  private runOpen(startMs: number, endMs: number, rate: number): void {
    let due = 0;
    let i = 0;
    for (let nowMs = performance.now(); nowMs < endMs; nowMs = performance.now()) {
      const wanted = Math.floor(((nowMs - startMs) * rate) / 1000);
      while (due < wanted) {
        const count = Math.min(wanted - due, batchSize);
        for (let n = 0; n < count; n++) this.put(i, startMs + (due++ * 1000) / rate);
        this.batch.send(this.sockets.fds[i] as number);
        i = (i + 1) % socketCount;
      }
      if (this.sockets.poll(0) > 0) this.receiveAll();
      this.sweep(nowMs);
    }
  }

  private put(i: number, nowMs: number): void {
    const message = this.questions.take();
    const id = (this.outstanding[i] as Outstanding).add(message, nowMs);
    if (id < 0) {
      // All slots wait for responses: the server is behind by thousands of questions on this socket alone.
      this.lost++;
      return;
    }
    const { octets } = this.questions.memory;
    putU16(octets, message, id);
    this.batch.put(message, u16At(octets, message - questionHeaderOctets));
  }

  private receiveAll(): void {
    for (let i = 0; i < socketCount; i++) {
      if (!this.sockets.isReadable(i)) continue;
      const count = this.batch.receive(this.sockets.fds[i] as number);
      const nowMs = performance.now();
      for (let n = 0; n < count; n++) this.take(this.outstanding[i] as Outstanding, n, nowMs);
    }
  }

  private take(outstanding: Outstanding, n: number, nowMs: number): void {
    const at = this.batch.responseOffset(n);
    const octets = this.batch.responseOctets(n);
    const { octets: responses } = this.batch;
    const id = octets < 12 ? -1 : u16At(responses, at);
    const message = id < 0 ? -1 : outstanding.find(id);
    if (message < 0) {
      this.late++;
      return;
    }
    this.latencies.add(nowMs - outstanding.sentAtMs(id));
    outstanding.remove(id);
    this.answered++;
    if (isRight(this.questions.memory.octets, message, responses, at, octets, this.order.isEcho === true)) return;
    this.wrong++;
    this.example ??= Buffer.from(responses.subarray(at, at + octets)).toString('hex');
  }

  /** Now and then give up what has waited too long. */
  private sweep(nowMs: number): void {
    if (nowMs < this.sweptMs + sweepMs) return;
    this.sweptMs = nowMs;
    for (const outstanding of this.outstanding) this.lost += outstanding.removeOlder(nowMs - lostMs);
  }

  /** Wait for what is still out, not longer than responses keep coming. Returns when the last one came. */
  private drain(): number {
    let lastMs = performance.now();
    while (this.outstanding.some(({ count }) => count > 0) && performance.now() < lastMs + drainMs) {
      if (this.sockets.poll(sweepMs) === 0) continue;
      this.receiveAll();
      lastMs = performance.now();
    }
    for (const outstanding of this.outstanding) this.lost += outstanding.removeOlder(Number.POSITIVE_INFINITY);
    return lastMs;
  }
}
