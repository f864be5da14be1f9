import { describe, expect, it } from 'vitest';
import { AssertionFailed } from '../../../src/base/assert.ts';
import { DatagramBatch } from '../../../src/dataplane/datagram-batch.ts';
import type { Libc } from '../../../src/plane/libc.ts';
import { Errno } from '../../../src/plane/sockets/socket-layout.ts';

/**
 * A kernel that answers `sendmmsg` by a script and keeps what it was asked. Negative: an error of that number, which
 * happened to the first message, as the kernel tells no other.
 */
function scriptedLibc(results: number[]): { libc: Libc; sends: [first: number, count: number][] } {
  const sends: [number, number][] = [];
  let errno: number = Errno.EAGAIN;
  const unused = () => {
    throw new Error('not expected here');
  };
  const libc: Libc = {
    allocate: (octets) => ({ octets: new Uint8Array(new ArrayBuffer(octets)), address: 0x7fff_ffff_f000 }),
    sendMany(_fd, _headers, first, count) {
      sends.push([first, count]);
      const result = results.shift() ?? -Errno.EAGAIN;
      if (result < 0) errno = -result;
      return result < 0 ? -1 : result;
    },
    errno: () => errno,
    describeError: () => 'no room',
    receiveMany: unused,
    getOption: unused,
    control: unused,
    socket: unused,
    setOption: unused,
    bind: unused,
    connect: unused,
    localAddress: unused,
    listen: unused,
    duplicate: unused,
    close: unused,
    poll: unused,
  };
  return { libc, sends };
}

function batchOf(responses: number, libc: Libc): DatagramBatch {
  const batch = new DatagramBatch(libc);
  for (let i = 0; i < responses; i++) batch.putResponse(i, 100);
  return batch;
}

describe('sending a batch', () => {
  it('goes on where the kernel took a part', () => {
    const { libc, sends } = scriptedLibc([5, 3, 2]);
    expect(batchOf(10, libc).send(3)).toBe(0);
    expect(sends).toEqual([
      [0, 10],
      [5, 5],
      [8, 2],
    ]);
  });

  it.each<[string, number]>([
    ['ENOBUFS', 105],
    ['ECONNREFUSED', 111],
    ['EMSGSIZE', 90],
    ['EAGAIN', Errno.EAGAIN],
    ['EPERM', Errno.EPERM],
    ['ENETUNREACH', 101],
    ['EINVAL', Errno.EINVAL],
  ])('leaves out the one that is refused with %s, and sends the others', (_name, errno) => {
    const { libc, sends } = scriptedLibc([2, -errno, 7]);
    expect(batchOf(10, libc).send(3)).toBe(1);
    expect(sends).toEqual([
      [0, 10],
      [2, 8],
      [3, 7],
    ]);
  });

  it('leaves nothing out for a signal', () => {
    const { libc, sends } = scriptedLibc([2, -Errno.EINTR, -Errno.EINTR, 8]);
    expect(batchOf(10, libc).send(3)).toBe(0);
    expect(sends).toEqual([
      [0, 10],
      [2, 8],
      [2, 8],
      [2, 8],
    ]);
  });

  it('ends when all are refused', () => {
    const { libc, sends } = scriptedLibc([]);
    expect(batchOf(64, libc).send(3)).toBe(64);
    expect(sends).toHaveLength(64);
  });

  it('calls nobody where every question got silence', () => {
    const { libc, sends } = scriptedLibc([]);
    expect(batchOf(0, libc).send(3)).toBe(0);
    expect(sends).toEqual([]);
  });

  it('has room for the longest response to each question', () => {
    const { libc } = scriptedLibc([64]);
    const batch = new DatagramBatch(libc);
    for (let i = 0; i < 64; i++) {
      expect(batch.responseOffset + 4096).toBeLessThanOrEqual(batch.octets.length);
      batch.putResponse(i, 4096);
    }
    expect(batch.send(3)).toBe(0);
  });

  it.each<[string, number, number]>([
    ['longer than its room', 0, 4097],
    ['of negative length', 0, -1],
    ['to no datagram', 64, 100],
    ['to one before the first', -1, 100],
  ])('refuses a response %s', (_name, i, octets) => {
    const batch = batchOf(0, scriptedLibc([]).libc);
    expect(() => batch.putResponse(i, octets)).toThrow(AssertionFailed);
    expect(batch.responseCount).toBe(0);
  });

  it('refuses more responses than there can be datagrams', () => {
    const batch = batchOf(64, scriptedLibc([]).libc);
    expect(() => batch.putResponse(0, 100)).toThrow(AssertionFailed);
  });
});

/** Where a piece of memory lies that the records of C name. */
interface Piece {
  readonly what: string;
  readonly start: number;
  readonly end: number;
}

describe('the records of a batch', () => {
  it('point into its memory, and at no octet twice', () => {
    const blocks: { address: number; octets: Uint8Array }[] = [];
    const { libc } = scriptedLibc([]);
    const allocate = (octets: number) => {
      const block = { address: 0x7000_0000_0000 + blocks.length * 0x1000_0000, octets: new Uint8Array(octets) };
      blocks.push(block);
      return block;
    };
    const batch = new DatagramBatch({ ...libc, allocate });
    for (let i = 0; i < 64; i++) batch.putResponse(63 - i, 4096);
    const [main, send] = blocks.map(({ address, octets }) => ({ address, view: new DataView(octets.buffer) }));
    if (main === undefined || send === undefined) return expect.unreachable();
    const pieces = [piece('receive headers', main.address, 64 * 64), piece('send headers', send.address, 64 * 64)];
    for (let i = 0; i < 64; i++) pieces.push(...readHeader(`receive ${i}`, main.view, i * 64, main));
    const all = [...pieces];
    // A response's header shares peer and control data with its question's.
    for (let i = 0; i < 64; i++) {
      const [name, control, ...own] = readHeader(`send ${i}`, send.view, i * 64, main);
      expect(pieces.some(({ start }) => start === name?.start)).toBe(true);
      expect(pieces.some(({ start }) => start === control?.start)).toBe(true);
      all.push(...own);
    }
    for (const { what, start, end } of all) {
      const isInside = blocks.some(({ address, octets }) => start >= address && end <= address + octets.length);
      expect(isInside, what).toBe(true);
    }
    const sorted = all.toSorted((a, b) => a.start - b.start);
    const overlaps = sorted.filter(({ start }, i) => i > 0 && start < (sorted[i - 1]?.end ?? 0));
    expect(overlaps).toEqual([]);
  });
});

/** What a struct mmsghdr names: name, control data, vector, what the vector names. */
function readHeader(what: string, view: DataView, at: number, main: { address: number; view: DataView }): Piece[] {
  const pointer = (from: DataView, offset: number) => Number(from.getBigUint64(offset, true));
  const vector = pointer(view, at + 16);
  expect(view.getBigUint64(at + 24, true)).toBe(1n);
  const base = pointer(main.view, vector - main.address);
  return [
    piece(`${what} name`, pointer(view, at), view.getUint32(at + 8, true)),
    piece(`${what} control`, pointer(view, at + 32), Number(view.getBigUint64(at + 40, true))),
    piece(`${what} vector`, vector, 16),
    piece(`${what} data`, base, pointer(main.view, vector - main.address + 8)),
  ];
}

function piece(what: string, start: number, octets: number): Piece {
  return { what, start, end: start + octets };
}
