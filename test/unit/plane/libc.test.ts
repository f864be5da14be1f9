/** What C gets lies inside its memory: every call refuses to reach beyond, before it is made. */
import { describe, expect, it } from 'vitest';
import { AssertionFailed } from '../../../src/base/assert.ts';
import { findLibc, type Libc } from '../../../src/plane/libc.ts';
import {
  Errno,
  Level,
  MessageFlag,
  messageHeaderOctets,
  pollfdOctets,
  SocketOption,
} from '../../../src/plane/sockets/socket-layout.ts';

const libc = findLibc() as Libc;
/** No descriptor: a call that is made all the same does nothing but fail. */
const none = -1;
const flags = MessageFlag.dontWait;

describe.skipIf(libc === undefined)('calls of libc', () => {
  const headers = libc?.allocate(4 * messageHeaderOctets);
  const pollfds = libc?.allocate(4 * pollfdOctets);

  it.each<[string, () => number]>([
    ['recvmmsg of more headers than there are', () => libc.receiveMany(none, headers, 5, flags)],
    ['recvmmsg of a negative count', () => libc.receiveMany(none, headers, -1, flags)],
    ['recvmmsg of no number', () => libc.receiveMany(none, headers, Number.NaN, flags)],
    ['sendmmsg that ends beyond', () => libc.sendMany(none, headers, 2, 3, flags)],
    ['sendmmsg that begins beyond', () => libc.sendMany(none, headers, 5, 0, flags)],
    ['sendmmsg that begins before', () => libc.sendMany(none, headers, -1, 2, flags)],
    ['sendmmsg of a negative count', () => libc.sendMany(none, headers, 3, -1, flags)],
    ['poll of more records than there are', () => libc.poll(pollfds, 5, 0)],
    ['poll of a negative count', () => libc.poll(pollfds, -1, 0)],
    ['bind with a longer address than its memory', () => libc.bind(none, libc.allocate(16), 28)],
    ['bind with a negative length', () => libc.bind(none, libc.allocate(16), -1)],
    ['getsockname with too short a length', () => libc.localAddress(none, libc.allocate(28), libc.allocate(2))],
  ])('%s is refused', (_name, call) => {
    expect(call).toThrow(AssertionFailed);
  });

  it.each<[string, () => number]>([
    ['recvmmsg', () => libc.receiveMany(none, headers, 4, flags)],
    ['sendmmsg', () => libc.sendMany(none, headers, 1, 3, flags)],
    ['bind', () => libc.bind(none, libc.allocate(28), 28)],
    ['getsockname', () => libc.localAddress(none, libc.allocate(28), libc.allocate(4))],
    ['setsockopt', () => libc.setOption(none, Level.socket, SocketOption.reusePort, libc.allocate(4))],
  ])('%s up to the end of its memory reaches the kernel', (_name, call) => {
    expect(call()).toBe(-1);
    expect(libc.errno()).toBe(Errno.EBADF);
  });

  it('memory is where it says, and stays there', () => {
    const memory = libc.allocate(64);
    expect(memory.octets).toHaveLength(64);
    expect(memory.octets.byteOffset).toBe(0);
    expect(memory.address).toBeGreaterThan(0);
    expect(memory.address).toBeLessThan(2 ** 47);
    // The kernel writes into it, and JavaScript sees that: what poll says of a descriptor that isn't open.
    const view = new DataView(memory.octets.buffer);
    view.setInt32(0, 0x7fff_ffff, true);
    expect(libc.poll(memory, 1, 0)).toBe(1);
    expect(view.getInt16(6, true)).toBe(pollInvalid);
  });
});

/** POLLNVAL of Linux. */
const pollInvalid = 0x20;
