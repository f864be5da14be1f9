/** `ringzone init` with options: what it writes passes `check`, and what it doesn't write. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { runProgram } from '../../../../src/cli/main.ts';

const root = mkdtempSync(join(tmpdir(), 'ringzone-init-test-'));
let folders = 0;

afterAll(() => rmSync(root, { recursive: true, force: true }));

function newFolder(): string {
  return join(root, `${++folders}`);
}

async function run(...args: readonly string[]) {
  const output = { stdout: new PassThrough(), stderr: new PassThrough() };
  const code = await runProgram(['node', 'ringzone', ...args], output);
  return { code, stdout: String(output.stdout.read() ?? ''), stderr: String(output.stderr.read() ?? '') };
}

/** Write, and check with all doubts as errors. Gives the canonical zone, without the SOA. */
async function initAndCheck(...args: readonly string[]): Promise<string[]> {
  const dir = newFolder();
  const written = await run('init', '--dir', dir, '--domain', 'example.com', '--ns', '192.0.2.53', ...args);
  expect(written).toMatchObject({ code: 0, stderr: '' });
  const { code, stdout, stderr } = await run('check', '-c', join(dir, 'ringzone.yaml'), '--print', '--strict');
  expect({ code, doubts: stderr.match(/warning|error/) }).toEqual({ code: 0, doubts: null });
  return stdout.split('\n').filter((line) => line !== '' && !/\sSOA\s/.test(line));
}

const nameServer = ['example.com. 3600 IN NS ns1.example.com.', 'ns1.example.com. 3600 IN A 192.0.2.53'];

test('servers with shares, a backup, all transports and NAPTR', async () => {
  const records = await initAndCheck(
    ...['--server', 'sip1=192.0.2.11,2001:db8::11,weight 40', '--server', 'sip2.example.com=192.0.2.12:5070,weight 60'],
    ...['--backup', '198.51.100.13', '--transport', 'tls,udp,tcp', '--naptr'],
  );
  expect(records.map((line) => line.replaceAll('\t', ' ')).toSorted()).toEqual(
    [
      ...nameServer,
      'sip1.example.com. 3600 IN A 192.0.2.11',
      'sip1.example.com. 3600 IN AAAA 2001:db8::11',
      'sip2.example.com. 3600 IN A 192.0.2.12',
      'backup.example.com. 3600 IN A 198.51.100.13',
      ...['_sip._udp', '_sip._tcp'].flatMap((owner) => [
        `${owner}.example.com. 300 IN SRV 0 40 5060 sip1.example.com.`,
        `${owner}.example.com. 300 IN SRV 0 60 5070 sip2.example.com.`,
        `${owner}.example.com. 300 IN SRV 1 10 5060 backup.example.com.`,
      ]),
      // The port that was given is that of UDP and TCP.
      '_sips._tcp.example.com. 300 IN SRV 0 40 5061 sip1.example.com.',
      '_sips._tcp.example.com. 300 IN SRV 0 60 5061 sip2.example.com.',
      '_sips._tcp.example.com. 300 IN SRV 1 10 5061 backup.example.com.',
      'example.com. 3600 IN NAPTR 10 50 "S" "SIPS+D2T" "" _sips._tcp.example.com.',
      'example.com. 3600 IN NAPTR 20 50 "S" "SIP+D2T" "" _sip._tcp.example.com.',
      'example.com. 3600 IN NAPTR 30 50 "S" "SIP+D2U" "" _sip._udp.example.com.',
    ].toSorted(),
  );
});

