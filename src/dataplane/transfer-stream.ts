/**
 * Sends one transfer over a connection: messages are made as the client reads them, some at a time, and the event loop's other
 * connections have their turn in between. Memory is bounded by its few buffers.
 */
import type { Writable } from 'node:stream';
import { maxMessageOctets } from '../base/limits.ts';
import { putU16 } from '../base/octets.ts';
import { Counter } from '../plane/counters.ts';
import { LogKind } from '../plane/rings/log-record.ts';
import { looseOctets } from '../transfer/out/copy-run.ts';
import { notYet, tooLarge, usualMessageOctets } from '../transfer/out/transfer-writer.ts';
import { TsigStreamSigner } from '../tsig/tsig-stream-signer.ts';
import type { OpenTransfer, TransferDesk } from './transfer-desk.ts';

const frameHeadOctets = 2;
/**
 * One turn's work, and one write: eight usual messages, a third of a millisecond. Fewer, larger writes spend less time in the
 * kernel; still larger ones gained nothing that could be measured.
 */
const chunkOctets = 8 * (frameHeadOctets + usualMessageOctets);
/** While one is being sent the next is made. */
const mostChunks = 2;

export interface TransferListener {
  /** The client has taken something. */
  progressed(): void;
  /** All has been sent, or it can't go on, which the client must learn by the connection's end. */
  ended(isWhole: boolean): void;
}

export class TransferStream {
  private readonly transfer: OpenTransfer;
  private readonly desk: TransferDesk;
  private readonly socket: Writable;
  private readonly listener: TransferListener;
  private readonly signer: TsigStreamSigner | undefined;
  private readonly startMs = performance.now();
  private readonly chunks: Buffer[] = [];
  private chunkCount = 0;
  /** Chunks given to the socket and not sent. */
  private unsent = 0;
  private isTurnPlanned = false;
  private isWritten = false;
  private isOver = false;
  private messages = 0;
  private octets = 0;

  constructor(transfer: OpenTransfer, desk: TransferDesk, socket: Writable, listener: TransferListener) {
    this.transfer = transfer;
    this.desk = desk;
    this.socket = socket;
    this.listener = listener;
    const { verdict } = transfer.question;
    this.signer = verdict === undefined ? undefined : new TsigStreamSigner(verdict);
  }

  start(): void {
    this.planTurn();
  }

  /** Stop for that reason: the connection is gone, or too slow. */
  abort(reason: string): void {
    if (this.isOver) return;
    this.desk.log.tell(this.transfer.question, LogKind.transferError, reason);
    this.finish(false);
  }

  /** The next turn, when the others have had theirs. */
  private planTurn(): void {
    if (this.isTurnPlanned || this.isWritten || this.isOver) return;
    this.isTurnPlanned = true;
    setImmediate(() => {
      this.isTurnPlanned = false;
      this.takeTurn();
    });
  }

  private takeTurn(): void {
    if (this.isOver) return;
    const chunk = this.takeChunk();
    if (chunk === undefined) return;
    try {
      this.write(chunk, this.fill(chunk));
    } catch (error) {
      this.abort(`sending zone data: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** A buffer that is free; `undefined` where all are on their way: then the one that arrives plans the next turn. */
  private takeChunk(): Buffer | undefined {
    const chunk = this.chunks.pop();
    if (chunk !== undefined || this.chunkCount === mostChunks) return chunk;
    this.chunkCount++;
    return Buffer.allocUnsafeSlow(chunkOctets + looseOctets);
  }

  /** Make messages, each behind its length, as many as have room. Returns their octets. */
  private fill(chunk: Buffer): number {
    const reserve = this.signer?.reserveOctets ?? 0;
    let used = 0;
    while (used === 0 || chunkOctets - used >= frameHeadOctets + usualMessageOctets) {
      const at = used + frameHeadOctets;
      const room = Math.min(maxMessageOctets, chunkOctets - at) - reserve;
      const octets = this.transfer.writer.next(chunk, at, room);
      // One that is too large beside others gets a chunk of its own.
      if (octets === notYet || (octets === tooLarge && used > 0)) break;
      if (octets === tooLarge) throw new Error('RR too large for zone transfer');
      if (octets === 0) {
        this.isWritten = true;
        break;
      }
      const signed = this.sign(chunk, at, octets);
      putU16(chunk, used, signed);
      used = at + signed;
      this.messages++;
      this.octets += signed;
    }
    return used;
  }

  private sign(chunk: Buffer, at: number, octets: number): number {
    return this.signer?.sign(chunk, at, octets, Math.floor(Date.now() / 1000)) ?? octets;
  }

  private write(chunk: Buffer, octets: number): void {
    if (octets === 0) {
      this.chunks.push(chunk);
      this.goOn();
      return;
    }
    this.unsent++;
    this.socket.write(chunk.subarray(0, octets), (error) => {
      this.unsent--;
      this.chunks.push(chunk);
      if (this.isOver) return;
      // `null` too says that there was none.
      if (error) {
        this.abort(`send: ${sendProblem(error)}`);
        return;
      }
      this.listener.progressed();
      this.goOn();
    });
    this.planTurn();
  }

  private goOn(): void {
    if (!this.isWritten) this.planTurn();
    else if (this.unsent === 0) this.finish(true);
  }

  private finish(isWhole: boolean): void {
    this.isOver = true;
    this.transfer.release();
    if (isWhole) this.tellEnd();
    this.listener.ended(isWhole);
  }

  private tellEnd(): void {
    const { question, style, serial, writer } = this.transfer;
    const { log, counters } = this.desk;
    counters.add(Counter.XfrReqDone);
    if (style === undefined) return;
    const ms = Math.max(1, Math.round(performance.now() - this.startMs));
    const { messages, octets } = this;
    const rate = Math.floor((octets * 1000) / ms);
    log.tell(
      question,
      LogKind.transferInfo,
      `${style} ended: ${messages} messages, ${writer.records} records, ${octets} bytes, ` +
        `${(ms / 1000).toFixed(3)} secs (${rate} bytes/sec) (serial ${serial})`,
    );
  }
}

/** BIND's words. */
function sendProblem({ code = '', message }: NodeJS.ErrnoException): string {
  if (resetCodes.has(code)) return 'connection reset';
  return code === 'ETIMEDOUT' ? 'timed out' : message;
}

/** A reset comes to what is being sent, to what has not been sent yet, or before the next write, as the case may be. */
const resetCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECANCELED', 'ERR_STREAM_DESTROYED']);
