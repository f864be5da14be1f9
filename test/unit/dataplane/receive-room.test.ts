import { describe, expect, it } from 'vitest';
import { ReceiveRoom } from '../../../src/dataplane/receive-room.ts';
import { CounterBlock, createCounters, sumCounters } from '../../../src/plane/counters.ts';
import type { Libc, NativeMemory } from '../../../src/plane/libc.ts';
import { SocketOption } from '../../../src/plane/sockets/socket-layout.ts';

const fullBatch = 64;
const usualOctets = 400_000;
/** Its descriptor, and that of the one with which the bound is found. */
const socketFd = 3;
const triedFd = 9;

/** A socket whose kernel tells what the test says. */
class FakeSocket {
  waiting = 0;
  room = usualOctets;
  dropped = 7;
  nowMs = 1_790_000_000_000;
  private readonly shared = createCounters(1);
  private readonly reader: ReceiveRoom;
  private triedRoom = 0;
  opened = 0;
  closed = 0;

  /** What the system gives at most. */
  constructor(kernelBound = usualOctets) {
    const allocate = (octets: number): NativeMemory => ({
      octets: new Uint8Array(new ArrayBuffer(octets)),
      address: 8,
    });
    const libc = {
      allocate,
      socket: () => {
        this.opened++;
        return triedFd;
      },
      close: (fd: number) => {
        expect(fd).toBe(triedFd);
        this.closed++;
        return 0;
      },
      getOption: (fd: number, _level: number, option: number, value: NativeMemory) => {
        expect(option).toBe(SocketOption.memoryInfo);
        const words = new Uint32Array(value.octets.buffer);
        words[0] = this.waiting;
        words[1] = fd === socketFd ? this.room : this.triedRoom;
        words[8] = this.dropped;
        return 0;
      },
      setOption: (fd: number, _level: number, option: number, value: NativeMemory) => {
        expect(option).toBe(SocketOption.receiveBuffer);
        const room = Math.min(2 * new DataView(value.octets.buffer).getInt32(0, true), kernelBound);
        if (fd === socketFd) this.room = room;
        else this.triedRoom = room;
        return 0;
      },
    } as Partial<Libc> as Libc;
    this.reader = new ReceiveRoom(libc, socketFd, new CounterBlock(this.shared, 0));
  }

  /** Batches for so long, one each `everyMs`. Returns how many were thrown away. */
  read(forMs: number, everyMs: number, count: number, dropped = 0): number {
    let stale = 0;
    for (let ms = 0; ms < forMs; ms += everyMs) {
      this.nowMs += everyMs;
      this.dropped += dropped;
      if (this.reader.isStale(count, count < fullBatch, this.nowMs)) stale++;
    }
    return stale;
  }

  get counted() {
    const { queueFull, queueStale } = sumCounters(this.shared).named;
    return { queueFull, queueStale };
  }
}

describe('the room of a socket', () => {
  it('is the usual one while all is read, however full the batches are', () => {
    const socket = new FakeSocket();
    expect(socket.read(2000, 10, 20)).toBe(0);
    expect(socket.read(2000, 10, fullBatch)).toBe(0);
    expect(socket.room).toBe(usualOctets);
    expect(socket.counted).toEqual({ queueFull: 0, queueStale: 0 });
  });

  it('shrinks to what is read in a fifth of a second while more comes, and grows again behind that', () => {
    const socket = new FakeSocket();
    socket.read(50, 10, 1);
    // 1,422 questions a second.
    socket.read(1000, 45, fullBatch, 100);
    expect(socket.room).toBeGreaterThanOrEqual(0.2 * 1422 * 1024 * 0.8);
    expect(socket.room).toBeLessThanOrEqual(0.2 * 1422 * 1024 * 1.25);
    socket.read(1000, 40, 3);
    expect(socket.room).toBeLessThan(usualOctets);
    socket.read(2000, 40, 3);
    expect(socket.room).toBe(usualOctets);
  });

  it('is never less than for some hundred questions', () => {
    const socket = new FakeSocket();
    socket.read(50, 10, 1);
    socket.read(1000, 120, fullBatch, 100);
    expect(socket.room).toBe(262_144);
  });

  it('throws away what waits beyond it once, and counts that', () => {
    const socket = new FakeSocket();
    socket.read(50, 10, 1);
    socket.waiting = usualOctets;
    const stale = socket.read(900, 60, fullBatch, 100);
    expect(stale).toBeGreaterThan(0);
    socket.waiting = 10_000;
    expect(socket.read(1000, 60, fullBatch, 100)).toBe(0);
    expect(socket.counted.queueStale).toBe(stale * fullBatch);
  });

  it('shrinks before it overflows where what waits comes too late', () => {
    const socket = new FakeSocket();
    socket.read(50, 10, 1);
    socket.waiting = 390_000;
    // 427 questions a second.
    expect(socket.read(1000, 150, fullBatch)).toBeGreaterThan(0);
    expect(socket.room).toBe(262_144);
  });

  it('answers what waited for a worker that begins', () => {
    const socket = new FakeSocket();
    socket.waiting = usualOctets;
    expect(socket.read(2000, 40, fullBatch, 100)).toBe(0);
    expect(socket.room).toBe(usualOctets);
  });

  it('counts what found no room, but not what another worker has lost', () => {
    const socket = new FakeSocket();
    socket.read(1000, 10, 20, 3);
    const { queueFull } = socket.counted;
    expect(queueFull).toBeGreaterThan(150);
    expect(queueFull).toBeLessThanOrEqual(300);
  });

  it('stays as it is where it was given beyond what the system gives', () => {
    const socket = new FakeSocket(usualOctets / 2);
    socket.read(50, 10, 1);
    socket.read(1000, 45, fullBatch, 100);
    expect(socket.room).toBe(usualOctets);
    // The bound is found once, and leaves no descriptor behind.
    expect([socket.opened, socket.closed]).toEqual([1, 1]);
  });

  it('takes no long silence and no jump of the clock for an overload', () => {
    const socket = new FakeSocket();
    socket.read(50, 10, 1);
    socket.read(9000, 3000, fullBatch, 100);
    socket.nowMs -= 3_600_000;
    socket.read(200, 100, fullBatch, 100);
    expect(socket.room).toBe(usualOctets);
  });
});
