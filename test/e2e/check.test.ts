/** `ringzone check` as a person runs it: its output and its exit code; as a process where the process matters. */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../../src/cli/main.ts';
import { hasOpenssl, makeCertificate } from './certificates.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'ringzone-check-'));
const cwd = process.cwd();
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(cwd);
  rmSync(folder, { recursive: true });
});

const mended = join(root, 'zones/rapidtech.phones');
const printed = join(import.meta.dirname, 'fixtures/rapidtech.phones.as-printed');
const signed = join(root, 'test/golden/signed-nsec/signed.zone');

class Collected extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}

/** The program within this process. */
async function ringzone(args: readonly string[]) {
  const stdout = new Collected();
  const stderr = new Collected();
  const status = await runProgram(['node', 'ringzone', ...args], { stdout, stderr });
  return { status, stdout: stdout.text, stderr: stderr.text };
}

/** The program as a process. */
function spawnRingzone(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'bin/ringzone.js'), ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}

function zoneFile(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('the mended zone of the how-to is good', async () => {
  const { status, stdout, stderr } = await ringzone(['check', '--zone', 'rapidtech.phones', mended]);
  expect(stdout).toBe('zone rapidtech.phones/IN: loaded serial 2012022302 (10 records)\nOK\n');
  expect(stderr).toContain('note: NS dns1.dnsserver.phones is outside this zone');
  expect(status).toBe(0);
});

test('the printed zone of the how-to tells how to mend it', async () => {
  const { status, stdout, stderr } = await ringzone(['check', '--zone', 'rapidtech.phones', printed]);
  expect(stdout).toBe('');
  for (const line of [10, 11, 12, 13])
    expect(stderr).toMatch(new RegExp(`as-printed:${line}:\\d+: error: A needs an address`));
  expect(stderr).toContain('as-printed:17:2: error: unknown record type "_sip._udp.rapidtech.phones." [ZF07]');
  expect(stderr).toContain('remove the blank');
  expect(stderr).toContain('warning: SRV target sipserverbackup.rapidtech.phones has no A or AAAA here');
  // Their addresses are the errors of lines 10 and 11 already.
  expect(stderr).not.toContain('SRV target sipserver1');
  expect(stderr.trimEnd().split('\n').at(-1)).toBe(
    'rapidtech.phones: 5 errors (4 records without a field, 1 unknown type); not loaded',
  );
  expect(status).toBe(1);
});

test('--print gives the canonical zone alone on stdout, and it is the same when read again', async () => {
  const first = await ringzone(['check', '--zone', 'rapidtech.phones', mended, '--print']);
  expect(first.stdout.split('\n').slice(0, 3)).toEqual([
    'rapidtech.phones. 1800 IN SOA dns1.dnsserver.phones. root.dns1.dnsserver.phones. 2012022302 1800 600 604800 1800',
    'rapidtech.phones. 1800 IN NS dns1.dnsserver.phones.',
    '_sip._udp.rapidtech.phones. 300 IN SRV 0 40 5060 sipserver1.rapidtech.phones.',
  ]);
  expect(first.stderr).toContain('OK\n');
  const again = await ringzone(['check', '--zone', 'rapidtech.phones', zoneFile('again', first.stdout), '--print']);
  expect(again.stdout).toBe(first.stdout);
  expect(again.status).toBe(0);
});

test('--json gives one object on stdout', async () => {
  const good = await ringzone(['check', '--json', '--zone', 'rapidtech.phones', mended]);
  expect(JSON.parse(good.stdout)).toMatchObject({
    ok: true,
    zones: [
      { name: 'rapidtech.phones', file: mended, serial: 2012022302, records: 10, diagnostics: [{ code: 'ZC13' }] },
    ],
  });
  expect(good).toMatchObject({ status: 0, stderr: '' });
  const bad = await ringzone(['check', '--json', '--zone', 'rapidtech.phones', printed]);
  expect(JSON.parse(bad.stdout)).toMatchObject({ ok: false, zones: [{ ok: false }] });
  expect(bad).toMatchObject({ status: 1, stderr: '' });
});

test('a signed zone is named so, as named-checkzone does', async () => {
  const { stdout } = await ringzone(['check', '--zone', 'signed.test', signed]);
  expect(stdout).toMatch(/^zone signed\.test\/IN: loaded serial \d+ \(DNSSEC signed\) \(\d+ records\)\nOK\n$/);
});

test('--strict refuses targets without address', async () => {
  const text = '$TTL 300\n@ SOA ns hm 1 3600 600 604800 300\n@ NS ns\nns A 192.0.2.1\n_sip._udp SRV 0 0 5060 sip\n';
  const file = zoneFile('z.test', text);
  expect(await ringzone(['check', '--zone', 'z.test', file])).toMatchObject({ status: 0 });
  const strict = await ringzone(['check', '--zone', 'z.test', file, '--strict']);
  expect(strict.stderr).toContain('error: SRV target sip.z.test has no A or AAAA here');
  expect(strict.status).toBe(1);
});

test('-c compares what is said of SRV with the zones', async () => {
  zoneFile(
    'calls',
    '$TTL 300\n@ SOA ns admin 1 3600 600 604800 60\n@ NS ns\nns A 192.0.2.1\n_sip._udp SRV 1 1 5060 ns\n',
  );
  const config = (owner: string) =>
    zoneFile('calls.yaml', `zones:\n  a.test:\n    file: calls\n    owners: { ${owner}: { health: { fall: 2 } } }\n`);
  const bad = await ringzone(['check', '-c', config('_sips._udp')]);
  expect(bad.stderr).toContain('calls.yaml:4:15: error: _sips._udp has no SRV in zone a.test/IN');
  expect(bad.stderr).toContain('hint: did you mean _sip._udp?');
  expect(bad.status).toBe(1);
  expect(await ringzone(['check', '-c', config('_sip._udp')])).toMatchObject({ status: 0 });
});

test('-c checks the zones of a configuration, and the configuration', async () => {
  zoneFile('good.zone', '$TTL 300\n@ SOA ns hm 7 3600 600 604800 300\n@ NS ns\nns A 192.0.2.1\n');
  zoneFile('bad.zone', '$TTL 300\n@ NS ns\nns A 192.0.2.1\n');
  const yaml = (zones: string) => `listen: ["127.0.0.1:5300"]\nzones:\n${zones}`;
  const good = '  good.test: { type: primary, file: good.zone }\n';
  const one = await ringzone(['check', '-c', zoneFile('one.yaml', yaml(good))]);
  expect(one).toMatchObject({ status: 0, stdout: 'zone good.test/IN: loaded serial 7 (3 records)\nOK\n' });
  const both = await ringzone([
    'check',
    '-c',
    zoneFile('two.yaml', yaml(`${good}  bad.test: { type: primary, file: bad.zone }\n`)),
  ]);
  expect(both.stdout).toBe('zone good.test/IN: loaded serial 7 (3 records)\n');
  expect(both.stderr).toContain('bad.test has no SOA record at its apex [ZC01]');
  expect(both.status).toBe(1);
  const wrong = await ringzone(['check', '-c', zoneFile('three.yaml', 'lisen: []\n')]);
  expect(wrong.stderr).toMatch(/three\.yaml:1:1: error: unknown key.*\n.*\n.*\nhint: did you mean listen\?/);
  expect(wrong.status).toBe(1);
});

test('without -c and --zone it takes ringzone.yaml of this folder', async () => {
  zoneFile('here.zone', '$TTL 300\n@ SOA ns hm 8 3600 600 604800 300\n@ NS ns\nns A 192.0.2.1\n');
  const path = zoneFile('ringzone.yaml', 'zones:\n  here.test: { type: primary, file: here.zone }\n');
  const { stdout } = await ringzone(['check']);
  rmSync(path);
  expect(stdout).toContain('zone here.test/IN: loaded serial 8 (3 records)');
});

test.each([
  [['check', 'file'], /no zone is given for the file file\nhint: name it: ringzone check --zone/],
  [['check', '--zone', 'z.test'], /no file is given for the zone z\.test\nhint: ringzone check --zone z\.test FILE/],
  [['check', '--zone', 'z..test', 'file'], /"z\.\.test" is not a domain name/],
  [['check', '--zone', 'z.test', 'file', '-c', 'ringzone.yaml'], /either --config or --zone/],
  [['check', '--print', '--json'], /cannot be used with option '--print'\nhint: ringzone check --help/],
  [['check', '--prin'], /unknown option '--prin'[\s\S]*hint: ringzone check --help/],
  [['chekc'], /unknown command 'chekc'[\s\S]*hint: ringzone --help/],
  [[], /Usage: ringzone/],
])('wrong usage: %j', async (args, message) => {
  const { status, stderr } = await ringzone(args);
  expect(stderr).toMatch(message);
  expect(status).toBe(2);
});

test.each([[['--help']], [['help']], [['check', '--help']], [['serve', '--help']], [['help', 'serve']]])(
  '%j',
  async (args) => {
    const { status, stdout } = await ringzone(args);
    expect(stdout).toMatch(/^Usage: ringzone[\s\S]*Examples?:\n {2}ringzone /);
    expect(status).toBe(0);
  },
);

test('as a process: --version, wrong usage, and zones with errors give their exit codes', () => {
  expect(spawnRingzone(['--version'])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
  expect(spawnRingzone(['chekc'])).toMatchObject({ status: 2, stdout: '' });
  expect(spawnRingzone(['check', '--zone', 'rapidtech.phones', printed])).toMatchObject({ status: 1, stdout: '' });
});

test('without any configuration it says whose zones are good', async () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  process.chdir(empty);
  try {
    const { status, stdout, stderr } = await ringzone(['check']);
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/OK\n$/);
    expect(stderr).toContain('there is no ringzone.yaml here: these are the example zones of the package\n');
  } finally {
    process.chdir(folder);
  }
});

