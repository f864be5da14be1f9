import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { findLibc, type Libc } from '../../../../src/plane/libc.ts';
import type { ListenAddress } from '../../../../src/plane/messages.ts';
import { listenError } from '../../../../src/plane/sockets/listen-error.ts';
import {
  type ListenOptions,
  type ListenSockets,
  openListenSockets,
} from '../../../../src/plane/sockets/listen-sockets.ts';

const local: ListenAddress = { family: 4, address: '127.0.0.1', port: 0 };
const options: ListenOptions = { takeover: false, udpWorkers: 2, tcpWorkers: 1 };

const ways = [
  ['with libc', findLibc() ?? 'none'],
  ['with Node alone', 'none'],
] as const;

function open(
  libc: Libc | 'none' | undefined,
  addresses: readonly ListenAddress[],
  changed: Partial<ListenOptions> = {},
): ReturnType<typeof openListenSockets> {
  return openListenSockets(addresses, { ...options, ...changed }, libc);
}

async function opened(...args: Parameters<typeof open>): Promise<ListenSockets> {
  const result = await open(...args);
  if (!result.ok) throw new Error(result.error.map((error) => error.message).join('\n'));
  return result.value;
}

/** A bound UDP socket of a number that TCP had free just now: below the ports that connections on the machine take. */
async function udpWithTcpFree(): Promise<ReturnType<typeof createSocket>> {
  for (let port = 20_000 + (process.pid % 10_000); port < 32_000; port++) {
    const udp = createSocket('udp4');
    const tcp = createServer();
    udp.bind(port, '127.0.0.1');
    tcp.listen(port, '127.0.0.1');
    const [udpBound, tcpBound] = await Promise.allSettled([once(udp, 'listening'), once(tcp, 'listening')]);
    tcp.close();
    if (udpBound.status === 'fulfilled' && tcpBound.status === 'fulfilled') return udp;
    if (udpBound.status === 'fulfilled') udp.close();
  }
  throw new Error('no port between 20,000 and 32,000 is free for both UDP and TCP');
}

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

describe.each(ways)('listen sockets %s', (_name, libc) => {
  it('take one free port for UDP and TCP where port 0 is asked for', async () => {
    const sockets = await opened(libc, [local, { family: 4, address: '127.0.0.2', port: 0 }]);
    expect(sockets.addresses.map((address) => address.address)).toEqual(['127.0.0.1', '127.0.0.2']);
    for (const address of sockets.addresses) expect(address.port).toBeGreaterThan(0);
    sockets.close();
  });

  it('for TLS are TCP alone, and behind the others', async () => {
    const udp = await udpWithTcpFree();
    // That UDP is taken is no matter.
    const tls = { ...local, port: udp.address().port };
    const sockets = await opened(libc, [local], { tls: [tls, { ...local, address: '127.0.0.2' }] });
    expect(sockets.addresses).toHaveLength(1);
    expect(sockets.tlsAddresses[0]).toEqual(tls);
    expect(sockets.tlsAddresses[1]?.port).toBeGreaterThan(0);
    const duplicates = { udp: sockets.duplicateFor('udp', 0), tcp: sockets.duplicateFor('tcp', 0) };
    expect(duplicates.udp.map(({ isTls }) => isTls)).toEqual([false]);
    expect(duplicates.tcp.map(({ isTls }) => isTls)).toEqual([false, true, true]);
    for (const transport of ['udp', 'tcp'] as const) sockets.release(transport, 0, duplicates[transport]);
    sockets.close();
    udp.close();
  });

  it('are refused where another program has UDP or TCP, with both named', async () => {
    const udp = createSocket('udp4');
    udp.bind(0, '127.0.0.1');
    await once(udp, 'listening');
    const { port } = udp.address();
    const before = openDescriptors();
    // "Contain": the other transport's port of that number may happen to be taken by something else on the machine.
    const onlyUdp = await open(libc, [{ ...local, port }]);
    expect(onlyUdp.ok ? [] : onlyUdp.error.map((e) => [e.kind, e.transport, e.code])).toContainEqual([
      'in-use',
      'udp',
      'EADDRINUSE',
    ]);
    expect(openDescriptors()).toBe(before);
    udp.close();

    const tcp = createServer();
    tcp.listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    const onlyTcp = await open(libc, [{ ...local, port: (tcp.address() as AddressInfo).port }]);
    expect(onlyTcp.ok ? [] : onlyTcp.error.map((e) => [e.kind, e.transport])).toContainEqual(['in-use', 'tcp']);
    tcp.close();
  });

  it('give all errors and leave nothing open when one address fails', async () => {
    const before = openDescriptors();
    const result = await open(libc, [
      local,
      { family: 4, address: '198.51.100.1', port: 0 },
      { family: 4, address: '198.51.100.2', port: 0 },
    ]);
    const seen = result.ok ? [] : result.error.map((error) => `${error.address.address} ${error.kind}`);
    expect([...new Set(seen)]).toEqual(['198.51.100.1 no-such-address', '198.51.100.2 no-such-address']);
    expect(openDescriptors()).toBe(before);
  });
});

