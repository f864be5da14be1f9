/** The UDP worker's loop over recvmmsg and sendmmsg: it blocks in the kernel, wakes at least every 200 ms, and has no events. */

import { Transport } from '../answer/outcome.ts';
import { assert } from '../base/assert.ts';
import { keepCompiledCode } from '../base/compiled-code.ts';
import { octetAt } from '../base/octets.ts';
import { Counter, type CounterBlock } from '../plane/counters.ts';
import { findLibc, type Libc, type NativeMemory } from '../plane/libc.ts';
import type { WorkerSocket } from '../plane/messages.ts';
import { TapProtocol } from '../plane/rings/tap-record.ts';
import { parseAddress } from '../plane/sockets/socket-address.ts';
import { Errno, MessageFlag, pollfdOctets, pollIn } from '../plane/sockets/socket-layout.ts';
import { receiveTimeoutMs } from '../plane/sockets/socket-opener.ts';
import { batchSize, DatagramBatch } from './datagram-batch.ts';
import type { MessageTap } from './message-tap.ts';
import { ReceiveRoom } from './receive-room.ts';
import type { WorkerContext } from './worker-context.ts';

/**
 * At stop, so many batches a socket are answered at most, because new questions keep coming: more than a socket's buffer holds
 * (8 MiB as the kernel counts, 768 octets a question).
 */
const maxDrainBatches = 200;
/** Offsets of the address in sockaddr_in and sockaddr_in6. */
const addressAt = { 4: 4, 6: 8 } as const;
/** Offset of `revents` in pollfd; what is looked for is in its first octet. */
const eventsFoundAt = 6;

/** Serve until told to stop, then answer what has been received and return. */
export function serveBatches(context: WorkerContext, libc: Libc | undefined = findLibc()): void {
  assert(libc !== undefined, 'the batch backend is chosen only where it is available');
  const loop = new BatchLoop(context, libc);
  context.post({ kind: 'ready' });
  loop.run();
}

/** A socket and its own address, which its questions have asked unless the packet tells better. */
interface BatchSocket {
  readonly fd: number;
  /** 0: it is read before others; 1. */
  readonly rank: number;
  readonly room: ReceiveRoom;
  readonly addressIndex: number;
  readonly family: 4 | 6;
  readonly port: number;
  readonly address: Uint8Array;
}

class BatchLoop {
  private readonly context: WorkerContext;
  private readonly libc: Libc;
  private readonly sockets: readonly BatchSocket[];
  private readonly batch: DatagramBatch;
  private readonly pollfds: NativeMemory;
  private hasAnswered = false;
  private hasKept = false;

  constructor(context: WorkerContext, libc: Libc) {
    this.context = context;
    this.libc = libc;
    this.sockets = context.start.sockets
      .map((socket, i) => asBatchSocket(socket, i, libc, context.counters))
      .toSorted((a, b) => a.rank - b.rank);
    this.batch = new DatagramBatch(libc);
    this.pollfds = layOutPoll(libc, this.sockets);
  }

  run(): void {
    const { context } = this;
    while (!context.isStopping()) {
      if (!this.round()) this.rest();
    }
    this.drain();
  }

  /** Nothing is asked now. */
  private rest(): void {
    this.context.readMessages();
    // Kept when there is something to keep: the code that answers.
    if (this.hasKept || !this.hasAnswered) return;
    this.hasKept = true;
    keepCompiledCode();
  }

  /** Wait until something is there, then take a batch from each socket that has some. False after a wait that brought nothing. */
  private round(): boolean {
    const [only] = this.sockets;
    // One socket: wait in recvmmsg itself, which saves a call per batch.
    if (only !== undefined && this.sockets.length === 1) return this.serve(only, MessageFlag.waitForOne) > 0;
    if (this.libc.poll(this.pollfds, this.sockets.length, receiveTimeoutMs) <= 0) return false;
    // In their order: those for questions with cookies are the first ones, and looked at again after a batch of each.
    for (let i = 0; i < this.sockets.length; i++) {
      if (this.isReadable(i)) this.serve(this.sockets[i] as BatchSocket, MessageFlag.dontWait);
    }
    return true;
  }

  private isReadable(i: number): boolean {
    return octetAt(this.pollfds.octets, i * pollfdOctets + eventsFoundAt) !== 0;
  }

  private serveAll(): number {
    let count = 0;
    for (let i = 0; i < this.sockets.length; i++) {
      count += this.serve(this.sockets[i] as BatchSocket, MessageFlag.dontWait);
    }
    return count;
  }

  /** Receive, answer and send one batch. Returns the number of datagrams; 0 where there were none. */
  private serve(socket: BatchSocket, flags: number): number {
    const { batch, context } = this;
    const count = batch.receive(socket.fd, flags);
    if (count <= 0) return this.checkError();
    const nowMs = Date.now();
    if (socket.room.isStale(count, count < batchSize, nowMs)) {
      batch.reset(count);
      return count;
    }
    context.begin(nowMs);
    this.answerBatch(socket, count);
    context.end();
    const failed = batch.send(socket.fd);
    context.countDuration(Transport.udp);
    this.hasAnswered = true;
    if (failed > 0) context.counters.addCount(Counter.sendErrors, failed);
    batch.reset(count);
    return count;
  }