test.each([
  [['--server', '192.0.2.11'], '_sip._udp.example.com. 300 IN SRV 0 10 5060 sip1.example.com.'],
  [['--server', 'pbx.provider.net'], '_sip._udp.example.com. 300 IN SRV 0 10 5060 pbx.provider.net.'],
  [['--server', 'pbx.provider.net:5080,weight=7'], '_sip._tcp.example.com. 300 IN SRV 0 7 5080 pbx.provider.net.'],
  [['--server', '[2001:db8::1]:5071'], '_sip._udp.example.com. 300 IN SRV 0 10 5071 sip1.example.com.'],
  [['--server', 'a=2001:db8::1', '--transport', 'tls'], '_sips._tcp.example.com. 300 IN SRV 0 10 5061 a.example.com.'],
  [
    ['--server', '192.0.2.1:443', '--transport', 'tls'],
    '_sips._tcp.example.com. 300 IN SRV 0 10 443 sip1.example.com.',
  ],
  [
    ['--server', '192.0.2.1,tls-port 5071', '--transport', 'udp,tls'],
    '_sips._tcp.example.com. 300 IN SRV 0 10 5071 sip1.example.com.',
  ],
])('%j', async (args, expected) => {
  const records = await initAndCheck(...args);
  expect(records.map((line) => line.replaceAll('\t', ' '))).toContain(expected);
});

