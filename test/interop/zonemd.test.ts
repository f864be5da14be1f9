/** Message digests of zones (RFC 8976): those that ldns and Knot make are verified here, and what doesn't match is not taken. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { u16At } from '../../src/base/octets.ts';
import { verifyZonemd } from '../../src/dnssec/zonemd.ts';
import { loadZoneFile } from '../../src/store/load-zone.ts';
import { ZoneStore } from '../../src/store/zone-store.ts';
import { wireNameFrom } from '../../src/wire/name.ts';
import { Folder, ServeProcess } from '../e2e/serve-process.ts';
import { waitForRcodes } from './catalog/served.ts';
import { ask } from './lib/dns-client.ts';
import { findFreePort } from './lib/free-port.ts';
import { findCommand, startJudge, writeConfig } from './lib/judge.ts';
import { sendUpdates } from './update/nsupdate.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Case, occluded data, sets of several records, a wildcard, an empty non-terminal, odd types and labels. */
const mixed = `$TTL 300
@ SOA ns1 Host\\.Master 7 3600 900 1209600 300
@ NS ns1
@ NS NS2.Sub
@ MX 20 Mail.Example.ORG.
@ MX 10 mail
@ CAA 0 issue "ca.test"
ns1 A 192.0.2.1
ns2.sub A 192.0.2.2
sub NS ns2.sub
sub NS ns1
below.sub TXT "occluded"
Mail 60 A 192.0.2.13
Mail 60 A 192.0.2.4
Mail AAAA 2001:db8::1
MiXed.Case.Deep A 192.0.2.5
*.wild CNAME NS1
d DNAME Other.Example.
_sip._udp SRV 1 5 5060 Ns1
_sip._udp SRV 1 15 5060 mail
_sip._udp NAPTR 1 1 "S" "SIP+D2U" "" _SIP._udp
with\\.dot\\032blank TXT "a" "b"
unknown TYPE65280 \\# 4 01020304
`;

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringzone-zonemd-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(findCommand(command) as string, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}${stdout}`);
  return stdout.trim();
}

/** The file with a ZONEMD by ldns, signed where there are options for that. */
function withZonemd(folder: string, zone: string, text: string, isSigned = false, ...options: string[]): string {
  writeFileSync(join(folder, 'plain'), text);
  const keys = isSigned ? [run('ldns-keygen', ['-a', 'ECDSAP256SHA256', zone], folder)] : [];
  const how = isSigned ? options : ['-Z', ...options];
  run('ldns-signzone', [...how, '-o', zone, '-f', 'made', 'plain', ...keys], folder);
  return join(folder, 'made');
}

describe.skipIf(findCommand('ldns-signzone') === undefined)('made by ldns-signzone', () => {
  test.each([
    ['SHA-384', false, ['-z', 'simple:sha384']],
    ['SHA-512', false, ['-z', 'simple:sha512']],
    ['both', false, ['-z', '1:1', '-z', '1:2']],
    ['signed with NSEC', true, ['-z', '1:1']],
    ['signed with NSEC3', true, ['-n', '-z', '1:2']],
  ])('%s', (_, isSigned, options) => {
    const file = withZonemd(newFolder(), 'mixed.test', mixed, isSigned, ...options);
    const store = ZoneStore.create();
    const loaded = loadZoneFile(store, { file, apex: wireNameFrom('mixed.test.'), zoneClass: 1, strict: false });
    expect(loaded.refusal).toBeUndefined();
    store.reader.renew();
    expect(verifyZonemd(store.reader, loaded.zone?.version as never)).toEqual({ kind: 'verified' });
    expect(readFileSync(file, 'utf8').match(/\tIN\tZONEMD\t/g)).toHaveLength(
      options.filter((word) => word === '-z').length,
    );
  });
});

function startSecondary(port: number, zones: readonly string[], primaryPort: number): ServeProcess {
  const folder = new Folder();
  ends.push(() => folder.remove());
  const lines = zones.map((zone) => {
    const verify = zone.startsWith('unchecked') ? ', zonemd-verify: no' : '';
    return `  ${zone}: { type: secondary, primaries: ["127.0.0.1:${primaryPort}"]${verify} }`;
  });
  const text = [
    `listen: ["127.0.0.1:${port}"]`,
    'workers: 1',
    'data-dir: data',
    'control: false',
    'zones:',
    ...lines,
    '',
  ];
  folder.write('ringzone.yaml', text.join('\n'));
  const server = new ServeProcess(['-c', 'ringzone.yaml'], { cwd: folder.path });
  ends.push(() => server.stop());
  return server;
}

test.skipIf(findCommand('ldns-signzone') === undefined || findCommand('named') === undefined)(
  'a transfer from BIND, which does not verify: what does not match is dropped with the reason',
  async () => {
    const text = '$TTL 60\n@ SOA ns hm 1 3600 600 604800 300\n@ NS ns\nns A 192.0.2.1\n';
    const made = (zone: string) => readFileSync(withZonemd(newFolder(), zone, text, false, '-z', '1:1'), 'utf8');
    const spoil = (zone: string) => made(zone).replace('192.0.2.1', '192.0.2.2');
    const files = {
      'good.test': made('good.test'),
      'bad.test': spoil('bad.test'),
      'unchecked.test': spoil('unchecked.test'),
    };
    const zones = Object.keys(files);
    const configure = (folder: string, port: number) => {
      for (const [zone, content] of Object.entries(files)) writeFileSync(join(folder, zone), content);
      const file = writeConfig(folder, 'named.conf', [
        'controls { };',
        `options { directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };`,
        '  pid-file none; session-keyfile none; lock-file none; recursion no; dnssec-validation no;',
        '  empty-zones-enable no; notify no; allow-transfer { any; }; };',
        ...zones.map((zone) => `zone "${zone}" { type primary; file "${zone}"; };`),
      ]);
      return ['-g', '-4', '-n', '1', '-U', '1', '-c', file];
    };
    const bind = await startJudge(
      { name: 'BIND', command: 'named', configure },
      zones.map((name) => ({ name, file: '' })),
    );
    if (bind === undefined) return;
    ends.push(() => bind.stop());
    const port = await findFreePort();
    const server = startSecondary(port, zones, bind.port);
    await server.ready();
    const { msg } = await server.waitFor(/^transfer of 'bad\.test\/IN'.*ZONEMD/);
    expect(msg).toContain("ZONEMD doesn't match: the digest of its records is another one");
    const wanted = { 'good.test': 'NOERROR', 'bad.test': 'SERVFAIL', 'unchecked.test': 'NOERROR' };
    expect(await waitForRcodes(port, wanted), server.stderr).toEqual(wanted);
  },
  60_000,
);

test.skipIf(findCommand('knotd') === undefined || findCommand('nsupdate') === undefined)(
  'transfers and differences from Knot, which signs the zone and makes a ZONEMD for each change',
  async () => {
    const port = await findFreePort();
    const configure = (folder: string, knotPort: number) => {
      writeFileSync(join(folder, 'zone'), mixed);
      const file = writeConfig(folder, 'knot.conf', [
        'server:',
        `  rundir: "${folder}"`,
        `  listen: "127.0.0.1@${knotPort}"`,
        '  udp-workers: 1',
        '  tcp-workers: 1',
        '  background-workers: 1',
        'log:',
        '  - target: stderr',
        '    any: warning',
        'database:',
        `  storage: "${folder}"`,
        'remote:',
        '  - id: other',
        `    address: "127.0.0.1@${port}"`,
        'acl:',
        '  - id: local',
        '    address: 127.0.0.1',
        '    action: [transfer, update]',
        'zone:',
        '  - domain: mixed.test',
        `    storage: "${folder}"`,
        '    file: zone',
        '    semantic-checks: off',
        '    zonefile-sync: -1',
        '    dnssec-signing: on',
        '    zonemd-generate: zonemd-sha384',
        '    acl: local',
        '    notify: other',
      ]);
      return ['-c', file];
    };
    const knot = await startJudge({ name: 'Knot', command: 'knotd', configure }, [{ name: 'mixed.test', file: '' }]);
    if (knot === undefined) return;
    ends.push(() => knot.stop());
    const server = startSecondary(port, ['mixed.test'], knot.port);
    await server.ready();
    expect(await waitForRcodes(port, { 'mixed.test': 'NOERROR' }), server.stderr + knot.log()).toEqual({
      'mixed.test': 'NOERROR',
    });
    const digest = await ask(port, { name: 'mixed.test', type: 63 });
    expect(u16At(digest, 6), 'answers').toBe(1);
    const updates = Array.from({ length: 5 }, (_, i) => [`update add new${i}.mixed.test. 60 A 192.0.2.${i}`]);
    expect(await sendUpdates(knot.port, 'mixed.test', updates, undefined)).toEqual(updates.map(() => 'NOERROR'));
    const wanted = { 'new4.mixed.test': 'NOERROR' };
    expect(await waitForRcodes(port, wanted), server.stderr + knot.log()).toEqual(wanted);
    expect(server.stderr).not.toContain("ZONEMD doesn't match");
    expect(server.stderr).toMatch(/transferred serial/);
  },
  60_000,
);
