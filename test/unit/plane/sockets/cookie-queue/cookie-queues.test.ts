/** The program in the kernel that it is for. */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { ServerCookies } from '../../../../../src/answer/cookie/server-cookies.ts';
import { DatagramBatch } from '../../../../../src/dataplane/datagram-batch.ts';
import { Client } from '../../../../../src/plane/access/client.ts';
import { findLibc } from '../../../../../src/plane/libc.ts';
import { type ListenSockets, openListenSockets } from '../../../../../src/plane/sockets/listen-sockets.ts';
import { parseAddress } from '../../../../../src/plane/sockets/socket-address.ts';
import { MessageFlag } from '../../../../../src/plane/sockets/socket-layout.ts';
import { buildQuery } from '../../../../interop/lib/dns-client.ts';

const libc = findLibc();
const secret = randomBytes(16);
const questions = 24;
const hosts = [[4, '127.0.0.1'] as const, ...(existsSync('/proc/net/if_inet6') ? [[6, '::1'] as const] : [])];
const deadlineMs = 5000;
let open: ListenSockets | undefined;

afterEach(() => {
  open?.close();
  open = undefined;
});

describe.skipIf(libc === undefined).each(hosts)('questions over IPv%i', (family, host) => {
  it('with a right cookie come to sockets of their own', async () => {
    const sockets = await openFor(family, host);
    expect(sockets.guideCookies([secret])).toBe(true);
    expect(await send(family, host, sockets, cookieOf(family, host))).toEqual({ first: questions, others: 0 });
    expect(await send(family, host, sockets, randomBytes(24))).toEqual({ first: 0, others: questions });
    expect(await send(family, host, sockets, randomBytes(8))).toEqual({ first: 0, others: questions });
  });

  it('follow another secret, and come anywhere without one', async () => {
    const sockets = await openFor(family, host);
    sockets.guideCookies([randomBytes(16)]);
    expect(await send(family, host, sockets, cookieOf(family, host))).toEqual({ first: 0, others: questions });
    sockets.guideCookies([secret]);
    expect(await send(family, host, sockets, cookieOf(family, host))).toEqual({ first: questions, others: 0 });
    expect(sockets.guideCookies(undefined)).toBe(true);
    const { first, others } = await send(family, host, sockets, cookieOf(family, host));
    expect(first + others).toBe(questions);
  });

  it('find their sockets again in the next server', async () => {
    const sockets = await openFor(family, host);
    const passed = sockets.all.map(({ fd }) => libc?.duplicate(fd) as number);
    const [address] = sockets.addresses;
    const next = await openWith({ family, address: host, port: address?.port ?? 0 }, { passed, hasCookieQueues: true });
    sockets.close();
    open = next;
    next.guideCookies([secret]);
    expect(next.all.length).toBe(passed.length);
    expect(await send(family, host, next, cookieOf(family, host))).toEqual({ first: questions, others: 0 });
  });
});

async function openFor(family: 4 | 6, address: string): Promise<ListenSockets> {
  open = await openWith({ family, address, port: 0 }, { hasCookieQueues: true });
  return open;
}

async function openWith(
  address: { family: 4 | 6; address: string; port: number },
  more: { passed?: readonly number[]; hasCookieQueues: boolean },
): Promise<ListenSockets> {
  const opened = await openListenSockets([address], { takeover: false, udpWorkers: 2, tcpWorkers: 1, ...more });
  if (!opened.ok) throw new Error(opened.error.map(({ message }) => message).join());
  return opened.value;
}

function cookieOf(family: 4 | 6, host: string): Uint8Array {
  const client = new Client();
  client.family = family;
  client.octets = parseAddress(host) as Uint8Array;
  const cookies = new ServerCookies([secret]);
  cookies.check(randomBytes(8), 0, 8, client, Math.floor(Date.now() / 1000));
  const option = new Uint8Array(28);
  cookies.writeOption(option, 0);
  return option.slice(4);
}

/** From several ports. */
async function send(family: 4 | 6, host: string, sockets: ListenSockets, cookie: Uint8Array) {
  const port = sockets.addresses[0]?.port ?? 0;
  const clients = Array.from({ length: 6 }, () => createSocket(family === 4 ? 'udp4' : 'udp6'));
  const message = buildQuery({ name: 'example.com', type: 'SRV', edns: { options: [{ code: 10, data: cookie }] } });
  const sent = Array.from({ length: questions }, (_, i) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    clients[i % clients.length]?.send(message, port, host, () => resolve());
    return promise;
  });
  await Promise.all(sent);
  for (const client of clients) client.close();
  const own = [0, 1].flatMap((worker) => sockets.duplicateFor('udp', worker));
  const count = (isFirst: boolean): number =>
    own.filter((socket) => (socket.isFirst ?? false) === isFirst).reduce((sum, { fd }) => sum + drain(fd), 0);
  const counts = { first: 0, others: 0 };
  const endMs = performance.now() + deadlineMs;
  while (counts.first + counts.others < questions && performance.now() < endMs) {
    counts.first += count(true);
    counts.others += count(false);
    await sleep(1);
  }
  for (const { fd } of own) libc?.close(fd);
  return counts;
}

function drain(fd: number): number {
  if (libc === undefined) return 0;
  const batch = new DatagramBatch(libc);
  let sum = 0;
  for (let count = 1; count > 0; ) {
    count = Math.max(0, batch.receive(fd, MessageFlag.dontWait));
    batch.reset(count);
    sum += count;
  }
  return sum;
}
