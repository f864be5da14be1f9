import { describe, expect, it } from 'vitest';
import { takeListenFds } from '../../../../src/control/server/listen-fds.ts';
import { mayOpenPort } from '../../../../src/control/server/low-ports.ts';
import { storeSockets } from '../../../../src/control/server/socket-store.ts';
import type { ListenSocket } from '../../../../src/plane/sockets/listen-sockets.ts';

describe('LISTEN_FDS', () => {
  it('are taken by the process that they are for, once', () => {
    const environment = { LISTEN_PID: '42', LISTEN_FDS: '3', LISTEN_FDNAMES: 'a:b', PATH: '/bin' };
    expect(takeListenFds(environment, 42)).toEqual([
      { fd: 3, name: 'a' },
      { fd: 4, name: 'b' },
      { fd: 5, name: '' },
    ]);
    expect(environment).toEqual({ PATH: '/bin' });
    expect(takeListenFds(environment, 42)).toEqual([]);
  });

  it.each([
    [{}],
    [{ LISTEN_PID: '43', LISTEN_FDS: '1' }],
    [{ LISTEN_FDS: '1' }],
    [{ LISTEN_PID: '42', LISTEN_FDS: '-1' }],
    [{ LISTEN_PID: '42', LISTEN_FDS: '1e9' }],
    [{ LISTEN_PID: '42', LISTEN_FDS: '' }],
  ])('of %j there are none', (environment) => {
    expect(takeListenFds(environment as NodeJS.ProcessEnv, 42)).toEqual([]);
  });
});

describe('the store', () => {
  const socket = (transport: 'udp' | 'tcp', address: string, fd: number): ListenSocket => ({
    transport,
    address: { family: address.includes(':') ? 6 : 4, address, port: 53 },
    fd,
  });

  function told(sockets: readonly ListenSocket[], passed: Parameters<typeof storeSockets>[2]): unknown[] {
    const states: unknown[] = [];
    storeSockets((state, descriptors) => states.push([state, descriptors]), sockets, passed);
    return states;
  }

  it('gets all sockets of an address and transport under one name', () => {
    const sockets = [socket('udp', '192.0.2.1', 7), socket('udp', '192.0.2.1', 8), socket('tcp', '2001:db8::1', 9)];
    expect(told(sockets, [])).toEqual([
      ['FDSTORE=1\nFDNAME=udp-192.0.2.1-53\nFDPOLL=0', [7, 8]],
      ['FDSTORE=1\nFDNAME=tcp-2001_db8__1-53\nFDPOLL=0', [9]],
    ]);
  });

  it('does not get again what it has, and lets go of what nobody uses', () => {
    const passed = [
      { fd: 3, name: 'udp-192.0.2.1-53' },
      { fd: 4, name: 'udp-192.0.2.2-53' },
      { fd: 5, name: 'ringzone.socket' },
    ];
    expect(
      told([socket('udp', '192.0.2.1', 3), socket('udp', '192.0.2.1', 9), socket('tcp', '192.0.2.1', 5)], passed),
    ).toEqual([
      ['FDSTOREREMOVE=1\nFDNAME=udp-192.0.2.2-53', undefined],
      ['FDSTORE=1\nFDNAME=udp-192.0.2.1-53\nFDPOLL=0', [9]],
    ]);
  });
});

describe('a low port', () => {
  const system =
    (effective: string, first = '1024\n') =>
    (path: string) =>
      path.endsWith('ip_unprivileged_port_start') ? first : `Name:\tnode\nCapEff:\t${effective}\nSeccomp:\t0\n`;

  it.each([
    [53, '0000000000000400', '1024\n', true],
    [53, '0000000000000000', '1024\n', false],
    [53, '000001fffffffbff', '1024\n', false],
    [53, '0000000000000000', '53\n', true],
    [1023, '0000000000000000', '', false],
    [1024, '0000000000000000', '', true],
    [0, '0000000000000000', '1024\n', true],
  ])('%i with capabilities %s, from %j on free for all: %s', (port, effective, first, may) => {
    expect(mayOpenPort(port, system(effective, first))).toBe(may);
  });
});
