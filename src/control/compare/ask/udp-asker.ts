/**
 * Questions over UDP: several sockets, so that servers that spread by source port have something to spread; a window of questions on
 * their way, halved where some get lost and growing again where none does; lost ones are sent again. Loss is thereby no answer.
 */
import { createSocket, type Socket } from 'node:dgram';
import { putU16, u16At } from '../../../base/octets.ts';
import type { ListenAddress } from '../../../plane/messages.ts';
import { type AskCounts, type Asker, isResponse, type Pending, Silence } from './asker.ts';

const socketCount = 4;
const largestWindow = 256;
const smallestWindow = 4;
const sweepMs = 50;
const receiveBufferOctets = 4 << 20;

export class UdpAsker implements Asker {
  readonly counts: AskCounts = { answered: 0, retried: 0, unanswered: 0 };
  problem: string | undefined;
  /** How long each try waits, in ms; as many tries as there are numbers. */
  waitsMs: readonly number[] = [1000, 2000, 2000, 3000];
  private readonly lanes: readonly Lane[];
  private readonly queue: Pending[] = [];
  private readonly timer: NodeJS.Timeout;
  private inFlight = 0;
  private window = largestWindow / 2;
  /** Answers since the window last changed. */
  private answeredSince = 0;
  private readonly silence = new Silence();
  private turn = 0;

  constructor(address: ListenAddress) {
    this.lanes = Array.from({ length: socketCount }, () => new Lane(address, this));
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
    clearInterval(this.timer);
    for (const lane of this.lanes) lane.close();
    this.giveUpAll();
  }

  /** From a lane: `pending` has its answer. */
  takeAnswer(pending: Pending, answer: Buffer): void {
    this.inFlight--;
    this.counts.answered++;
    this.silence.noteAnswer();
    if (++this.answeredSince >= 2 * this.window && this.window < largestWindow) {
      this.window++;
      this.answeredSince = 0;
    }
    pending.resolve(answer);
    this.sendMore();
  }

  /** From a lane: the system says that nobody listens there, or that it can't be reached. */
  takeError(error: NodeJS.ErrnoException): void {
    // Of a server that has answered it may be a restart.
    if (this.counts.answered > 0) return;
    this.problem = error.code === 'ECONNREFUSED' ? 'connection refused' : error.message;
    this.giveUpAll();
  }

  private sendMore(): void {
    while (this.inFlight < this.window) {
      const pending = this.queue.shift();
      if (pending === undefined) return;
      this.inFlight++;
      this.turn = (this.turn + 1) % socketCount;
      this.lanes[this.turn]?.send(pending);
    }
  }

  private sweep(): void {
    const now = performance.now();
    for (const lane of this.lanes) {
      for (const [id, pending] of lane.waiting) {
        if (now - pending.sentAt < (this.waitsMs[pending.tries - 1] ?? 0)) continue;
        this.noteLoss();
        if (pending.tries < this.waitsMs.length) {
          this.counts.retried++;
          lane.sendAgain(pending);
        } else {
          lane.waiting.delete(id);
          this.giveUp(pending);
        }
      }
    }
    this.sendMore();
  }

  private noteLoss(): void {
    if (this.answeredSince === 0) return;
    this.window = Math.max(smallestWindow, this.window >>> 1);
    this.answeredSince = 0;
  }

  private giveUp(pending: Pending): void {
    this.inFlight--;
    this.counts.unanswered++;
    pending.resolve(undefined);
    if (!this.silence.noteUnanswered() && this.counts.answered > 0) return;
    this.problem = this.counts.answered === 0 ? 'no answer' : 'no answer any more';
    this.giveUpAll();
  }

  private giveUpAll(): void {
    for (const pending of this.queue.splice(0)) pending.resolve(undefined);
    for (const lane of this.lanes) {
      for (const pending of lane.waiting.values()) pending.resolve(undefined);
      lane.waiting.clear();
    }
    this.inFlight = 0;
  }
}

/** One socket, connected, so that only the server's datagrams come in and errors are told. */
class Lane {
  readonly waiting = new Map<number, Pending>();
  private readonly socket: Socket;
  private readonly owner: UdpAsker;
  private isConnected = false;
  private readonly early: Pending[] = [];
  /** In turn, so that an answer that comes late meets a new question only after 65,536 others. */
  private nextId = Math.floor(Math.random() * 65_536);

  constructor({ family, address, port }: ListenAddress, owner: UdpAsker) {
    this.owner = owner;
    this.socket = createSocket({ type: family === 6 ? 'udp6' : 'udp4', recvBufferSize: receiveBufferOctets });
    this.socket.on('message', (message) => this.receive(message));
    this.socket.on('error', (error) => owner.takeError(error));
    this.socket.connect(port, address, () => {
      this.isConnected = true;
      for (const pending of this.early.splice(0)) this.write(pending);
    });
  }

  send(pending: Pending): void {
    const id = this.nextId;
    this.nextId = (id + 1) & 0xffff;
    putU16(pending.message, 0, id);
    this.waiting.set(id, pending);
    this.sendAgain(pending);
  }

  sendAgain(pending: Pending): void {
    pending.tries++;
    pending.sentAt = performance.now();
    if (this.isConnected) this.write(pending);
    else this.early.push(pending);
  }

  close(): void {
    this.socket.close();
  }

  private write({ message }: Pending): void {
    // What can't be sent is missing, and sent again.
    this.socket.send(message);
  }

  private receive(message: Buffer): void {
    if (!isResponse(message)) return;
    const id = u16At(message, 0);
    const pending = this.waiting.get(id);
    if (pending === undefined) return;
    this.waiting.delete(id);
    this.owner.takeAnswer(pending, message);
  }
}
