/** The how-to's own files: the mended ones simply work, the printed ones are answered with what mends them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { findCommand } from '../interop/lib/judge.ts';
import { Folder, ServeProcess } from './serve-process.ts';

const tests = join(import.meta.dirname, '..');
const ringzone = join(tests, '../bin/ringzone.js');
const mended = {
  config: readFileSync(join(tests, 'named-conf/differs/category-statistics.conf'), 'utf8'),
  zone: readFileSync(join(tests, 'zonefile/02-howto-mended.zone'), 'utf8'),
};
const printed = {
  config: readFileSync(join(tests, 'named-conf/bad/how-to-as-printed.conf'), 'utf8'),
  zone: readFileSync(join(tests, 'zonefile/01-howto-as-printed.zone'), 'utf8'),
};
const hasDig = findCommand('dig') !== undefined;

let folder = new Folder();
let server: ServeProcess | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
  folder.remove();
  folder = new Folder();
});

/** named.conf and master/, as they lie where named is started: the how-to's named.conf has no `directory`. */
function setUp({ config, zone }: { readonly config: string; readonly zone: string }): void {
  folder.write('master/rapidtech.phones', zone);
  folder.write('named.conf', config.replace('/var/log/bind.log', join(folder.path, 'bind.log')));
}

function start(): ServeProcess {
  const places = ['--listen', '127.0.0.1:0', '--data-dir', join(folder.path, 'data')];
  const args = ['-c', 'named.conf', ...places, '--workers', '1', '--control', 'false', '--http', 'false'];
  server = new ServeProcess(args, { cwd: folder.path });
  return server;
}

function dig(port: number, ...words: readonly string[]): string[] {
  const text = execFileSync('dig', ['@127.0.0.1', '-p', String(port), ...words], { encoding: 'utf8' });
  return text
    .trim()
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' '));
}

/** bind.log once it has a line that ends so. */
async function logUntil(end: RegExp): Promise<readonly string[]> {
  for (let i = 0; ; i++) {
    const lines = readFileSync(join(folder.path, 'bind.log'), 'utf8').trimEnd().split('\n');
    if (lines.some((line) => end.test(line))) return lines;
    if (i === 500) throw new Error(`no ${end} in bind.log:\n${lines.join('\n')}`);
    await sleep(20);
  }
}

const time = String.raw`^\d\d-\w{3}-\d{4} \d\d:\d\d:\d\d\.\d{3} `;
const client = String.raw`client @0x[0-9a-f]+ 127\.0\.0\.1#\d+ `;

test.skipIf(!hasDig)('mended: phones get their servers, and the query log has it (skipped without dig)', async () => {
  setUp(mended);
  const port = await start().ready();
  expect(dig(port, '_sip._udp.rapidtech.phones', 'SRV', '+noall', '+answer', '+additional')).toEqual([
    '_sip._udp.rapidtech.phones. 300 IN SRV 0 40 5060 sipserver1.rapidtech.phones.',
    '_sip._udp.rapidtech.phones. 300 IN SRV 0 60 5060 sipserver2.rapidtech.phones.',
    '_sip._udp.rapidtech.phones. 300 IN SRV 1 5 5060 sipserverbackup.rapidtech.phones.',
    'sipserver1.rapidtech.phones. 1800 IN A 192.0.2.11',
    'sipserver2.rapidtech.phones. 1800 IN A 192.0.2.12',
    'sipserverbackup.rapidtech.phones. 1800 IN A 192.0.2.13',
  ]);
  const name = String.raw`_sip\._udp\.rapidtech\.phones`;
  await logUntil(
    new RegExp(
      `${time}queries: info: ${client}\\(${name}\\): query: ${name} IN SRV \\+E\\(0\\)K \\(127\\.0\\.0\\.1\\)$`,
    ),
  );
});

