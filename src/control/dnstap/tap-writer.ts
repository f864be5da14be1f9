import { setTimeout as sleep } from 'node:timers/promises';
import { waitForMany, waitForRecords } from '../../plane/rings/record-ring.ts';
import type { StoredTap } from '../../plane/rings/tap-record.ts';
import { TapRingReader } from '../../plane/rings/tap-ring.ts';
import type { FileOwner } from '../log/file-channel.ts';
import type { DnstapConfig, DnstapOutput } from './dnstap-config.ts';
import { FrameEncoder } from './frame-encoder.ts';
import { TapFile } from './tap-file.ts';
import type { DnstapThreadStart, FromDnstapThread, ToDnstapThread } from './tap-messages.ts';
import type { TapSink } from './tap-sink.ts';
import { TapSocket } from './tap-socket.ts';

/** Idle, this often for news; and this often what failed is tried again. */
const idleMs = 1000;
/** Messages gather for so long, less only where a ring is half full. It is also how long one takes to its file. */
const gatherMs = 50;
/** Frames are given to the sink in portions of this. */
const portionOctets = 65_536;
/** At the end what is left in the rings is written only while the sink takes it: no collector holds up the end for longer. */
const lastDrainMs = 500;
const droppedToldMs = 10_000;

/** The work of the dnstap thread: from rings to frames in a file or at a collector. */
export class TapWriter {
  private readonly start: DnstapThreadStart;
  private readonly post: (message: FromDnstapThread) => void;
  private readonly readers: readonly TapRingReader[];
  private readonly take = (record: StoredTap) => this.takeRecord(record);
  private config: DnstapConfig;
  private encoder: FrameEncoder;
  private sink: TapSink;
  private orders: ToDnstapThread[] = [];
  private isStopping = false;
  private dropped = 0;
  private droppedToldAtMs = Number.NEGATIVE_INFINITY;

  constructor(start: DnstapThreadStart, post: (message: FromDnstapThread) => void) {
    this.start = start;
    this.post = post;
    this.config = start.config;
    this.encoder = new FrameEncoder(start.config);
    this.sink = makeSink(start.config.output, start.owner);
    this.readers = start.rings.map((ring) => new TapRingReader(ring));
  }

  /** Until `stop`: drain the rings, do what main orders, tell of troubles. */
  async run(): Promise<void> {
    this.done(this.sink.open());
    while (!this.isStopping) {
      this.sink.retry();
      this.drain();
      this.tellNews(Date.now());
      await this.wait();
      await this.obeyAll();
    }
    await this.drainLast();
    await this.sink.close();
    this.tellNews(Number.POSITIVE_INFINITY);
    this.post({ kind: 'stopped' });
  }

  /** What main says; done between two rounds. */
  receive(order: ToDnstapThread): void {
    this.orders.push(order);
    for (const { ring } of this.readers) ring.wake();
    this.interrupt();
  }

  private interrupt: () => void = () => undefined;

  private async wait(): Promise<void> {
    if (this.orders.length > 0) return;
    const interrupted = new Promise<void>((resolve) => {
      this.interrupt = resolve;
    });
    if (this.sink.isReady) {
      const rings = this.readers.map(({ ring }) => ring);
      await Promise.race([waitForRecords(rings, idleMs), interrupted]);
      if (this.orders.length === 0) await Promise.race([waitForMany(rings, gatherMs), interrupted]);
    } else {
      const pause = Promise.withResolvers<void>();
      const timer = setTimeout(pause.resolve, idleMs);
      await Promise.race([this.sink.whenChanged(), pause.promise, interrupted]);
      clearTimeout(timer);
    }
  }

  private async obeyAll(): Promise<void> {
    for (const order of this.orders.splice(0)) {
      switch (order.kind) {
        case 'configure':
          this.done(await this.configure(order.config));
          break;
        case 'reopen':
          this.drain();
          this.done(this.sink.reopen(order.versions));
          break;
        case 'stop':
          this.isStopping = true;
          break;
      }
    }
  }

  private done(problem: string | undefined): void {
    this.post({ kind: 'done', problem });
  }

  private async configure(config: DnstapConfig): Promise<string | undefined> {
    // Those that were told with the identity before.
    this.drain();
    const isSame = isSameOutput(config.output, this.config.output);
    this.config = config;
    this.encoder = new FrameEncoder(config);
    if (isSame) return undefined;
    await this.sink.close();
    this.sink = makeSink(config.output, this.start.owner);
    return this.sink.open();
  }

  private drain(): number {
    let count = 0;
    for (const reader of this.readers) {
      if (this.sink.isReady) count += reader.read(this.take);
      this.flush();
      this.dropped += reader.ring.takeDropped();
    }
    return count;
  }

  /** False where the sink takes no more. */
  private takeRecord(record: StoredTap): boolean {
    this.encoder.put(record);
    if (this.encoder.octets < portionOctets) return true;
    this.flush();
    return this.sink.isReady;
  }

  private flush(): void {
    const { encoder } = this;
    if (encoder.count === 0) return;
    this.sink.write(encoder.frames, encoder.count);
    encoder.clear();
  }

  private async drainLast(): Promise<void> {
    const deadlineMs = performance.now() + lastDrainMs;
    while (!this.readers.every(({ ring }) => ring.isEmpty()) && performance.now() < deadlineMs) {
      if (this.drain() === 0) await sleep(10);
    }
    // What the sink has not taken.
    for (const reader of this.readers) this.dropped += reader.read(() => true);
  }

  private tellNews(nowMs: number): void {
    for (const trouble of this.sink.takeTroubles(nowMs)) this.post({ kind: 'trouble', trouble });
    // Told at once, then at most every ten seconds.
    if (this.dropped === 0 || nowMs - this.droppedToldAtMs < droppedToldMs) return;
    this.post({ kind: 'dropped', messages: this.dropped });
    this.dropped = 0;
    this.droppedToldAtMs = nowMs;
  }
}

function makeSink(output: DnstapOutput, owner: FileOwner | undefined): TapSink {
  return output.kind === 'unix' ? new TapSocket(output) : new TapFile(output, owner);
}

function isSameOutput(a: DnstapOutput, b: DnstapOutput): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
