/** A worker with its sockets, counters, log ring and control words, as main would start it. */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import type { AnswerSettings } from '../../../src/plane/answer-settings.ts';
import { ControlWords } from '../../../src/plane/control-words.ts';
import { type CounterSums, createCounters, sumCounters } from '../../../src/plane/counters.ts';
import { findLibc } from '../../../src/plane/libc.ts';
import type {
  FromWorker,
  ListenAddress,
  TcpLimits,
  ToWorker,
  WorkerSocket,
  WorkerStart,
} from '../../../src/plane/messages.ts';
import type { QueryLogEntry } from '../../../src/plane/rings/log-record.ts';
import { createLogRing, LogRingReader } from '../../../src/plane/rings/log-ring.ts';
import { type ListenSockets, openListenSockets } from '../../../src/plane/sockets/listen-sockets.ts';

export const settings: AnswerSettings = {
  ednsUdpOctets: 1232,
  minimalResponses: 'no-auth-recursive',
  version: undefined,
  hostname: undefined,
  serverId: undefined,
};

/** Bundled once for all tests of a file: every thread would take the types out of forty modules anew, which is most of its start. */
const entries = {
  udp: bundle(new URL('./echo-udp-worker.ts', import.meta.url)),
  tcp: bundle(new URL('./echo-tcp-worker.ts', import.meta.url)),
};

function bundle(entry: URL): URL {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // A data: URL is no place to look for packages from.
    define: { 'import.meta.url': JSON.stringify(entry.href) },
  });
  return new URL(`data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')}`);
}

export interface StartOptions {
  readonly transport: 'udp' | 'tcp';
  readonly addresses: readonly ListenAddress[];
  readonly backend?: 'batch' | 'dgram';
  readonly tcp?: Partial<TcpLimits>;
  /** Whether the worker opens its sockets by itself. */
  readonly withoutLibc?: boolean;
}

export class WorkerUnderTest {
  readonly sockets: ListenSockets;
  readonly messages: FromWorker[] = [];
  readonly control = new ControlWords();
  private readonly counters = createCounters(1);
  private readonly ring = createLogRing(65_536);
  private readonly options: StartOptions;
  private worker: Worker | undefined;
  private duplicates: readonly WorkerSocket[] = [];

  private constructor(sockets: ListenSockets, options: StartOptions) {
    this.sockets = sockets;
    this.options = options;
  }

  static async start(options: StartOptions): Promise<WorkerUnderTest> {
    const libc = options.withoutLibc === true ? 'none' : (findLibc() ?? 'none');
    const opened = await openListenSockets(options.addresses, { takeover: false, udpWorkers: 1, tcpWorkers: 1 }, libc);
    if (!opened.ok) throw new Error(opened.error.map((error) => error.message).join('\n'));
    const started = new WorkerUnderTest(opened.value, options);
    await started.startWorker();
    return started;
  }

  get port(): number {
    return this.sockets.addresses[0]?.port ?? 0;
  }

  async startWorker(): Promise<void> {
    const { transport, backend = 'batch', tcp } = this.options;
    this.duplicates = this.sockets.duplicateFor(transport, 0);
    const start: WorkerStart = {
      name: `${transport}-0`,
      arena: new SharedArrayBuffer(8),
      readerIndex: 0,
      counters: this.counters,
      counterIndex: 0,
      queryLog: this.ring,
      controlWords: this.control.buffer,
      settings,
      sockets: this.duplicates,
      tcp: { connections: 100, idleMs: 10_000, totalMs: 60_000, ...tcp },
      udpBackend: backend,
    };
    this.worker = new Worker(entries[transport], { workerData: start });
    this.worker.on('message', (message: FromWorker) => this.messages.push(message));
    await once(this.worker, 'message');
  }

  post(message: ToWorker): void {
    this.worker?.postMessage(message);
  }

  /** Tell it by the control word, and wait for the thread's end. */
  async stop(): Promise<void> {
    this.control.setStopping(true);
    await this.ended();
    this.control.setStopping(false);
  }

  async ended(): Promise<void> {
    if (this.worker !== undefined) await once(this.worker, 'exit');
    this.worker = undefined;
    this.sockets.release(this.options.transport, 0, this.duplicates);
  }

  /** As after a crash. */
  async kill(): Promise<void> {
    await this.worker?.terminate();
    this.worker = undefined;
    this.sockets.release(this.options.transport, 0, this.duplicates);
  }

  async close(): Promise<void> {
    // TCP workers look at the word once a second, and hear of a message at once; UDP workers hear of no message.
    if (this.options.transport === 'tcp') this.post({ kind: 'stop' });
    if (this.worker !== undefined) await this.stop();
    this.sockets.close();
  }

  counts(): CounterSums {
    return sumCounters(this.counters);
  }

  logged(): QueryLogEntry[] {
    const entries: QueryLogEntry[] = [];
    new LogRingReader(this.ring).read((entry) => entries.push(entry), 100_000);
    return entries;
  }
}

/** A query for `name` (labels of ASCII, dots between) of type SRV, class IN, RD set. */
export function question(id: number, name: string, padding = 0): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)]));
  const header = Buffer.of(id >>> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0);
  return Buffer.concat([header, ...labels, Buffer.of(0, 0, 33, 0, 1), Buffer.alloc(padding)]);
}