describe.skipIf(findLibc() === undefined)('listen sockets that are held by main', () => {
  it('refuse a second instance, unless it takes over', async () => {
    const first = await opened(findLibc(), [local]);
    const second = await open(findLibc(), first.addresses);
    expect(second.ok ? [] : second.error.map((e) => e.kind)).toEqual(['in-use', 'in-use']);
    const third = await opened(findLibc(), first.addresses, { takeover: true });
    third.close();
    first.close();
  });

  it('may overlap in one configuration', async () => {
    const first = await opened(findLibc(), [local]);
    const [address] = first.addresses;
    first.close();
    const port = address?.port ?? 0;
    const both = await opened(findLibc(), [
      { family: 4, address: '0.0.0.0', port },
      { family: 4, address: '127.0.0.1', port },
    ]);
    expect(both.addresses).toHaveLength(2);
    both.close();
  });

  it('are duplicated for each worker and released without touching files that reuse the number', async () => {
    const before = openDescriptors();
    const sockets = await opened(findLibc(), [local, { family: 4, address: '127.0.0.2', port: 0 }]);
    const held = openDescriptors();
    expect(held - before).toBe(6);
    for (let round = 0; round < 5; round++) {
      const duplicates = sockets.duplicateFor('udp', 1);
      expect(duplicates.every(({ fd }) => fd > 2)).toBe(true);
      expect(openDescriptors()).toBe(held + 2);
      sockets.release('udp', 1, duplicates);
      expect(openDescriptors()).toBe(held);
    }
    // The worker has closed its duplicate and the number means a stranger's socket now.
    const [duplicate] = sockets.duplicateFor('tcp', 0);
    sockets.release('udp', 0, duplicate === undefined ? [] : [duplicate]);
    expect(openDescriptors()).toBe(held + 2);
    sockets.close();
    expect(openDescriptors()).toBe(before + 2);
  });
});

describe('the error of a listen address', () => {
  it.each([
    ['EACCES', 53, /CAP_NET_BIND_SERVICE.*setcap.*"user:".*another port/],
    ['EADDRINUSE', 53, /systemd-resolved.*ss -lunp sport = :53.*--takeover/],
    ['EADDRINUSE', 5300, /another ringzone/],
    ['EADDRNOTAVAIL', 53, /no interface of this machine/],
    ['EAFNOSUPPORT', 53, /no IPv4/],
    ['EIO', 53, /broken \[EIO\]/],
  ])('%s on port %i names the cure', (code, port, cure) => {
    const error = listenError({ family: 4, address: '192.0.2.1', port }, 'udp', code, 'broken');
    expect(error.message).toMatch(`192.0.2.1:${port} (UDP)`);
    expect(error.message).toMatch(cure);
  });
});