test.skipIf(!existsSync('/dev/full'))(
  'as a process: a full disk is told, without a stack (skipped without /dev/full)',
  () => {
    const full = openSync('/dev/full', 'w');
    const args = [join(root, 'bin/ringzone.js'), 'check', '--zone', 'rapidtech.phones', mended, '--print'];
    const { status, stderr } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
      timeout: 60_000,
    });
    closeSync(full);
    expect({ status, stderr }).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('cannot write the output: ENOSPC'),
    });
    expect(stderr).not.toContain('at ');
  },
);

test('colours where they are asked for, and not with NO_COLOR', () => {
  const args = ['check', '--zone', 'rapidtech.phones', mended];
  const esc = String.fromCharCode(27);
  expect(spawnRingzone(args, { FORCE_COLOR: '1' }).stderr).toContain(`${esc}[36mnote:`);
  expect(spawnRingzone(args).stderr).not.toContain(esc);
  expect(spawnRingzone(args, { NO_COLOR: '1' }).stderr).not.toContain(esc);
});

test.skipIf(!hasOpenssl)('a certificate with which serve could not start is an error, as serve tells it', async () => {
  const { certFile, keyFile } = makeCertificate(folder, 'tls');
  const config = join(folder, 'tls.yaml');
  const write = (key: string) =>
    writeFileSync(
      config,
      `zones: { rapidtech.phones: { file: ${mended} } }\ntls: { cert-file: ${certFile}, key-file: ${key} }\n`,
    );
  write(keyFile);
  expect(await ringzone(['check', '-c', config])).toMatchObject({ status: 0 });

  write(zoneFile('no.key', 'no key'));
  const damaged = await ringzone(['check', '-c', config]);
  expect(damaged.status).toBe(1);
  expect(damaged.stderr).toMatch(/error: tls: .*no\.key.* \[CF38\]/);

  write(join(folder, 'missing.key'));
  const missing = await ringzone(['check', '-c', config, '--json']);
  expect(missing.status).toBe(1);
  expect(JSON.parse(missing.stdout)).toMatchObject({
    ok: false,
    diagnostics: [{ severity: 'error', code: 'CF38', message: expect.stringContaining('missing.key') }],
  });
});
