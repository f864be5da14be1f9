/**
 * One client's TCP connection (RFC 7766): questions in, answered in their order, responses out.
 *
 * Memory per connection is bounded: one chunk as Node reads them (64 KiB), at most one question in part (64 KiB), and responses up
 * to `maxUnsentOctets` and one batch. A client that does not read is not read from either.
 */
import type { Socket } from 'node:net';
import { Transport } from '../answer/outcome.ts';
import { assert } from '../base/assert.ts';
import { maxMessageOctets } from '../base/limits.ts';
import { putU16 } from '../base/octets.ts';
import { Channel } from '../plane/access/client.ts';
import { TapProtocol } from '../plane/rings/tap-record.ts';
import { parseAddress } from '../plane/sockets/socket-address.ts';
import { TcpFrames } from '../wire/tcp-frames.ts';
import { channelOf } from './channel-of.ts';
import { clientOf } from './connection-counts.ts';
import { padResponse } from './pad-response.ts';
import { takeTransferQuestion } from './transfer-question.ts';
import { TransferSession } from './transfer-session.ts';
import type { WorkerContext } from './worker-context.ts';

/** While more than this waits for the client, its questions wait too. */
const maxUnsentOctets = 131_072;
/** Responses are gathered up to this before they are given to the socket: one write, one segment, for many questions. */
const batchOctets = 65_536;
const frameHeadOctets = 2;
/** Then it is another connection's turn: one chunk of 64 KiB can hold two thousand questions. */
const questionsPerTurn = 128;
/** Messages that others answer at a time, a part of what these take from all: the client's next ones wait. */
const maxDeferred = 100;
/** After our FIN the client's last octets are read and dropped for so long: closing at once could reset what it has not read. */
const lingerMs = 1000;

/** Where responses are composed; one for all connections of a worker, since each is emptied before another one's turn. */
export class ResponseBuffer {
  readonly octets = new Uint8Array(batchOctets + frameHeadOctets + maxMessageOctets);
  used = 0;

  /** A copy to keep, and an empty buffer. */
  take(): Buffer {
    const taken = Buffer.from(this.octets.subarray(0, this.used));
    this.used = 0;
    return taken;
  }
}

/** What the server of the connection is told. */
export interface ConnectionEvents {
  /** A question came or responses went out: it is not idle. */
  active(connection: TcpConnection): void;
  closed(connection: TcpConnection): void;
}

export class TcpConnection {
  readonly openedMs: number;
  /** When the last response was made, or the last octet of those waiting left. What gets no response doesn't count. */
  activeMs: number;
  /** Under which replies find it. */
  readonly number: number;
  /** What its client's connections have in common (connection-counts.ts). */
  readonly clientName: string;
  private readonly context: WorkerContext;
  private readonly socket: Socket;
  private readonly events: ConnectionEvents;
  private readonly buffer: ResponseBuffer;
  private readonly frames = new TcpFrames();
  private readonly client: Uint8Array;
  private readonly clientPort: number;
  private readonly local: Uint8Array;
  private readonly localPort: number;
  private readonly family: 4 | 6;
  private readonly channel: Channel;
  /** Not all of the last chunk has been answered: the client does not read, or it is the others' turn. */
  private blocked = false;
  /** See `end`. */
  private ended = false;
  /** Messages that others are answering. */
  private deferredCount = 0;
  /** When we sent ours; 0 before. */
  private finishedMs = 0;
  private transfer: TransferSession | undefined;

  constructor(
    number: number,
    context: WorkerContext,
    socket: Socket,
    family: 4 | 6,
    nowMs: number,
    buffer: ResponseBuffer,
    events: ConnectionEvents,
  ) {
    this.number = number;
    this.context = context;
    this.socket = socket;
    this.events = events;
    this.buffer = buffer;
    this.family = family;
    this.channel = channelOf(socket);
    this.openedMs = nowMs;
    this.activeMs = nowMs;
    this.clientName = clientOf(socket.remoteAddress);
    // Undefined where the client is gone already.
    const none = new Uint8Array(16);
    this.client = parseAddress(socket.remoteAddress ?? '') ?? none;
    this.clientPort = socket.remotePort ?? 0;
    this.local = parseAddress(socket.localAddress ?? '') ?? none;
    this.localPort = socket.localPort ?? 0;
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('drain', () => this.goOn());
    socket.on('end', () => this.end());
    socket.on('close', () => this.close());
    // RST and the like: the connection is gone, and `close` follows.
    socket.on('error', () => undefined);
  }

