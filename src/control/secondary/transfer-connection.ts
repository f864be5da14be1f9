/** Main's part of one try of a transfer: a stream, whose octets go to the loader thread as they come. */
import type { Socket } from 'node:net';
import type { TransferCommand, TransferOpen, TransferOutcome, TransferReport } from './transfer-messages.ts';

/** How main reaches the loader thread. */
export interface TransferLoader {
  send(command: TransferCommand, transferred?: readonly ArrayBuffer[]): void;
}

/** BIND's max-transfer-idle-in, max-transfer-time-in. */
export interface TransferTimeouts {
  /** Without an octet. */
  readonly idleMs: number;
  readonly totalMs: number;
}

/** After an answer that may be all that comes; then the whole zone is asked for. */
const oneSoaMs = 10_000;

/** Octets handed over that the loader has not taken yet: above the first the stream is not read, below the second it is again. */
const mostWaitingOctets = 4_194_304;
const fewWaitingOctets = 2_097_152;

export class TransferConnection {
  private readonly loader: TransferLoader;
  private readonly socket: Socket;
  private readonly open: TransferOpen;
  private readonly outcome: PromiseWithResolvers<TransferOutcome> = Promise.withResolvers();
  private readonly timeouts: TransferTimeouts;
  private readonly timer: NodeJS.Timeout;
  private readonly note: (records: number, octets: number) => void;
  private waitingOctets = 0;
  private takenOctets = 0;
  private isEnded = false;

  /** Takes over a stream that has been opened, and destroys it at the end. `note` is told how far it is, often. */
  constructor(
    loader: TransferLoader,
    socket: Socket,
    open: TransferOpen,
    timeouts: TransferTimeouts,
    note: (records: number, octets: number) => void,
  ) {
    this.note = note;
    this.loader = loader;
    this.socket = socket;
    this.open = open;
    this.timeouts = timeouts;
    this.timer = setTimeout(() => this.end('timed out'), timeouts.totalMs);
    loader.send(open);
    socket.setTimeout(timeouts.idleMs, () => this.end('timed out'));
    socket.on('data', (chunk) => this.handOver(chunk as Buffer));
    socket.on('end', () => this.end('end of file'));
    socket.on('close', () => this.end('connection reset'));
  }

  /** Resolves when the zone is published, or when nothing comes of it. */
  async run(): Promise<TransferOutcome> {
    try {
      return await this.outcome.promise;
    } finally {
      clearTimeout(this.timer);
      this.socket.destroy();
    }
  }

  receive(report: TransferReport): void {
    switch (report.kind) {
      case 'transfer-request':
        this.socket.write(report.octets);
        return;
      case 'transfer-taken':
        this.waitingOctets -= report.octets;
        this.takenOctets += report.octets;
        this.note(report.records, this.takenOctets);
        this.socket.setTimeout(report.isOneSoa ? Math.min(oneSoaMs, this.timeouts.idleMs) : this.timeouts.idleMs);
        if (this.waitingOctets < fewWaitingOctets) this.socket.resume();
        return;
      case 'transfer-outcome':
        this.outcome.resolve(report.outcome);
        return;
    }
  }

  /** Nothing more will come. Whether all has come already is the loader's to know. */
  private end(reason: string): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.loader.send({ kind: 'transfer-end', transfer: this.open.transfer, reason });
  }

  /** Without an outcome of the loader: at the server's stop. */
  abandon(): void {
    this.outcome.resolve({ result: 'failed', reason: 'stopped', next: 'other', messages: 0, records: 0, octets: 0 });
  }

  private handOver(chunk: Buffer): void {
    const { transfer } = this.open;
    if (this.isEnded) return;
    // Node reads into a buffer of its own each time, which can go as it is; a part of a larger one would take all of it along.
    const isWhole = chunk.byteLength === chunk.buffer.byteLength;
    const octets = isWhole ? new Uint8Array(chunk.buffer) : Uint8Array.from(chunk);
    this.waitingOctets += octets.length;
    if (this.waitingOctets > mostWaitingOctets) this.socket.pause();
    this.loader.send({ kind: 'transfer-chunk', transfer, octets }, [octets.buffer as ArrayBuffer]);
  }
}
