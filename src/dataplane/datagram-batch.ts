/**
 * Memory for receiving up to 64 datagrams with one call and sending the responses with one more: the records of C
 * (socket-layout.ts) laid out by hand in one piece of memory that C knows by its address. Written once; per call only the
 * few words that the kernel changes are set again.
 *
 *     per datagram:  receive header, vector, peer's address, control data, 4,096 octets of message
 *     per response:  send header (peer and control data are those of its question), vector
 *     responses:     one behind the other, in `octets[responsesOffset, …)`
 */
import { assert } from '../base/assert.ts';
import { putU32, u16At, u32At } from '../base/octets.ts';
import type { Libc, NativeMemory } from '../plane/libc.ts';
import {
  controlHeaderOctets,
  Errno,
  IpOption,
  Ipv6Option,
  Level,
  MessageFlag,
  messageHeaderOctets,
  pktinfo4Octets,
  pktinfo6Octets,
  socketAddressOctets,
  vectorOctets,
} from '../plane/sockets/socket-layout.ts';

/** Datagrams a call. More gain nothing measurable and make the last one wait for the first. */
export const batchSize = 64;
/** Longer questions are cut: what is lost then is counted in the header, so they get FORMERR. */
export const maxQuestionOctets = 4096;
/** As Answerer.answer wants it over UDP. */
export const maxResponseOctets = 4096;

const addressStride = 32;
const controlStride = 64;
/** An odd number of cache lines, so that the first lines of the messages spread over the whole cache. */
const messageStride = maxQuestionOctets + 192;
const align8 = (octets: number) => (octets + 7) & ~7;

/** Where the kinds of records begin. */
const At = {
  receiveHeaders: 0,
  receiveVectors: batchSize * messageHeaderOctets,
  sendVectors: batchSize * (messageHeaderOctets + vectorOctets),
  addresses: batchSize * (messageHeaderOctets + 2 * vectorOctets),
  controls: batchSize * (messageHeaderOctets + 2 * vectorOctets + addressStride),
  messages: batchSize * (messageHeaderOctets + 2 * vectorOctets + addressStride + controlStride),
} as const;
const responsesAt = At.messages + batchSize * messageStride;
const totalOctets = responsesAt + batchSize * maxResponseOctets;

/** Places of 32-bit words in a header. */
const Word = {
  nameLength: 2,
  vector: 4,
  vectorCount: 6,
  control: 8,
  controlLength: 10,
  flags: 12,
  octets: 14,
} as const;
const headerWords = messageHeaderOctets / 4;

/** CMSG_SPACE: what the kernel may write, and what is sent back. */
const controlSpace4 = controlHeaderOctets + align8(pktinfo4Octets);
const controlSpace6 = controlHeaderOctets + align8(pktinfo6Octets);

export class DatagramBatch {
  /** All of the memory. Offsets below are in it. */
  readonly octets: Uint8Array;
  /** Where the next response is to be written; room for `maxResponseOctets`. */
  responseOffset = responsesAt;
  /** Responses put in since the last `receive`. */
  responseCount = 0;
  private readonly libc: Libc;
  private readonly memory: NativeMemory;
  private readonly sendMemory: NativeMemory;
  private readonly words: Uint32Array;
  private readonly sendWords: Uint32Array;

  constructor(libc: Libc) {
    this.libc = libc;
    this.memory = libc.allocate(totalOctets);
    this.sendMemory = libc.allocate(batchSize * messageHeaderOctets);
    this.octets = this.memory.octets;
    this.words = new Uint32Array(this.octets.buffer, 0, totalOctets >>> 2);
    this.sendWords = new Uint32Array(this.sendMemory.octets.buffer);
    for (let i = 0; i < batchSize; i++) this.layOut(i);
    this.reset(batchSize);
  }

  /** Receive what is there. Returns how many datagrams, or -1 (see `libc.errno`). Without `MessageFlag.dontWait` it waits. */
  receive(fd: number, flags: number): number {
    this.responseCount = 0;
    this.responseOffset = responsesAt;
    return this.libc.receiveMany(fd, this.memory, batchSize, flags);
  }

  /** Make the first `count` headers ready for the next call, after their questions are answered and sent. */
  reset(count: number): void {
    const { words } = this;
    for (let i = 0; i < count; i++) {
      const header = i * headerWords;
      words[header + Word.nameLength] = socketAddressOctets;
      words[header + Word.controlLength] = controlStride;
      words[header + Word.flags] = 0;
    }
  }

  messageOffset(i: number): number {
    return At.messages + i * messageStride;
  }

  messageOctets(i: number): number {
    return this.words[i * headerWords + Word.octets] as number;
  }

  /** Whether the datagram was longer than its room. */
  isCut(i: number): boolean {
    return ((this.words[i * headerWords + Word.flags] as number) & MessageFlag.truncated) !== 0;
  }

  /** The peer's sockaddr. */
  peerOffset(i: number): number {
    return At.addresses + i * addressStride;
  }