  /** Nothing of it is in work: no question in part, none unanswered, no response unsent. */
  get isIdle(): boolean {
    return (
      !this.blocked && this.deferredCount === 0 && !this.frames.isInsideMessage && this.socket.writableLength === 0
    );
  }

  /**
   * No more questions are to come: by the client's FIN, which it may send right behind its questions and still gets its answers
   * (the server allows half-open sockets), or because the server stops. What has been received is answered, then follows our FIN.
   */
  end(): void {
    this.ended = true;
    if (!this.blocked && this.deferredCount === 0) this.finish(performance.now());
  }

  /** Send what another has answered; nothing where that is silence. */
  sendReply(octets: Uint8Array): void {
    this.deferredCount--;
    if (octets.length > 0) this.writeFrame(octets);
    // Who was kept waiting by this goes on; not at once, because replies are also read while another connection's turn begins.
    if (this.blocked && this.deferredCount === maxDeferred - 1) setImmediate(() => this.goOn());
    if (this.ended) this.end();
  }

  private writeFrame(octets: Uint8Array): void {
    const frame = Buffer.allocUnsafe(frameHeadOctets + octets.length);
    putU16(frame, 0, octets.length);
    frame.set(octets, frameHeadOctets);
    this.socket.write(frame);
    this.touch();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** A zone is being sent: questions behind it wait, and other limits hold. */
  get isTransferring(): boolean {
    return this.transfer !== undefined;
  }

  /** Questions wait for the end of a transfer, or for responses that others make. */
  private get waitsForOthers(): boolean {
    return this.isTransferring || this.deferredCount >= maxDeferred;
  }

  /** End it where nothing has been asked for so long, and nothing is in work. */
  endIfSilent(nowMs: number, silentMs: number): void {
    if (this.isIdle && !this.isTransferring && nowMs - this.activeMs >= silentMs) this.end();
  }

  /** Close what has been idle, open, or finished for too long. True where it was. */
  closeIfLate(nowMs: number, idleMs: number, totalMs: number): boolean {
    if (this.finishedMs !== 0) {
      // Responses that a slow client still has to fetch get the idle time.
      const graceMs = this.socket.writableLength === 0 ? lingerMs : idleMs;
      if (nowMs - Math.max(this.finishedMs, this.activeMs) >= graceMs) this.destroy();
      return false;
    }
    if (this.transfer !== undefined) return this.transfer.endIfLate(nowMs, this.activeMs);
    if (nowMs - this.activeMs < idleMs && nowMs - this.openedMs < totalMs) return false;
    if (this.isIdle) this.finish(nowMs);
    else this.destroy();
    return true;
  }

  /** Send what is waiting, then FIN. Later questions are not answered. */
  private finish(nowMs: number): void {
    if (this.finishedMs !== 0) return;
    this.finishedMs = nowMs;
    this.socket.end();
    // What still comes is read and dropped, so that the kernel sends no RST for it.
    this.socket.resume();
  }

  private take(chunk: Buffer): void {
    if (this.finishedMs !== 0) return;
    this.frames.push(chunk);
    this.answerFrames();
  }

  /** The client has read, or it is this connection's turn again: go on where its questions were left. */
  private goOn(): void {
    this.touch();
    if (!this.blocked || this.finishedMs !== 0 || this.waitsForOthers) return;
    this.answerFrames();
    if (!this.blocked) this.socket.resume();
  }

  private answerFrames(): void {
    const { context } = this;
    context.begin(Date.now());
    this.noteClient();
    if (context.responder.needsAddresses) this.noteAddresses();
    this.blocked = !this.answerTurn();
    context.end();
    context.countDuration(Transport.tcp);
    if (this.blocked) this.wait();
    else if (this.ended) this.end();
  }

  /** Answer whole messages that are there, in one turn. False where some are left. */
  private answerTurn(): boolean {
    const { frames, buffer, socket } = this;
    // Looked at before each message, so that the one that is refused stays where it is.
    for (let answered = 0; answered < questionsPerTurn && socket.writableLength <= maxUnsentOctets; answered++) {
      if (this.waitsForOthers) break;
      if (!frames.next()) {
        this.flush();
        return true;
      }
      this.answerOne();
      if (buffer.used >= batchOctets) this.flush();
    }
    this.flush();
    return false;
  }

  /** For the client to read, which `drain` tells, for others, who go on with it, or for the other connections' turn. */
  private wait(): void {
    this.socket.pause();
    if (this.waitsForOthers) return;
    if (this.socket.writableLength <= maxUnsentOctets) setImmediate(() => this.goOn());
  }

  private flush(): void {
    if (this.buffer.used === 0) return;
    this.socket.write(this.buffer.take());
    this.touch();
  }

  private answerOne(): void {
    const { frames, buffer, family } = this;
    const { responder, tap } = this.context;
    const { octets: message, messageOffset: at, messageOctets } = frames;
    const to = buffer.used + frameHeadOctets;
    let octets = 0;
    try {
      octets = responder.respond(message, at, messageOctets, family, Transport.tcp, buffer.octets, to);
    } catch (error) {
      octets = responder.recover(error, message, at, messageOctets, buffer.octets, to);
    }
    if (octets === 0) {
      if (responder.isDeferred) this.defer(message, at, messageOctets);
      return;
    }
    if (responder.isTransfer) {
      // Its responses are the zone, which has no place in a tap (nor with BIND).
      tap?.asked(this.localPort, this.protocol, message, at, messageOctets);
      this.startTransfer(message, at, messageOctets, octets);
      return;
    }
    // RFC 7830 §6: in the clear it would hide nothing.
    if (this.channel !== Channel.plain && responder.request.wantsPadding) {
      octets = padResponse(buffer.octets, to, octets);
    }
    tap?.answered(this.localPort, this.protocol, message, at, messageOctets, buffer.octets, to, octets);
    putU16(buffer.octets, buffer.used, octets);
    buffer.used = to + octets;
  }

  /** The answer is a zone; the frame of its first message, of so many octets, stands where the next response would. */
  private startTransfer(message: Uint8Array, at: number, messageOctets: number, frameOctets: number): void {
    const { buffer, context } = this;
    const { responder, transfers } = context;
    assert(transfers !== undefined, 'a TCP worker sends zones');
    const question = takeTransferQuestion(
      responder.request,
      { octets: message, offset: at, length: messageOctets },
      { octets: buffer.octets, offset: buffer.used + frameHeadOctets, length: frameOctets },
      responder.verdict,
      responder.client,
      { number: responder.view, name: responder.viewName },
    );
    const transfer = new TransferSession(transfers, this.socket, {
      progressed: () => this.touch(),
      refused: (response) => this.writeFrame(response),
      ended: (isWhole) => this.endTransfer(isWhole),
    });
    this.transfer = transfer;
    // Not before what has been answered is on its way.
    setImmediate(() => void transfer.run(question));
  }

  private endTransfer(isWhole: boolean): void {
    this.transfer = undefined;
    if (isWhole) this.goOn();
    else this.destroy();
  }

  private close(): void {
    this.transfer?.abort('send: connection reset');
    this.events.closed(this);
  }

  private get protocol(): TapProtocol {
    return this.channel === Channel.plain ? TapProtocol.tcp : TapProtocol.dot;
  }

  private defer(message: Uint8Array, at: number, octets: number): void {
    this.noteAddresses();
    if (this.context.defer(message, at, octets, { kind: 'worker', number: this.number, protocol: this.protocol }))
      this.deferredCount++;
  }

  private touch(): void {
    this.activeMs = performance.now();
    this.events.active(this);
  }

  private noteClient(): void {
    const { client } = this.context.responder;
    client.family = this.family;
    client.octets = this.client;
    client.offset = 0;
    client.port = this.clientPort;
    client.channel = this.channel;
    client.local = this.local;
    client.localOffset = 0;
  }

  private noteAddresses(): void {
    const { record } = this.context.responder;
    record.family = this.family;
    record.client = this.client;
    record.clientOffset = 0;
    record.clientPort = this.clientPort;
    record.local = this.local;
    record.localOffset = 0;
    record.localPort = this.localPort;
  }
}
