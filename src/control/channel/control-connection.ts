import type { Socket } from 'node:net';
import { LineFrames } from './line-frames.ts';
import {
  type ControlRequest,
  type ControlResponse,
  fail,
  maxRequestOctets,
  parseRequest,
  received,
} from './messages.ts';

export interface ConnectionTimeouts {
  /** A client that says nothing while nothing is done for it. */
  readonly idleMs: number;
  /** A client that doesn't read what it is told. */
  readonly writeMs: number;
}

/** Requests of one client, one after the other. What is done for a client that has gone is done all the same. */
export class ControlConnection {
  private readonly socket: Socket;
  private readonly answer: (request: ControlRequest) => Promise<ControlResponse>;
  private readonly timeouts: ConnectionTimeouts;
  private readonly frames = new LineFrames(maxRequestOctets);
  private readonly waiting: string[] = [];
  private isAnswering = false;
  private answered: Promise<void> = Promise.resolve();
  private isEnding = false;
  /** See `keep`. */
  private isKept = false;
  readonly closed: Promise<void>;

  constructor(
    socket: Socket,
    answer: (request: ControlRequest) => Promise<ControlResponse>,
    timeouts: ConnectionTimeouts,
  ) {
    this.socket = socket;
    this.answer = answer;
    this.timeouts = timeouts;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    // What is wrong with the connection ends it; the client sees that.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('end', () => this.endAfterLast());
    socket.on('timeout', () => socket.destroy());
    socket.setTimeout(timeouts.idleMs);
  }

  /** Its client may be silent for as long as it wants. */
  keep(): void {
    this.isKept = true;
  }

  /** Say that no request is taken, and end. */
  refuse(response: ControlResponse): void {
    this.isEnding = true;
    this.write(response);
    this.socket.end();
  }

  /** Take no more requests; resolves when what has been done for the client has been told, or can't be. */
  async end(): Promise<void> {
    this.isEnding = true;
    this.waiting.length = 0;
    const timer = setTimeout(() => this.socket.destroy(), this.timeouts.writeMs);
    await Promise.race([this.answered, this.closed]);
    this.socket.end();
    await this.closed;
    clearTimeout(timer);
  }

  private take(chunk: Buffer): void {
    if (this.isEnding) return;
    const lines = this.frames.push(chunk);
    if (lines === undefined) {
      this.refuse(fail('syntax error', `a request is a line of UTF-8 of at most ${maxRequestOctets} octets`));
      return;
    }
    this.waiting.push(...lines.filter((line) => line.trim() !== ''));
    // What comes meanwhile waits with the kernel.
    if (this.waiting.length > 0) this.socket.pause();
    if (!this.isAnswering) this.answered = this.answerAll();
  }

  private async answerAll(): Promise<void> {
    this.isAnswering = true;
    this.socket.setTimeout(0);
    for (let line = this.waiting.shift(); line !== undefined; line = this.waiting.shift()) await this.answerLine(line);
    this.isAnswering = false;
    this.socket.setTimeout(this.isKept ? 0 : this.timeouts.idleMs);
    this.socket.resume();
    if (this.socket.readableEnded) this.endAfterLast();
  }

  private async answerLine(line: string): Promise<void> {
    const request = parseRequest(line);
    if (request === undefined) {
      this.write(fail('syntax error', 'a request is {"command":["WORD","ARGUMENT"]}'));
      return;
    }
    this.write(received);
    this.write(await this.answer(request));
  }

  private endAfterLast(): void {
    if (!this.isAnswering) this.socket.end();
  }

  private write(message: ControlResponse | typeof received): void {
    if (this.socket.writable) this.socket.write(`${JSON.stringify(message)}\n`);
  }
}