  /** Copies of the peer's sockaddr and of the control data, to respond later by other means. */
  copyPeer(i: number): Uint8Array {
    const octets = this.words[i * headerWords + Word.nameLength] as number;
    return this.octets.slice(this.peerOffset(i), this.peerOffset(i) + Math.min(octets, socketAddressOctets));
  }

  copyControl(i: number): Uint8Array {
    const at = At.controls + i * controlStride;
    const level = this.controlLevel(i);
    return this.octets.slice(at, at + (level < 0 ? 0 : level === Level.ip ? controlSpace4 : controlSpace6));
  }

  peerPort(i: number): number {
    return u16At(this.octets, this.peerOffset(i) + 2);
  }

  /** Offset of the local address that was asked; -1 where the socket doesn't tell (it is bound to one address). */
  localOffset(i: number): number {
    if (this.controlLevel(i) < 0) return -1;
    const data = At.controls + i * controlStride + controlHeaderOctets;
    return this.controlLevel(i) === Level.ip ? data + 4 : data;
  }

  /** Take the `octets` written at `responseOffset` as the response to datagram `i`; at most one for each. */
  putResponse(i: number, octets: number): void {
    // What the records point at, C does not check: it would send whatever lies behind.
    assert(i >= 0 && i < batchSize && this.responseCount < batchSize, 'a response answers one of the datagrams');
    assert(octets >= 0 && octets <= maxResponseOctets, 'a response lies in its room');
    const { words, sendWords } = this;
    const header = this.responseCount * headerWords;
    const question = i * headerWords;
    const vector = (At.sendVectors + this.responseCount * vectorOctets) >>> 2;
    putPointer(words, vector, this.memory.address + this.responseOffset);
    words[vector + 2] = octets;
    putPointer(sendWords, header, this.memory.address + this.peerOffset(i));
    sendWords[header + Word.nameLength] = words[question + Word.nameLength] as number;
    sendWords[header + Word.controlLength] = this.prepareControl(i);
    putPointer(sendWords, header + Word.control, this.memory.address + At.controls + i * controlStride);
    this.responseCount++;
    this.responseOffset += align8(octets);
  }

  /**
   * Send all responses. One that the kernel refuses (no buffer, no route, too long) is left out and the others go on: UDP
   * clients ask again, and waiting would make all others late. Returns how many were left out.
   */
  send(fd: number): number {
    let sent = 0;
    let failed = 0;
    while (sent + failed < this.responseCount) {
      const first = sent + failed;
      const count = this.libc.sendMany(fd, this.sendMemory, first, this.responseCount - first, MessageFlag.dontWait);
      // The call fails only where its first message does; a later one ends it early with a count.
      if (count > 0) sent += count;
      else if (count === 0 || this.libc.errno() !== Errno.EINTR) failed++;
    }
    return failed;
  }

  /** Write what stays the same for ever. */
  private layOut(i: number): void {
    const { words, sendWords, memory } = this;
    const header = i * headerWords;
    const receiveVector = At.receiveVectors + i * vectorOctets;
    const sendVector = At.sendVectors + i * vectorOctets;
    putPointer(words, header, memory.address + this.peerOffset(i));
    putPointer(words, header + Word.vector, memory.address + receiveVector);
    words[header + Word.vectorCount] = 1;
    putPointer(words, header + Word.control, memory.address + At.controls + i * controlStride);
    putPointer(words, receiveVector >>> 2, memory.address + this.messageOffset(i));
    words[(receiveVector >>> 2) + 2] = maxQuestionOctets;
    putPointer(sendWords, header + Word.vector, memory.address + sendVector);
    sendWords[header + Word.vectorCount] = 1;
  }

  /** The level of the packet information that came with datagram `i`; -1 where none did. */
  private controlLevel(i: number): number {
    if ((this.words[i * headerWords + Word.controlLength] as number) < controlHeaderOctets) return -1;
    const control = (At.controls + i * controlStride) >>> 2;
    const level = this.words[control + 2] as number;
    const type = this.words[control + 3] as number;
    const isPacketInfo =
      (level === Level.ip && type === IpOption.packetInfo) || (level === Level.ipv6 && type === Ipv6Option.packetInfo);
    return isPacketInfo ? level : -1;
  }

  /**
   * Turn the packet information received into that to send: the source address stays, the interface is left to the routing
   * table (the way back may be another one), except for link-local addresses, which mean nothing without it.
   */
  private prepareControl(i: number): number {
    const level = this.controlLevel(i);
    if (level < 0) return 0;
    const data = At.controls + i * controlStride + controlHeaderOctets;
    if (level === Level.ip) {
      putU32(this.octets, data, 0);
      return controlSpace4;
    }
    const isLinkLocal = u32At(this.octets, data) >>> 22 === 0xfe80 >>> 6;
    if (!isLinkLocal) putU32(this.octets, data + 16, 0);
    return controlSpace6;
  }
}

/** A pointer of 64 bits as two words, the low one first. Addresses of user space have 47 bits and are exact as numbers. */
function putPointer(words: Uint32Array, at: number, address: number): void {
  words[at] = address % 0x1_0000_0000;
  words[at + 1] = Math.floor(address / 0x1_0000_0000);
}
