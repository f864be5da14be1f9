/**
 * How much may wait in a UDP socket: usually as much as the system gives, so that a burst finds room while the worker is busy. While more
 * comes than is read, no more than is read in a fifth of a second: what waits longer than its client does is answered for nobody, and who
 * asks again in time would wait behind it. What waits already when that sets in is thrown away unread.
 *
 * Counts what is lost in a socket: what found no room, and what was thrown away.
 */
import { Counter, type CounterBlock } from '../plane/counters.ts';
import type { Libc, NativeMemory } from '../plane/libc.ts';
import { Domain, Level, SocketOption, SocketType, socketMemoryInfoOctets } from '../plane/sockets/socket-layout.ts';
import { socketBufferOctets } from '../plane/sockets/socket-opener.ts';

/** Overload is what lasts so long: the queue is never empty, and has no room for some, or what comes waits too long by far. */
const windowMs = 250;
const longestWaitMs = 200;
/** What waits so long is overload before anything is lost: its clients have asked again. */
const lateMs = 800;
/** So many windows without a loss are the end of an overload. */
const quietWindows = 8;
/** Longer than that between two batches is silence, not want of the processor. */
const silenceMs = 2000;
/** A worker that begins may find a full queue, after a restart without loss; it has so long for that. */
const catchUpMs = 5000;
/** Of a question, as the kernel counts: a network card's driver gives each a buffer, of about so much at least. */
const questionOctets = 1024;
/** Some hundred questions: a worker is not always there at once. */
const leastOctets = 262_144;
/** Sizes that are about the same are not set again. */
const aboutTheSame = 1.25;
/** So many batches are thrown away at most: more than there is room for. */
const maxStaleBatches = 400;
/** More than any system gives; the kernel takes half of what it then counts. */
const hugeOctets = 0x4000_0000;
/** Words of SO_MEMINFO: octets that wait, room for them, datagrams that found none. */
const Info = { waiting: 0, room: 1, dropped: 8 } as const;

export class ReceiveRoom {
  private readonly libc: Libc;
  private readonly fd: number;
  private readonly counters: CounterBlock;
  private readonly info: NativeMemory;
  private readonly infoWords: Uint32Array;
  private readonly word: NativeMemory;
  private readonly length: NativeMemory;
  private dropped = 0;
  private usualOctets = 0;
  private octets = 0;
  private canChange = true;
  private beganMs = 0;
  private count = 0;
  private wasEmpty = true;
  /** Before, there is what has waited for this worker to begin: all of it is answered. */
  private hasCaughtUp = false;
  private caughtUpByMs = 0;
  private staleBatches = 0;
  /** Windows in turn in which all found room. */
  private quietWindows = 0;

  constructor(libc: Libc, fd: number, counters: CounterBlock) {
    this.libc = libc;
    this.fd = fd;
    this.counters = counters;
    this.info = libc.allocate(socketMemoryInfoOctets);
    this.infoWords = new Uint32Array(this.info.octets.buffer);
    this.word = libc.allocate(4);
    this.length = libc.allocate(4);
  }

  /**
   * So many datagrams have been read at that time; `isRest`: there were no more. Per batch a comparison, and some calls each window. True
   * where they are to be thrown away.
   */
  isStale(count: number, isRest: boolean, nowMs: number): boolean {
    const passedMs = nowMs - this.beganMs;
    if (passedMs >= windowMs || passedMs < 0) this.endWindow(passedMs, nowMs);
    if (isRest) {
      this.wasEmpty = true;
      this.hasCaughtUp = true;
    }
    if (this.staleBatches > 0 && !isRest && this.isOverfull()) {
      this.staleBatches--;
      this.counters.addCount(Counter.queueStale, count);
      return true;
    }
    this.staleBatches = 0;
    // What is thrown away costs little, and says nothing of what can be answered.
    this.count += count;
    return false;
  }

