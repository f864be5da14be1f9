/**
 * A client's side of recvmmsg and sendmmsg: messages go out from where they lie, responses come into one place that is
 * read before the next call. Sockets are connected, so no address goes with a message.
 */
import type { Libc, NativeMemory } from '../../src/plane/libc.ts';
import { MessageFlag, messageHeaderOctets, vectorOctets } from '../../src/plane/sockets/socket-layout.ts';

/** Datagrams a call. */
export const batchSize = 64;
/** Room for what servers send to clients that offer 1,232 octets; an odd number of cache lines. */
const responseStride = 25 * 64;
const headerWords = messageHeaderOctets / 4;
const vectorWords = vectorOctets / 4;
/** Places of 32-bit words in a header (src/plane/sockets/socket-layout.ts). */
const Word = { vector: 4, vectorCount: 6, flags: 12, octets: 14 } as const;

export class ClientBatch {
  /** Where responses come. */
  readonly octets: Uint8Array;
  private readonly libc: Libc;
  private readonly questions: NativeMemory;
  private readonly responses: NativeMemory;
  private readonly sending = new HeaderTable();
  private readonly receiving = new HeaderTable();
  private readonly sendMemory: NativeMemory;
  private readonly receiveMemory: NativeMemory;
  private count = 0;

  /** `questions` holds the messages to send. */
  constructor(libc: Libc, questions: NativeMemory) {
    this.libc = libc;
    this.questions = questions;
    this.responses = libc.allocate(batchSize * responseStride);
    this.octets = this.responses.octets;
    this.sendMemory = this.sending.layOut(libc);
    this.receiveMemory = this.receiving.layOut(libc);
    for (let i = 0; i < batchSize; i++) {
      this.receiving.setVector(i, this.responses.address + i * responseStride, responseStride);
    }
  }

  /** Add a message to the next `send`. */
  put(offset: number, octets: number): void {
    this.sending.setVector(this.count++, this.questions.address + offset, octets);
  }

  /** Send all that was put. Waits where the socket has no room. */
  send(fd: number): void {
    let sent = 0;
    while (sent < this.count) {
      const now = this.libc.sendMany(fd, this.sendMemory, sent, this.count - sent, 0);
      if (now <= 0) throw new Error(`sending failed: ${this.libc.describeError(this.libc.errno())}`);
      sent += now;
    }
    this.count = 0;
  }

  /** Take what is there. Returns how many responses. */
  receive(fd: number): number {
    return Math.max(0, this.libc.receiveMany(fd, this.receiveMemory, batchSize, MessageFlag.dontWait));
  }

  responseOffset(i: number): number {
    return i * responseStride;
  }

  responseOctets(i: number): number {
    return this.receiving.octetsOf(i);
  }
}

/** `batchSize` mmsghdr records, each with one vector behind them. */
class HeaderTable {
  private words: Uint32Array = new Uint32Array(0);

  layOut(libc: Libc): NativeMemory {
    const memory = libc.allocate(batchSize * (messageHeaderOctets + vectorOctets));
    this.words = new Uint32Array(memory.octets.buffer);
    for (let i = 0; i < batchSize; i++) {
      const header = i * headerWords;
      putPointer(this.words, header + Word.vector, memory.address + batchSize * messageHeaderOctets + i * vectorOctets);
      this.words[header + Word.vectorCount] = 1;
    }
    return memory;
  }

  setVector(i: number, address: number, octets: number): void {
    const vector = batchSize * headerWords + i * vectorWords;
    putPointer(this.words, vector, address);
    this.words[vector + 2] = octets;
  }

  octetsOf(i: number): number {
    return this.words[i * headerWords + Word.octets] as number;
  }
}

/** A pointer of 64 bits as two words, the low one first; addresses of user space are exact as numbers. */
function putPointer(words: Uint32Array, at: number, address: number): void {
  words[at] = address >>> 0;
  words[at + 1] = Math.floor(address / 0x1_0000_0000);
}
