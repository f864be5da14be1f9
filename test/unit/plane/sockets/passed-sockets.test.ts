import { openSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findLibc, type Libc } from '../../../../src/plane/libc.ts';
import type { ListenAddress } from '../../../../src/plane/messages.ts';
import {
  type ListenOptions,
  type ListenSockets,
  openListenSockets,
} from '../../../../src/plane/sockets/listen-sockets.ts';
import { writeSocketAddress } from '../../../../src/plane/sockets/socket-address.ts';
import { SocketInspector } from '../../../../src/plane/sockets/socket-facts.ts';
import { Domain, FileControl, SocketType } from '../../../../src/plane/sockets/socket-layout.ts';

const libc = findLibc() as Libc;
const options: ListenOptions = { takeover: false, udpWorkers: 2, tcpWorkers: 1 };
const local: ListenAddress = { family: 4, address: '127.0.0.1', port: 0 };

async function open(addresses: readonly ListenAddress[], more: Partial<ListenOptions> = {}): Promise<ListenSockets> {
  const opened = await openListenSockets(addresses, { ...options, ...more }, libc);
  if (!opened.ok) throw new Error(opened.error.map(({ message }) => message).join('\n'));
  return opened.value;
}

/** Duplicates, as another process would get them. */
function passedFrom(sockets: ListenSockets): number[] {
  return sockets.all.map(({ fd }) => libc.duplicate(fd));
}

function bound(type: number, address: ListenAddress): number {
  const fd = libc.socket(address.family === 4 ? Domain.inet : Domain.inet6, type, 0);
  const memory = libc.allocate(28);
  expect(libc.bind(fd, memory, writeSocketAddress(memory.octets, address))).toBe(0);
  return fd;
}

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

describe.skipIf(libc === undefined)('sockets that others have opened', () => {
  it('are used where they are bound to a wanted address, and others are opened beside them', async () => {
    const first = await open([local]);
    const [address] = first.addresses as [ListenAddress];
    const passed = passedFrom(first);
    first.close();
    const second = await open([address, { ...local, address: '127.0.0.2' }], { passed });
    expect(second.taken).toBe(3);
    expect(second.closed).toEqual([]);
    expect(second.addresses[0]).toEqual(address);
    expect(second.all.slice(0, 3).map(({ fd }) => fd)).toEqual(passed);
    // Another program finds the port taken, as ever.
    expect((await openListenSockets([address], options, libc)).ok).toBe(false);
    second.close();
  });

  it('stand for port 0 too', async () => {
    const first = await open([local]);
    const passed = passedFrom(first);
    first.close();
    const second = await open([local], { passed });
    expect(second.addresses).toEqual(first.addresses);
    second.close();
  });

  it('are closed where nobody wants them, and told of; a socket that comes twice counts once', async () => {
    const before = openDescriptors();
    const first = await open([local]);
    const [address] = first.addresses as [ListenAddress];
    const second = await open([{ ...local, address: '127.0.0.2' }], {
      passed: [...passedFrom(first), ...passedFrom(first)],
    });
    expect(second.taken).toBe(0);
    expect(second.closed).toEqual([
      `127.0.0.1:${address.port} (UDP): the configuration does not name it`,
      `127.0.0.1:${address.port} (TCP): the configuration does not name it`,
    ]);
    const third = await open([address], { takeover: true, passed: [...passedFrom(first), ...passedFrom(first)] });
    expect(third.all).toHaveLength(3);
    for (const sockets of [first, second, third]) sockets.close();
    expect(openDescriptors()).toBe(before);
  });

  it('are all read: by fewer workers, and by more', async () => {
    const first = await open([local], { udpWorkers: 3 });
    const passed = passedFrom(first);
    const fewer = await open([local], { udpWorkers: 2, passed, takeover: true });
    const shares = [0, 1].map((worker) => fewer.duplicateFor('udp', worker));
    expect(shares.map((share) => share.length)).toEqual([2, 1]);
    expect(shares.flat().map(({ addressIndex }) => addressIndex)).toEqual([0, 0, 0]);
    for (const [worker, share] of shares.entries()) fewer.release('udp', worker, share);
    fewer.close();
    first.close();
    // A socket that lets no other one beside it: all workers read it.
    const lone = bound(SocketType.datagram, { ...local, port: 0 });
    const facts = new SocketInspector(libc).inspect(lone);
    if (!facts.ok) throw new Error(facts.error);
    const before = openDescriptors();
    const more = await open([facts.value.address], { udpWorkers: 2, passed: [lone], takeover: true });
    const own = [0, 1].map((worker) => more.duplicateFor('udp', worker));
    expect(own.map((share) => share.length)).toEqual([1, 1]);
    for (const [worker, share] of own.entries()) more.release('udp', worker, share);
    more.close();
    expect(openDescriptors()).toBe(before - 1);
  });

  it('block in UDP and not in TCP, whoever has opened them', async () => {
    const first = await open([local]);
    const passed = passedFrom(first);
    const isNonBlocking = (fd: number) => (libc.control(fd, FileControl.getFlags, 0) & SocketType.nonBlocking) !== 0;
    for (const { fd, transport } of first.all) {
      const flags = libc.control(fd, FileControl.getFlags, 0);
      libc.control(
        fd,
        FileControl.setFlags,
        transport === 'udp' ? flags | SocketType.nonBlocking : flags & ~SocketType.nonBlocking,
      );
    }
    const second = await open([local], { passed, takeover: true });
    expect(second.all.map(({ fd }) => isNonBlocking(fd))).toEqual([false, false, true]);
    first.close();
    second.close();
  });

  it.each<[string, () => number, RegExp]>([
    ['a file', () => openSync('/dev/null', 'r'), /no socket/],
    ['a Unix socket', () => libc.socket(Domain.unix, SocketType.stream, 0), /no socket of IPv4 or IPv6/],
    ['TCP that does not listen', () => bound(SocketType.stream, local), /does not listen/],
    ['UDP that is not bound', () => libc.socket(Domain.inet, SocketType.datagram, 0), /bound to no port/],
    [
      'one for IPv4 and IPv6',
      () => bound(SocketType.datagram, { family: 6, address: '::', port: 0 }),
      /BindIPv6Only=ipv6-only/,
    ],
    ['a number that is no descriptor', () => 1_000_000, /no socket/],
  ])('are refused: %s', async (_name, make, reason) => {
    const before = openDescriptors();
    const fd = make();
    const sockets = await open([local], { passed: [fd] });
    expect(sockets.closed).toEqual([expect.stringMatching(reason)]);
    expect(sockets.taken).toBe(0);
    sockets.close();
    expect(openDescriptors()).toBe(before);
  });
});
