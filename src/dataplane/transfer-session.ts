/** One transfer on one connection, from the question to its end, whatever that is. */
import type { Writable } from 'node:stream';
import { type TransferDesk, usualTransferBounds } from './transfer-desk.ts';
import type { TransferQuestion } from './transfer-question.ts';
import { type TransferListener, TransferStream } from './transfer-stream.ts';

export interface SessionListener extends TransferListener {
  /** There is no transfer; this is the response instead, and `ended` follows. */
  refused(response: Uint8Array): void;
}

export class TransferSession {
  private readonly desk: TransferDesk;
  private readonly socket: Writable;
  private readonly listener: SessionListener;
  private readonly startMs = performance.now();
  private stream: TransferStream | undefined;
  private isOver = false;
  private bounds = usualTransferBounds;

  constructor(desk: TransferDesk, socket: Writable, listener: SessionListener) {
    this.desk = desk;
    this.socket = socket;
    this.listener = listener;
  }

  async run(question: TransferQuestion): Promise<void> {
    const opened = await this.desk.open(question, Math.floor(Date.now() / 1000));
    if ('response' in opened) {
      if (this.isOver) return;
      this.listener.refused(opened.response);
      this.end(true);
      return;
    }
    const { progressed } = this.listener;
    this.bounds = opened.bounds;
    this.stream = new TransferStream(opened, this.desk, this.socket, {
      progressed,
      ended: (isWhole) => this.end(isWhole),
    });
    // The connection may have gone meanwhile.
    if (this.isOver) this.stream.abort('aborted: connection reset');
    else this.stream.start();
  }

  /** Stop for that reason. */
  abort(reason: string): void {
    if (this.isOver) return;
    if (this.stream === undefined) this.end(false);
    else this.stream.abort(reason);
  }

  /** Stop it if it takes too long, or has not gone on since `activeMs` for too long. True where it was. */
  endIfLate(nowMs: number, activeMs: number): boolean {
    if (nowMs - activeMs < this.bounds.idleMs && nowMs - this.startMs < this.bounds.totalMs) return false;
    this.abort('aborted: timed out');
    return true;
  }

  private end(isWhole: boolean): void {
    if (this.isOver) return;
    this.isOver = true;
    this.listener.ended(isWhole);
  }
}