test.skipIf(!hasDig)('mended: dig transfers the zone, and xfer-out has it (skipped without dig)', async () => {
  setUp(mended);
  const port = await start().ready();
  const records = dig(port, 'rapidtech.phones', 'AXFR', '+noall', '+answer');
  const soa =
    'rapidtech.phones. 1800 IN SOA dns1.dnsserver.phones. root.dns1.dnsserver.phones. 2012022302 1800 600 604800 1800';
  expect([records[0], records.at(-1)]).toEqual([soa, soa]);
  expect(records.slice(1, -1).sort()).toEqual([
    'FTP.rapidtech.phones. 1800 IN A 192.0.2.21',
    'NTP.rapidtech.phones. 1800 IN A 192.0.2.20',
    '_sip._udp.rapidtech.phones. 300 IN SRV 0 40 5060 sipserver1.rapidtech.phones.',
    '_sip._udp.rapidtech.phones. 300 IN SRV 0 60 5060 sipserver2.rapidtech.phones.',
    '_sip._udp.rapidtech.phones. 300 IN SRV 1 5 5060 sipserverbackup.rapidtech.phones.',
    'rapidtech.phones. 1800 IN NS dns1.dnsserver.phones.',
    'sipserver1.rapidtech.phones. 1800 IN A 192.0.2.11',
    'sipserver2.rapidtech.phones. 1800 IN A 192.0.2.12',
    'sipserverbackup.rapidtech.phones. 1800 IN A 192.0.2.13',
  ]);
  const transfer = String.raw`${time}xfer-out: info: ${client}\(rapidtech\.phones\): transfer of 'rapidtech\.phones/IN': `;
  const lines = await logUntil(
    new RegExp(
      String.raw`${transfer}AXFR ended: 1 messages, 11 records, \d+ bytes, \d+\.\d{3} secs \(\d+ bytes/sec\) \(serial 2012022302\)$`,
    ),
  );
  expect(
    lines.filter((line) => new RegExp(`${transfer}AXFR started \\(serial 2012022302\\)$`).test(line)),
  ).toHaveLength(1);
});

/** Where, what, and what to do about it. */
function faults(stderr: string): string[] {
  const pattern = /^(?:.*\/)?[^/\n]+:(\d+:\d+): error: (.*)\n(?:.*\n){2}hint: (.*)$/gm;
  return [...stderr.matchAll(pattern)].map(([, place, message, hint]) => `${place} ${message} ${hint}`);
}

const configFaults = [
  '1:9 the { of logging is not closed [NC03] write }; before "zone" in line 15',
  '2:26 the { of channel is not closed [NC03] write }; before "category" in line 9',
  '15:28 the { of zone is not closed [NC03] write }; at the end of the file',
];

test('printed: each missing brace is told at the one that opened, by check, convert and serve', async () => {
  setUp(printed);
  for (const command of [['check', '-c'], ['convert']]) {
    const result = spawnSync(process.execPath, [ringzone, ...command, 'named.conf'], {
      cwd: folder.path,
      encoding: 'utf8',
    });
    expect([result.status, faults(result.stderr)]).toEqual([1, configFaults]);
  }
  const { exit } = start();
  expect((await exit).code).toBe(1);
  expect(faults(server?.stderr ?? '')).toEqual(configFaults);
});

test('printed: mended as the hints say, the configuration is good', () => {
  const lines = printed.config.trimEnd().split('\n');
  const closed = [...lines.slice(0, 8), '};', ...lines.slice(8, 14), '};', ...lines.slice(14), '};'];
  setUp({ config: `${closed.join('\n')}\n`, zone: mended.zone });
  const result = spawnSync(process.execPath, [ringzone, 'check', '-c', 'named.conf'], {
    cwd: folder.path,
    encoding: 'utf8',
  });
  expect([result.status, faults(result.stderr)]).toEqual([0, []]);
});

test("printed: the zone's blank addresses and its blank before a record are told", () => {
  setUp(printed);
  const args = ['check', '--zone', 'rapidtech.phones', 'master/rapidtech.phones'];
  const result = spawnSync(process.execPath, [ringzone, ...args], { cwd: folder.path, encoding: 'utf8' });
  expect(result.status).toBe(1);
  const address =
    'A needs an address, and the line ends here [ZF20] write one, for example 192.0.2.11, or remove the line';
  expect(faults(result.stderr)).toEqual([
    `10:18 ${address}`,
    `11:18 ${address}`,
    `12:21 ${address}`,
    `13:22 ${address}`,
    '17:2 unknown record type "_sip._udp.rapidtech.phones." [ZF07] the line begins with a blank, so its owner is the one before (_sip._udp.rapidtech.phones.); remove the blank to make this name the owner',
  ]);
});
