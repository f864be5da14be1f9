/** Questions over TCP: few connections, many questions on each without waiting (RFC 7766 §6.2.1.1), answers in any order. */
import { connect, type Socket } from 'node:net';
import { putU16, u16At } from '../../../base/octets.ts';
import type { ListenAddress } from '../../../plane/messages.ts';
import { TcpFrames } from '../../../wire/tcp-frames.ts';
import { type AskCounts, type Asker, isResponse, type Pending, Silence } from './asker.ts';

const connectionCount = 2;
const windowOfConnection = 96;
/** Sent so often, on as many connections. */
const mostTries = 4;
/** A connection on which a question waits so long is given up. */
const patienceMs = 10_000;
const sweepMs = 200;
const reconnectMs = 100;

export class TcpAsker implements Asker {
  readonly counts: AskCounts = { answered: 0, retried: 0, unanswered: 0 };
  problem: string | undefined;
  readonly address: ListenAddress;
  private readonly connections: readonly Connection[];
  private readonly queue: Pending[] = [];
  private readonly timer: NodeJS.Timeout;
  private readonly silence = new Silence();
  isClosed = false;

  constructor(address: ListenAddress) {
    this.address = address;
    this.connections = Array.from({ length: connectionCount }, () => new Connection(this));
    this.timer = setInterval(() => this.sweep(), sweepMs);
  }

  ask(message: Buffer): Promise<Buffer | undefined> {
    return new Promise((resolve) => {
      if (this.problem !== undefined) return resolve(undefined);
      this.queue.push({ message, resolve, tries: 0, sentAt: 0 });
      this.sendMore();
    });
  }

  close(): void {
    this.isClosed = true;
    clearInterval(this.timer);
    for (const connection of this.connections) connection.end();
    this.giveUpAll();
  }

  /** From a connection. */
  takeAnswer(pending: Pending, answer: Buffer): void {
    this.counts.answered++;
    this.silence.noteAnswer();
    pending.resolve(answer);
    this.sendMore();
  }

  /** From a connection that has ended: these have no answer yet. */
  takeLost(lost: readonly Pending[], reason: string | undefined, hasAnswered: boolean): void {
    if (this.isClosed || this.problem !== undefined) {
      for (const pending of lost) pending.resolve(undefined);
      return;
    }
    if (this.counts.answered === 0 && reason !== undefined) this.problem = reason;
    // Servers may end a connection after so many answers (RFC 7766 §6.2.4); that is no loss of the others.
    if (hasAnswered) for (const pending of lost) pending.tries--;
    for (const pending of lost) {
      if (pending.tries < mostTries && this.problem === undefined) {
        this.counts.retried++;
        this.queue.push(pending);
      } else this.giveUp(pending);
    }
    if (this.problem === undefined) setTimeout(() => this.sendMore(), hasAnswered ? 0 : reconnectMs);
    else this.giveUpAll();
  }

  private sendMore(): void {
    if (this.isClosed) return;
    while (this.queue.length > 0) {
      const connection = this.leastBusy();
      if (connection.waiting.size >= windowOfConnection) return;
      connection.send(this.queue.shift() as Pending);
    }
  }

  private leastBusy(): Connection {
    return this.connections.reduce((a, b) => (b.waiting.size < a.waiting.size ? b : a));
  }

  private sweep(): void {
    const now = performance.now();
    for (const connection of this.connections) connection.endIfStalled(now);
  }

  private giveUp(pending: Pending): void {
    this.counts.unanswered++;
    pending.resolve(undefined);
    if (this.silence.noteUnanswered()) this.problem ??= 'no answer any more';
  }

  private giveUpAll(): void {
    for (const pending of this.queue.splice(0)) pending.resolve(undefined);
  }
}

/** A connection that is made when it is needed, and anew when it has ended. */
class Connection {
  readonly waiting = new Map<number, Pending>();
  private readonly owner: TcpAsker;
  private socket: Socket | undefined;
  private frames = new TcpFrames();
  private nextId = 0;
  private hasAnswered = false;
  private isCorked = false;

  constructor(owner: TcpAsker) {
    this.owner = owner;
  }

  send(pending: Pending): void {
    const socket = this.socket ?? this.open();
    const id = this.nextId;
    this.nextId = (id + 1) & 0xffff;
    putU16(pending.message, 0, id);
    pending.tries++;
    pending.sentAt = performance.now();
    this.waiting.set(id, pending);
    // Those of one turn of the event loop leave in one segment.
    if (!this.isCorked) {
      this.isCorked = true;
      socket.cork();
      setImmediate(() => {
        this.isCorked = false;
        this.socket?.uncork();
      });
    }
    const { message } = pending;
    const frame = Buffer.allocUnsafe(2 + message.length);
    putU16(frame, 0, message.length);
    frame.set(message, 2);
    socket.write(frame);
  }

  endIfStalled(now: number): void {
    const [oldest] = this.waiting.values();
    if (oldest !== undefined && now - oldest.sentAt > patienceMs) this.lose('no answer');
  }

  end(): void {
    this.lose(undefined);
  }

  private open(): Socket {
    const { address, port } = this.owner.address;
    const socket = connect({ host: address, port, noDelay: true });
    this.socket = socket;
    this.hasAnswered = false;
    this.frames = new TcpFrames();
    socket.on('data', (chunk) => {
      if (this.socket === socket) this.receive(chunk);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (this.socket === socket) this.lose(reasonOf(error));
    });
    socket.on('close', () => {
      if (this.socket === socket) this.lose('connection closed');
    });
    return socket;
  }

  private receive(chunk: Uint8Array): void {
    const { frames, waiting } = this;
    frames.push(chunk);
    while (frames.next()) {
      const { octets, messageOffset, messageOctets } = frames;
      const message = Buffer.from(octets.buffer, octets.byteOffset + messageOffset, messageOctets);
      if (!isResponse(message)) continue;
      const id = u16At(message, 0);
      const pending = waiting.get(id);
      if (pending === undefined) continue;
      waiting.delete(id);
      this.hasAnswered = true;
      this.owner.takeAnswer(pending, message);
    }
  }

  private lose(reason: string | undefined): void {
    const { socket } = this;
    this.socket = undefined;
    socket?.destroy();
    const lost = [...this.waiting.values()];
    this.waiting.clear();
    if (socket !== undefined) this.owner.takeLost(lost, reason, this.hasAnswered);
  }
}

function reasonOf(error: NodeJS.ErrnoException): string {
  return error.code === 'ECONNREFUSED' ? 'connection refused' : error.message;
}