  private endWindow(passedMs: number, nowMs: number): void {
    // Longer than that nothing came, or the clock has jumped.
    if (this.caughtUpByMs === 0) this.caughtUpByMs = nowMs + catchUpMs;
    if (nowMs >= this.caughtUpByMs) this.hasCaughtUp = true;
    const isBusy = this.hasCaughtUp && !this.wasEmpty && passedMs >= 0 && passedMs < silenceMs;
    if (this.look()) {
      const hasDropped = this.countDrops() > 0;
      this.quietWindows = hasDropped ? 0 : this.quietWindows + 1;
      const isSmall = this.octets < this.usualOctets;
      // A small queue may be empty now and then, where the processor is somebody else's for a while: that is no end of the overload.
      const perMs = this.count / Math.max(passedMs, 1);
      const isLate = (this.infoWords[Info.waiting] as number) > perMs * lateMs * questionOctets;
      if (isBusy ? hasDropped || isLate : isSmall && hasDropped) this.shrink(perMs);
      else if (isSmall && this.quietWindows >= quietWindows) this.fit(this.usualOctets);
    }
    this.beganMs = nowMs;
    this.count = 0;
    this.wasEmpty = false;
  }

  private shrink(perMs: number): void {
    this.fit(Math.max(Math.floor(perMs * longestWaitMs * questionOctets), leastOctets));
  }

  /** Since the last window. */
  private countDrops(): number {
    const dropped = this.infoWords[Info.dropped] as number;
    const since = (dropped - this.dropped) >>> 0;
    this.counters.addCount(Counter.queueFull, since);
    this.dropped = dropped;
    return since;
  }

  private fit(wantedOctets: number): void {
    const octets = Math.min(wantedOctets, this.usualOctets);
    if (octets === this.octets || !this.canChange) return;
    const isSame = octets < this.octets * aboutTheSame && octets * aboutTheSame > this.octets;
    if (isSame && octets < this.usualOctets) return;
    if (octets < this.octets) this.staleBatches = maxStaleBatches;
    this.octets = octets;
    this.setRoom(this.fd, octets >>> 1);
  }

  private setRoom(fd: number, octets: number): void {
    new DataView(this.word.octets.buffer).setInt32(0, octets, true);
    this.libc.setOption(fd, Level.socket, SocketOption.receiveBuffer, this.word);
  }

  private isOverfull(): boolean {
    return this.look() && (this.infoWords[Info.waiting] as number) > this.octets;
  }

  /** False where the system doesn't tell. */
  private look(): boolean {
    if (!this.readInfo(this.fd)) return false;
    if (this.usualOctets === 0) this.begin();
    return true;
  }

  private begin(): void {
    const { infoWords } = this;
    // What was there before this worker is another's to count.
    this.dropped = infoWords[Info.dropped] as number;
    const given = infoWords[Info.room] as number;
    // What was given beyond the system's bound can't be given again by a server without privileges.
    this.canChange = given <= this.findBound();
    // A worker that this one replaces may have made it small.
    if (this.canChange) this.setRoom(this.fd, socketBufferOctets);
    this.readInfo(this.fd);
    this.usualOctets = infoWords[Info.room] as number;
    this.octets = this.usualOctets;
  }

  /**
   * Octets that the system gives a socket at most, as it counts them; 0 where that can't be found out. By trying: a service may not see
   * net.core.rmem_max (systemd's ProcSubset=pid), nor may a container.
   */
  private findBound(): number {
    const { libc } = this;
    const fd = libc.socket(Domain.inet, SocketType.datagram | SocketType.closeOnExec, 0);
    if (fd < 0) return 0;
    this.setRoom(fd, hugeOctets >>> 1);
    const bound = this.readInfo(fd) ? (this.infoWords[Info.room] as number) : 0;
    libc.close(fd);
    return bound;
  }

  private readInfo(fd: number): boolean {
    const { libc, info, length } = this;
    return libc.getOption(fd, Level.socket, SocketOption.memoryInfo, info, length) >= 0;
  }
}
