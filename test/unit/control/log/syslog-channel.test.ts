import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SyslogChannel } from '../../../../src/control/log/syslog-channel.ts';
import { SyslogHeader } from '../../../../src/control/log/syslog-header.ts';
import { findLibc } from '../../../../src/plane/libc.ts';
import { SyslogDaemon } from './syslog-daemon.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-syslog-'));
  path = join(folder, 'log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const timeMs = new Date(2026, 10, 2, 21, 20, 56).getTime();
const head = (priority: number) => `<${priority}>Nov  2 21:20:56 named[${process.pid}]: `;

function openChannel(): SyslogChannel {
  const channel = new SyslogChannel({ kind: 'syslog', facility: 'daemon', tag: 'named' }, path);
  channel.open();
  return channel;
}

describe.skipIf(findLibc() === undefined)('syslog', () => {
  test('each line is a message with facility, severity, local time, program and process', () => {
    const daemon = new SyslogDaemon(path);
    const channel = openChannel();
    channel.write('zone au.test/IN: loaded serial 2026010101', 'info', timeMs);
    channel.write('two\nlines, and no octet lost: \u00e9', 'error', timeMs);
    channel.flush();
    expect(daemon.read()).toEqual([
      `${head(30)}zone au.test/IN: loaded serial 2026010101`,
      `${head(27)}two lines, and no octet lost: \u00e9`,
    ]);
    expect(channel.takeTrouble(0)).toBeUndefined();
    channel.close();
    daemon.end();
  });

  test('a daemon that is started again gets what was said meanwhile', () => {
    const first = new SyslogDaemon(path);
    const channel = openChannel();
    first.end();
    channel.write('1', 'info', timeMs);
    channel.flush();
    expect(channel.takeTrouble(0)).toMatchObject({
      severity: 'error',
      message: `syslog: ${path}: no syslog daemon runs here [ENOENT]; answers go on`,
    });
    channel.write('2', 'info', timeMs);
    channel.flush();
    const second = new SyslogDaemon(path);
    channel.flush();
    expect(second.read()).toEqual([`${head(30)}1`, `${head(30)}2`]);
    expect(channel.takeTrouble(0)).toMatchObject({
      severity: 'notice',
      message: expect.stringMatching(/0 lines lost$/),
    });
    // Replaced between two messages: nothing is lost, nothing is told.
    second.end();
    const third = new SyslogDaemon(path);
    channel.write('3', 'info', timeMs);
    channel.flush();
    expect(third.read()).toEqual([`${head(30)}3`]);
    expect(channel.takeTrouble(0)).toBeUndefined();
    channel.close();
    third.end();
  });

  test('a daemon that does not read is not waited for: lines are kept, then counted', () => {
    const daemon = new SyslogDaemon(path);
    const channel = openChannel();
    const line = 'x'.repeat(10_000);
    for (let i = 0; i < 100; i++) channel.write(line, 'info', timeMs);
    channel.flush();
    const taken = daemon.read();
    expect(taken.length).toBeLessThan(100);
    // BIND cuts messages to that, too.
    expect(taken[0]).toHaveLength(8192);
    expect(channel.retryMs()).toBe(1);
    for (let i = 0; i < 100; i++) channel.write(line, 'info', timeMs);
    channel.flush();
    expect(channel.takeTrouble(0)?.message).toMatch(
      /the syslog daemon does not keep up; \d+ lines? lost so far; answers go on$/,
    );
    channel.flush();
    channel.flush();
    expect(channel.retryMs()).toBeGreaterThan(1);
    let received = 0;
    for (let round = 0; round < 200 && channel.retryMs() < Number.POSITIVE_INFINITY; round++) {
      received += daemon.read().length;
      channel.flush();
    }
    received += daemon.read().length;
    expect(channel.retryMs()).toBe(Number.POSITIVE_INFINITY);
    const lost = Number(/, (\d+) lines? lost$/.exec(channel.takeTrouble(0)?.message ?? '')?.[1]);
    expect(taken.length + received + lost).toBe(200);
    channel.close();
    daemon.end();
  });

  test('the end does not wait for one that does not read', () => {
    const daemon = new SyslogDaemon(path);
    const channel = openChannel();
    for (let i = 0; i < 100; i++) channel.write('x'.repeat(5000), 'info', timeMs);
    channel.close();
    expect(channel.retryMs()).toBe(Number.POSITIVE_INFINITY);
    daemon.end();
  });
});

test.each([
  ['critical', 24 + 2],
  ['error', 24 + 3],
  ['warning', 24 + 4],
  ['notice', 24 + 5],
  ['info', 24 + 6],
  ['debug', 24 + 7],
  ['debug 3', 24 + 7],
] as const)('the priority of %s', (severity, priority) => {
  expect(new SyslogHeader(3, 'named', process.pid).at(severity, timeMs)).toBe(head(priority));
});

test('the header follows time and severity', () => {
  const header = new SyslogHeader(16, 'ringzone', 7);
  const at = new Date(2026, 0, 31, 1, 2, 3).getTime();
  expect([header.at('info', at), header.at('notice', at + 999), header.at('notice', at + 1000)]).toEqual([
    '<134>Jan 31 01:02:03 ringzone[7]: ',
    '<133>Jan 31 01:02:03 ringzone[7]: ',
    '<133>Jan 31 01:02:04 ringzone[7]: ',
  ]);
});