test.each([
  ['health', /# health:/, 'health:'],
  ['transfers', /# allow-transfer:/, 'allow-transfer:'],
  ['NOTIFY', /# also-notify:/, 'also-notify:'],
  ['shape', /rfc2782$/m, 'shape'],
  [
    'a log',
    /# logging:\n# {3}channels:\n# {5}log_file(.*)\n# {3}categories:\n# {5}/,
    'logging:\n  channels:\n    log_file$1\n  categories:\n    ',
  ],
  ['user', /# user:/, 'user:'],
])('what it comments out can be taken in: %s', async (_what, before, after) => {
  const dir = newFolder();
  await run(
    'init',
    '--dir',
    dir,
    '--domain',
    'example.com',
    '--server',
    '192.0.2.1',
    '--server',
    '192.0.2.2',
    '--listen',
    '0.0.0.0:53',
  );
  const file = join(dir, 'ringzone.yaml');
  const text = readFileSync(file, 'utf8').replace(before, after);
  expect(text).not.toBe(readFileSync(file, 'utf8'));
  writeFileSync(file, text);
  expect(await run('check', '-c', file)).toMatchObject({ code: 0, stderr: '' });
});

test('nothing that is there is replaced without --force, and then the serial goes up', async () => {
  const dir = newFolder();
  const args = ['init', '--dir', dir, '--domain', 'example.com', '--server', '192.0.2.1'];
  await run(...args);
  const zone = join(dir, 'zones/example.com');
  const first = readFileSync(zone, 'utf8');
  writeFileSync(zone, first.replace(/\d{10}/, '4000000000'));
  const refused = await run(...args);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toBe(
    `error: ${zone} and ${join(dir, 'ringzone.yaml')} exist\nhint: --force replaces, --dir writes elsewhere\n`,
  );
  expect(readFileSync(zone, 'utf8')).toContain('4000000000');
  expect(await run(...args, '--force')).toMatchObject({ code: 0, stderr: '' });
  expect(readFileSync(zone, 'utf8')).toContain('4000000001  ;');
  // Drafts are gone.
  expect(readdirSync(dir).toSorted()).toEqual(['ringzone.yaml', 'zones']);
  expect(readdirSync(join(dir, 'zones'))).toEqual(['example.com']);
});

test('what is there is told before the questions', async () => {
  const dir = newFolder();
  mkdirSync(dir);
  writeFileSync(join(dir, 'ringzone.yaml'), '');
  const { code, stderr } = await run('init', '--dir', dir);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `error: ${join(dir, 'ringzone.yaml')} exists\nhint: --force replaces, --dir writes elsewhere\n`,
  });
});

test('domains: other scripts as the DNS has them, and names that YAML would take for numbers', async () => {
  const dir = newFolder();
  expect(
    await run('init', '--dir', dir, '--domain', 'sip:B\u00fccher.example.', '--server', '192.0.2.1'),
  ).toMatchObject({ code: 0 });
  expect(statSync(join(dir, 'zones/xn--bcher-kva.example')).isFile()).toBe(true);
  const other = newFolder();
  expect(await run('init', '--dir', other, '--domain', '4.4.e164.arpa', '--server', 'a.example.net')).toMatchObject({
    code: 0,
  });
  expect(await run('init', '--dir', newFolder(), '--domain', 'null', '--server', 'a.example.net')).toMatchObject({
    code: 0,
  });
});

test.each([
  [['--domain', 'a..b', '--server', '192.0.2.1'], /--domain: "a..b" is not a domain name\nhint: /],
  [['--domain', 'a b', '--server', '192.0.2.1'], /--domain: "a b" is not a domain name/],
  [['--domain', 'a.test', '--server', 'sip1'], /sip1 has no address\nhint: write sip1=/],
  [['--domain', 'a.test', '--server', 'sip1=192.0.2.300'], /"192.0.2.300" is not an address/],
  [['--domain', 'a.test', '--server', '192.0.2.300'], /is not the name of a host/],
  [['--domain', 'a.test', '--server', '0.0.0.0'], /nobody can be reached at 0.0.0.0/],
  [['--domain', 'a.test', '--server', 'a.test=192.0.2.1'], /can't have the name of the domain itself/],
  [['--domain', 'a.test', '--server', 'sip.b.test=192.0.2.1'], /is not below a.test.*\nhint: write sip.b.test alone/],
  [['--domain', 'a.test', '--server', '192.0.2.1,weight 70000'], /weight 70000 is above 65535/],
  [['--domain', 'a.test', '--server', '192.0.2.1,weight 30%'], /"30%" is not a weight: a whole number/],
  [['--domain', 'a.test', '--server', '192.0.2.1,weight'], /"" is not a weight/],
  [['--domain', 'a.test', '--server', '192.0.2.1,tls-port=x'], /"x" is not a tls-port/],
  [['--domain', 'a.test', '--server', '192.0.2.1:5060,192.0.2.2:5061'], /one server has one port/],
  [['--domain', 'a.test', '--server', '192.0.2.1,weight 1', '--server', '192.0.2.2'], /some servers have a weight/],
  [['--domain', 'a.test', '--server', '192.0.2.1,weight 0', '--server', '192.0.2.2,weight 0'], /all weights are 0/],
  [['--domain', 'a.test', '--server', 'a=192.0.2.1', '--backup', 'a=192.0.2.1'], /server a is given twice/],
  [['--domain', 'a.test', '--server', '192.0.2.1', '--transport', 'udp,sctp'], /"sctp" is not a transport/],
  [['--domain', 'a.test', '--server', '192.0.2.1', '--ns', '192.0.2.1:53'], /neither a port nor a weight/],
  [['--domain', 'a.test', '--server', '192.0.2.1', '--listen', 'here'], /--listen: "here" is not an address/],
  // Without a terminal nobody is asked.
  [[], /--domain is missing, and there is no terminal to ask at\nhint: ringzone init --domain/],
  [['--domain', 'a.test'], /--server is missing/],
])('wrong usage: %j', async (args, message) => {
  const dir = newFolder();
  mkdirSync(dir);
  const { code, stdout, stderr } = await run('init', '--dir', dir, ...args);
  expect(stderr).toMatch(message);
  expect({ code, stdout, written: readdirSync(dir) }).toEqual({ code: 2, stdout: '', written: [] });
});

test('what will not work well is told, and written', async () => {
  const servers = Array.from({ length: 9 }, (_, i) => ['--server', `192.0.2.${i + 1}`]).flat();
  const { code, stderr } = await run('init', '--dir', newFolder(), '--domain', 'a.test', ...servers);
  expect(code).toBe(0);
  expect(stderr).toMatch(/zones\/a\.test:\d+:\d+: warning: .* 9 SRV records.*\[SIP09\]/);
});

test('a folder that cannot be written', async () => {
  const file = newFolder();
  writeFileSync(file, '');
  const { code, stderr } = await run('init', '--dir', join(file, 'x'), '--domain', 'a.test', '--server', '192.0.2.1');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: cannot write below .*: a folder of its path is a file\n$/);
});