  private answerBatch(socket: BatchSocket, count: number): void {
    let i = 0;
    while (i < count) {
      // Around the loop, not in it: the `try` costs nothing per question, and one that throws is skipped.
      try {
        for (; i < count; i++) this.answer(socket, i);
      } catch (error) {
        this.recover(i, error);
        i++;
      }
    }
  }

  private answer(socket: BatchSocket, i: number): void {
    const { batch } = this;
    const { responder, counters } = this.context;
    if (batch.isCut(i)) counters.add(Counter.oversize);
    this.noteClient(socket, i);
    if (responder.needsAddresses) this.noteAddresses(socket, i);
    const octets = responder.respond(
      batch.octets,
      batch.messageOffset(i),
      batch.messageOctets(i),
      socket.family,
      Transport.udp,
      batch.octets,
      batch.responseOffset,
    );
    if (octets > 0) {
      if (this.context.tap !== undefined) this.tellTap(this.context.tap, socket, i, octets);
      batch.putResponse(i, octets);
    } else if (responder.isDeferred) this.defer(socket, i);
  }

  private tellTap(tap: MessageTap, socket: BatchSocket, i: number, octets: number): void {
    const { batch } = this;
    const at = batch.messageOffset(i);
    const length = batch.messageOctets(i);
    tap.answered(socket.port, TapProtocol.udp, batch.octets, at, length, batch.octets, batch.responseOffset, octets);
  }

  /** NOTIFY and UPDATE: main answers, with what it needs to send the response from its own descriptor. */
  private defer(socket: BatchSocket, i: number): void {
    const { batch, context } = this;
    const at = batch.messageOffset(i);
    this.noteAddresses(socket, i);
    context.defer(batch.octets, at, batch.messageOctets(i), {
      kind: 'datagram',
      addressIndex: socket.addressIndex,
      peer: batch.copyPeer(i),
      control: batch.copyControl(i),
    });
  }

  private recover(i: number, error: unknown): void {
    const { batch } = this;
    const { responder } = this.context;
    const at = batch.messageOffset(i);
    const octets = responder.recover(
      error,
      batch.octets,
      at,
      batch.messageOctets(i),
      batch.octets,
      batch.responseOffset,
    );
    if (octets > 0) batch.putResponse(i, octets);
  }

  private noteClient(socket: BatchSocket, i: number): void {
    const { batch } = this;
    const { client } = this.context.responder;
    client.family = socket.family;
    client.octets = batch.octets;
    client.offset = batch.peerOffset(i) + addressAt[socket.family];
    client.port = batch.peerPort(i);
    const localOffset = batch.localOffset(i);
    client.local = localOffset < 0 ? socket.address : batch.octets;
    client.localOffset = Math.max(localOffset, 0);
  }

  private noteAddresses(socket: BatchSocket, i: number): void {
    const { batch } = this;
    const { record, client } = this.context.responder;
    record.family = socket.family;
    record.client = batch.octets;
    record.clientOffset = batch.peerOffset(i) + addressAt[socket.family];
    record.clientPort = batch.peerPort(i);
    record.local = client.local;
    record.localOffset = client.localOffset;
    record.localPort = socket.port;
  }

  /** Nothing there, or interrupted, or short of memory: go on. A descriptor that is none is a bug: the worker ends and is replaced. */
  private checkError(): number {
    const errno = this.libc.errno();
    if (errno === Errno.EAGAIN || errno === Errno.EINTR) return 0;
    assert(
      errno !== Errno.EBADF && errno !== Errno.ENOTSOCK && errno !== Errno.EFAULT && errno !== Errno.EINVAL,
      `receiving failed: ${this.libc.describeError(errno)}`,
    );
    this.context.counters.add(Counter.receiveErrors);
    return 0;
  }

  private drain(): void {
    for (let i = 0; i < maxDrainBatches; i++) if (this.serveAll() === 0) return;
  }
}

function asBatchSocket(socket: WorkerSocket, index: number, libc: Libc, counters: CounterBlock): BatchSocket {
  const address = parseAddress(socket.address);
  assert(address !== undefined && socket.fd >= 0, 'main opens the sockets of batch workers');
  const { fd, addressIndex = index, family, port, isFirst = false } = socket;
  const room = new ReceiveRoom(libc, fd, counters);
  return { fd, rank: isFirst ? 0 : 1, room, addressIndex, family, port, address };
}

function layOutPoll(libc: Libc, sockets: readonly BatchSocket[]): NativeMemory {
  const memory = libc.allocate(Math.max(1, sockets.length) * pollfdOctets);
  const view = new DataView(memory.octets.buffer);
  for (const [i, { fd }] of sockets.entries()) {
    view.setInt32(i * pollfdOctets, fd, true);
    view.setInt16(i * pollfdOctets + 4, pollIn, true);
  }
  return memory;
}
