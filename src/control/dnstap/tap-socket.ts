import { connect, type Socket } from 'node:net';
import type { LogTrouble } from '../log/log-trouble.ts';
import type { DnstapSocket } from './dnstap-config.ts';
import { ControlType, controlFrame, parseControl } from './frame-stream.ts';
import type { TapSink } from './tap-sink.ts';
import { TapTrouble } from './tap-trouble.ts';

/** More than this does not wait in the socket: what follows waits in the rings. */
const maxUnsentOctets = 1_048_576;
/** A collector that accepts a connection says so in this time. */
const handshakeMs = 5000;
/** At the end: for the collector to take what is left and say FINISH. */
const finishMs = 1500;
/** From one try to connect to the next: doubled from the first to the last. */
const firstPauseMs = 200;
const lastPauseMs = 10_000;

/** Where a connection is in the handshake. */
type Stage = 'connecting' | 'ready-sent' | 'open' | 'stop-sent';

/** A collector's Unix socket. One that goes away is connected to again, and gets a stream of its own. */
export class TapSocket implements TapSink {
  private readonly output: DnstapSocket;
  private readonly trouble: TapTrouble;
  private socket: Socket | undefined;
  private stage: Stage = 'connecting';
  private received = Buffer.alloc(0);
  private pauseMs = firstPauseMs;
  private timer: NodeJS.Timeout | undefined;
  private isClosing = false;
  /** Frames given to the socket that the kernel has not taken. */
  private unsentCount = 0;
  /** Of connections that broke, not told yet. */
  private lostCount = 0;
  private changed: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(output: DnstapSocket) {
    this.output = output;
    this.trouble = new TapTrouble(`dnstap socket ${output.path}`);
  }

  /** One that is not there yet is waited for. */
  open(): undefined {
    this.connect();
  }

  get isReady(): boolean {
    return this.stage === 'open' && this.socket !== undefined && this.socket.writableLength < maxUnsentOctets;
  }

  write(frames: Uint8Array, count: number): void {
    const { socket } = this;
    if (socket === undefined) return;
    this.unsentCount += count;
    // A copy: Node sends it when the collector takes it.
    socket.write(Buffer.from(frames), (error) => {
      if (error === null || error === undefined) this.unsentCount -= count;
    });
  }

  /** It is connected to again in its own time. */
  retry(): void {}

  whenChanged(): Promise<void> {
    this.changed = Promise.withResolvers();
    return this.changed.promise;
  }

  /** A collector has no file to be closed; BIND takes the word all the same. */
  reopen(): undefined {}

  takeTroubles(nowMs: number): readonly LogTrouble[] {
    const trouble = this.trouble.take(nowMs);
    const troubles = trouble === undefined ? [] : [trouble];
    if (this.lostCount === 0) return troubles;
    const message = `dnstap socket ${this.output.path}: ${this.lostCount} messages lost with the connection`;
    this.lostCount = 0;
    return [...troubles, { severity: 'warning', message }];
  }

  /** STOP, and wait for FINISH so that the collector has all; not for ever. */
  async close(): Promise<void> {
    this.isClosing = true;
    clearTimeout(this.timer);
    const { socket } = this;
    if (socket === undefined) return;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    if (this.stage === 'open') {
      this.stage = 'stop-sent';
      socket.write(controlFrame(ControlType.stop));
      this.timer = setTimeout(() => socket.destroy(), finishMs);
    } else {
      socket.destroy();
    }
    await closed;
    clearTimeout(this.timer);
  }

  private connect(): void {
    const socket = connect(this.output.path);
    this.socket = socket;
    this.stage = 'connecting';
    this.received = Buffer.alloc(0);
    this.unsentCount = 0;
    this.timer = setTimeout(() => this.giveUp('the collector does not answer'), handshakeMs);
    socket.on('connect', () => {
      this.stage = 'ready-sent';
      socket.write(controlFrame(ControlType.ready));
    });
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('drain', () => this.changed.resolve());
    socket.on('error', (error: NodeJS.ErrnoException) => this.trouble.fail(describeSocketError(error)));
    socket.on('end', () => this.giveUp('the collector has closed the connection'));
    socket.on('close', () => this.reconnectLater());
  }

  private giveUp(reason: string): void {
    if (!this.isClosing) this.trouble.fail(reason);
    this.socket?.destroy();
  }

  private reconnectLater(): void {
    this.lostCount += this.unsentCount;
    this.unsentCount = 0;
    this.socket = undefined;
    this.stage = 'connecting';
    clearTimeout(this.timer);
    this.changed.resolve();
    if (this.isClosing) return;
    this.timer = setTimeout(() => this.connect(), this.pauseMs);
    this.pauseMs = Math.min(2 * this.pauseMs, lastPauseMs);
  }

  private receive(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    for (;;) {
      const control = parseControl(this.received);
      if (control === undefined) return;
      if (control === 'malformed') {
        this.giveUp('the collector does not speak Frame Streams');
        return;
      }
      this.received = this.received.subarray(control.octets);
      this.obey(control.type, control.takesDnstap);
    }
  }

  private obey(type: number, takesDnstap: boolean): void {
    if (type === ControlType.accept && this.stage === 'ready-sent') {
      if (takesDnstap) this.begin();
      else this.giveUp('the collector does not take protobuf:dnstap.Dnstap');
    } else if (type === ControlType.finish) {
      this.giveUp('the collector has ended the stream');
    }
  }

  private begin(): void {
    clearTimeout(this.timer);
    this.stage = 'open';
    this.socket?.write(controlFrame(ControlType.start));
    this.pauseMs = firstPauseMs;
    this.trouble.succeed();
    this.changed.resolve();
  }
}

function describeSocketError({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return 'there is no such socket: is the collector running? [ENOENT]';
    case 'ECONNREFUSED':
      return 'nobody listens on it: is the collector running? [ECONNREFUSED]';
    case 'EACCES':
      return 'not permitted [EACCES]';
    case 'EPIPE':
    case 'ECONNRESET':
      return `the collector has closed the connection [${code}]`;
    default:
      return message;
  }
}
