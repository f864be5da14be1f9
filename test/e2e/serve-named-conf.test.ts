/** The how-to's set-up, moved from BIND as it stands: its named.conf and its zone, with the paths of this test. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { findCommand } from '../interop/lib/judge.ts';
import { ask, Folder, ServeProcess, serialOf, zoneText } from './serve-process.ts';

const logging = `logging {
        channel log_file {
                file "bind.log" versions 3 size 100M;
                severity dynamic;
                print-time yes;
                print-severity yes;
                print-category yes;
        };
        category statistics { log_file; };
        category queries { log_file; };
        category xfer-in { log_file; };
        category xfer-out { log_file; };
        category default { log_file; };
};
`;

const zone = `$TTL 1800
@               IN SOA          dns1.dnsserver.phones.     root.dns1.dnsserver.phones. (
                                2012022302 1800 600 1w 1800 )
rapidtech.phones.        IN NS           dns1.dnsserver.phones.
sipserver1  IN A  192.0.2.11
sipserver2  IN A  192.0.2.12
_sip._udp.rapidtech.phones.   IN SRV 0 40 5060 sipserver1.rapidtech.phones.
_sip._udp.rapidtech.phones.   IN SRV 0 60 5060 sipserver2.rapidtech.phones.
`;

const folders: Folder[] = [];
const servers: ServeProcess[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  for (const folder of folders.splice(0)) folder.remove();
});

/** `more` stands behind the how-to's own statements. */
function setUp(more = ''): Folder {
  const folder = new Folder();
  folders.push(folder);
  folder.write('master/rapidtech.phones', zone);
  writeConfig(folder, more);
  return folder;
}

function writeConfig(folder: Folder, more: string): void {
  const options = `options { directory "${folder.path}"; listen-on port 0 { 127.0.0.1; }; listen-on-v6 { none; }; };\n`;
  const own = `zone "rapidtech.phones" in {
        allow-transfer { any; };
        file "master/rapidtech.phones";
        type master;
};
`;
  folder.write('named.conf', `${options}${logging}${own}${more}`);
}

function start(folder: Folder): ServeProcess {
  const server = new ServeProcess(['-c', join(folder.path, 'named.conf'), '--workers', '1', '--control', 'false']);
  servers.push(server);
  return server;
}

/** Wait for lines of bind.log. */
async function logLines(folder: Folder, ...wanted: readonly RegExp[]): Promise<void> {
  const missing = () => {
    const text = readFileSync(join(folder.path, 'bind.log'), 'utf8');
    return wanted.filter((pattern) => !pattern.test(text));
  };
  for (let i = 0; i < 200 && missing().length > 0; i++) await sleep(20);
  expect(missing()).toEqual([]);
}

describe("the how-to's named.conf", () => {
  test('answers, and logs the question', async () => {
    const folder = setUp();
    const server = start(folder);
    const port = await server.ready();
    const reply = await ask(port, '_sip._udp.rapidtech.phones', 'SRV');
    expect(reply.answers.map(({ target }) => target).sort()).toEqual([
      'sipserver1.rapidtech.phones',
      'sipserver2.rapidtech.phones',
    ]);
    await logLines(
      folder,
      /^\d\d-\w{3}-\d{4} [\d:.]{12} queries: info: client @0x\w+ 127\.0\.0\.1#\d+ \(_sip\._udp\.rapidtech\.phones\): query: _sip\._udp\.rapidtech\.phones IN SRV \S+ \(127\.0\.0\.1\)$/m,
    );
  });

  test.skipIf(findCommand('dig') === undefined)('is transferred by dig (skipped without dig)', async () => {
    const folder = setUp();
    const port = await start(folder).ready();
    const args = ['@127.0.0.1', '-p', String(port), 'rapidtech.phones', 'AXFR', '+noall', '+answer'];
    const lines = execFileSync('dig', args, { encoding: 'utf8' }).trim().split('\n');
    expect(lines.filter((line) => line.includes('\tSOA\t'))).toHaveLength(2);
    expect(lines.filter((line) => line.includes('\tSRV\t'))).toHaveLength(2);
    await logLines(
      folder,
      /xfer-out: info: client .* transfer of 'rapidtech\.phones\/IN': AXFR started \(serial 2012022302\)/,
      /xfer-out: info: client .* transfer of 'rapidtech\.phones\/IN': AXFR ended: /,
    );
  });

  test('SIGHUP reads it again; with a fault the one in force stays', async () => {
    const folder = setUp();
    const server = start(folder);
    const port = await server.ready();
    folder.write('master/a.test', zoneText(7));
    writeConfig(folder, 'zone "a.test" { type primary; file "master/a.test" };\n');
    server.kill('SIGHUP');
    await logLines(folder, /missing ; behind "master\/a\.test"/);
    expect((await ask(port, 'a.test', 'SOA')).header.rcode).toBe(5);
    writeConfig(folder, 'zone "a.test" { type primary; file "master/a.test"; };\n');
    server.kill('SIGHUP');
    await logLines(folder, /zone a\.test\/IN: loaded serial 7/);
    expect(await serialOf(port)).toBe(7);
  });

  test('as printed: each missing brace is told where it was opened', async () => {
    const folder = setUp();
    const printed = `${logging}zone "rapidtech.phones" in {\n        file "x";\n        type master;\n`;
    folder.write(
      'named.conf',
      printed.replace('print-category yes;\n        };', 'print-category yes;\n').replace(/^};$/m, ''),
    );
    const server = start(folder);
    expect((await server.exit).code).toBe(1);
    expect(
      [...server.stderr.matchAll(/named\.conf:(\d+:\d+): error: (.*)/g)].map(([, at, what]) => `${at} ${what}`),
    ).toEqual([
      '1:9 the { of logging is not closed [NC03]',
      '2:26 the { of channel is not closed [NC03]',
      '15:28 the { of zone is not closed [NC03]',
    ]);
  });
});
