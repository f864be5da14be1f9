import { describe, expect, it } from 'vitest';
import { DatagramBatch } from '../../../src/dataplane/datagram-batch.ts';
import type { Libc } from '../../../src/plane/libc.ts';

/** A kernel that answers `sendmmsg` by a script and keeps what it was asked; -1 is an error. */
function scriptedLibc(results: number[]): { libc: Libc; sends: [first: number, count: number][] } {
  const sends: [number, number][] = [];
  const unused = () => {
    throw new Error('not expected here');
  };
  const libc: Libc = {
    allocate: (octets) => ({ octets: new Uint8Array(new ArrayBuffer(octets)), address: 0x7fff_ffff_f000 }),
    sendMany(_fd, _headers, first, count) {
      sends.push([first, count]);
      return results.shift() ?? -1;
    },
    errno: () => 11,
    describeError: () => 'no room',
    receiveMany: unused,
    socket: unused,
    setOption: unused,
    bind: unused,
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

  it('leaves out the one that is refused, and sends the others', () => {
    const { libc, sends } = scriptedLibc([2, -1, 7]);
    expect(batchOf(10, libc).send(3)).toBe(1);
    expect(sends).toEqual([
      [0, 10],
      [2, 8],
      [3, 7],
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
});
