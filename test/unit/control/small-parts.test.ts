import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isNewerSerial } from '../../../src/base/serial.ts';
import { formatForTerminal } from '../../../src/control/log/stderr-format.ts';
import { findUser } from '../../../src/control/server/privileges.ts';
import { createNotify, reloadingState, unixAddress } from '../../../src/control/server/systemd.ts';
import { formatStatistics } from '../../../src/control/statistics/statistics-line.ts';
import { Backoff } from '../../../src/control/workers/backoff.ts';
import { Counter, CounterBlock, createCounters } from '../../../src/plane/counters.ts';

test('serials compare by RFC 1982', () => {
  expect(isNewerSerial(2, 1)).toBe(true);
  expect(isNewerSerial(1, 1)).toBe(false);
  expect(isNewerSerial(0, 4_294_967_295)).toBe(true);
  expect(isNewerSerial(2_147_483_648, 0)).toBe(false);
  expect(isNewerSerial(2_147_483_647, 0)).toBe(true);
  expect(isNewerSerial(0, 2_147_483_649)).toBe(true);
});

test('a worker that keeps dying is replaced ever later, one that lived is replaced at once', () => {
  const backoff = new Backoff();
  expect([0, 1, 2, 3, 4].map((ms) => backoff.nextDelayMs(ms))).toEqual([0, 100, 200, 400, 800]);
  for (let i = 0; i < 20; i++) backoff.nextDelayMs(5);
  expect(backoff.nextDelayMs(6)).toBe(10_000);
  expect(backoff.nextDelayMs(100_000)).toBe(0);
});

test('users are found in /etc/passwd', () => {
  const passwd = 'root:x:0:0:root:/root:/bin/sh\nringzone:x:998:997::/:/usr/sbin/nologin\n';
  expect(findUser('ringzone', passwd)).toEqual({ name: 'ringzone', uid: 998, gid: 997 });
  expect(findUser('ring', passwd)).toBeUndefined();
});

test('the statistics line sums all workers', () => {
  const counters = createCounters(2);
  for (const index of [0, 1]) {
    const block = new CounterBlock(counters, index);
    block.addCount(Counter.Requestv4, 10);
    block.add(Counter.Requestv6);
    block.add(Counter.ReqTCP);
    block.addQtype(33);
    block.addQtype(1000);
    for (const rcode of [1, 1, 1, 2, 2, 5]) block.addRcode(rcode);
  }
  expect(formatStatistics(counters, 61.4, 1)).toMatch(
    /^up 61 s, requests 22 \(UDP 20, TCP 2\), .*refused 2, servfail 4, formerr 6, .*workers replaced 1; by type: SRV 2, others 2$/,
  );
});

describe('the log on a terminal', () => {
  const time = new Date(2026, 10, 22, 20, 39, 44, 202).toISOString();

  test('a line', () => {
    const json = JSON.stringify({
      level: 'info',
      time,
      category: 'general',
      addresses: ['a', 'b'],
      zones: 1,
      msg: 'ready',
    });
    expect(formatForTerminal(json, false)).toBe('20:39:44.202 info  ready addresses=a,b zones=1\n');
  });

  test('detail is indented, the category named', () => {
    const json = JSON.stringify({ level: 'error', time, category: 'zoneload', detail: 'x\n^', msg: 'bad' });
    expect(formatForTerminal(json, true)).toBe('20:39:44.202 \x1b[31merror\x1b[0m zoneload: bad\n    x\n    ^\n');
  });
});

describe('systemd', () => {
  test('addresses', () => {
    expect([...(unixAddress('/a') ?? [])]).toEqual([1, 0, 0x2f, 0x61, 0]);
    expect([...(unixAddress('@a') ?? [])]).toEqual([1, 0, 0, 0x61]);
    expect(unixAddress('a')).toBeUndefined();
    expect(unixAddress(`/${'x'.repeat(107)}`)).toBeUndefined();
    expect(unixAddress(`@${'x'.repeat(107)}`)).toHaveLength(110);
  });

  test('the clock of a reload is in microseconds', () => {
    expect(reloadingState(1_234_567_890n)).toBe('RELOADING=1\nMONOTONIC_USEC=1234567');
  });

  test('without NOTIFY_SOCKET nothing is sent; a socket that is not there is told once', () => {
    const told: string[] = [];
    createNotify({}, (message) => told.push(message))('READY=1');
    const notify = createNotify({ NOTIFY_SOCKET: '/nonexistent/notify' }, (message) => told.push(message));
    notify('READY=1');
    notify('STOPPING=1');
    expect(told).toHaveLength(1);
  });

  test.skipIf(!existsSync('/usr/bin/python3'))('datagrams arrive, abstract names too', async () => {
    const name = `@ringzone-test-${process.pid}`;
    const listener = spawn('/usr/bin/python3', [
      '-c',
      `import socket,sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("\\0" + sys.argv[1][1:])
s.settimeout(10)
print("bound", flush=True)
print(s.recv(100).decode(), flush=True)`,
      name,
    ]);
    const received = new Promise<string>((resolve) => {
      let text = '';
      listener.stdout.on('data', (data: Buffer) => {
        const isFirst = text === '';
        text += data;
        if (isFirst) createNotify({ NOTIFY_SOCKET: name }, () => undefined)('READY=1');
      });
      listener.on('exit', () => resolve(text));
    });
    expect(await received).toBe('bound\nREADY=1\n');
  });
});
