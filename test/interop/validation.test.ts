/**
 * A validator as judge: BIND's `delv`, which has nothing but the key of a zone, must believe what the server says is there and
 * what it says is not.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCommand, type Judge, type JudgeZone } from './lib/judge.ts';
import { startRingzone } from './lib/ringzone.ts';

/** Zones by their apex, and how dnssec-signzone is to sign them. */
const kinds = {
  'nsec.test': [],
  'nsec3.test': ['-3', '-', '-H', '0'],
  'salted.test': ['-3', 'aabbccdd', '-H', '5'],
  'optout.test': ['-3', '-', '-H', '0', '-A'],
} as const;
const apexes = Object.keys(kinds) as (keyof typeof kinds)[];
/** A record of it is changed after signing. */
const spoiled = 'spoiled.test';

const records = `
$TTL 3600
@           SOA   ns hostmaster 1 3600 600 86400 300
            NS    ns
ns          A     192.0.2.1
host        A     192.0.2.10
_sip._udp   SRV   0 1 5060 host
www         CNAME host
gone        CNAME nothing
*.wild      A     192.0.2.20
*.walias    CNAME host
*.wgone     CNAME nothing
a.b.ent     A     192.0.2.11
dn          DNAME target
x.target    A     192.0.2.12
plain       NS    ns.plain
ns.plain    A     192.0.2.13
cut.below   NS    ns.plain
`;
const childRecords = `
$TTL 3600
@           SOA   ns hostmaster 1 3600 600 86400 300
            NS    ns
ns          A     192.0.2.13
www         A     192.0.2.14
`;

const hasTools = ['delv', 'dnssec-signzone', 'dnssec-keygen'].every((command) => findCommand(command) !== undefined);
let folder = '';
let anchors = '';
let server: Judge | undefined;

beforeAll(async () => {
  if (!hasTools) {
    console.warn('skipped: delv, dnssec-keygen or dnssec-signzone is not installed');
    return;
  }
  folder = mkdtempSync(join(tmpdir(), 'ringzone-validation-'));
  const zones = apexes.flatMap((apex) => [sign(apex, kinds[apex]), writeZone(`plain.${apex}`, childRecords)]);
  const changed = sign(spoiled, []);
  writeFileSync(changed.file, readFileSync(changed.file, 'utf8').replaceAll('192.0.2.10', '192.0.2.99'));
  anchors = join(folder, 'anchors');
  writeFileSync(anchors, `trust-anchors {\n${[...apexes, spoiled].map(trustAnchor).join('\n')}\n};\n`);
  server = await startRingzone([...zones, changed]);
}, 60_000);

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function writeZone(apex: string, text: string): JudgeZone {
  const file = join(folder, `${apex}.zone`);
  writeFileSync(file, text);
  return { name: apex, file };
}

function sign(apex: string, options: readonly string[]): JudgeZone {
  const { file } = writeZone(apex, records);
  for (const flag of [[], ['-f', 'KSK']]) run('dnssec-keygen', ['-q', '-a', 'ECDSAP256SHA256', ...flag, apex]);
  run('dnssec-signzone', ['-S', '-q', '-O', 'full', '-o', apex, ...options, file]);
  return { name: apex, file: `${file}.signed` };
}

function trustAnchor(apex: string): string {
  const key = / DNSKEY 257 3 13 ([^\n]+)/.exec(
    readFileSync(join(folder, `${apex}.zone.signed`), 'utf8')
      .replace(/\s*\n/g, '\n')
      .replaceAll('\t', ' '),
  );
  if (key === null) throw new Error(`no key of ${apex}`);
  return `  "${apex}." static-key 257 3 13 "${key[1]}";`;
}

function run(command: string, options: readonly string[]): string {
  const done = spawnSync(command, options, { cwd: folder, encoding: 'utf8', timeout: 20_000 });
  if (done.status !== 0) throw new Error(`${command}: ${done.stderr}`);
  return done.stdout;
}

/** What delv says of the answer. */
function validate(name: string, type: string): string {
  const [apex] = /[^.]+\.test$/.exec(name) ?? [];
  const options = [
    '@127.0.0.1',
    '-p',
    String(server?.port),
    '-a',
    anchors,
    `+root=${apex}.`,
    '-t',
    type,
    '-q',
    `${name}.`,
  ];
  const { stdout, stderr } = spawnSync('delv', options, { encoding: 'utf8', timeout: 20_000 });
  return `${stdout}${stderr}`;
}

const positive = '; fully validated';
const negative = '; negative response, fully validated';
const questions: readonly (readonly [name: string, type: string, verdict: string, says: string])[] = [
  ['host', 'A', positive, '192.0.2.10'],
  ['_sip._udp', 'SRV', positive, '5060 host.'],
  ['www', 'A', positive, '192.0.2.10'],
  ['x.dn', 'A', positive, '192.0.2.12'],
  ['x.wild', 'A', positive, '192.0.2.20'],
  ['x.y.wild', 'A', positive, '192.0.2.20'],
  ['x.walias', 'A', positive, '192.0.2.10'],
  ['nothing', 'A', negative, 'NXDOMAIN'],
  ['a.b.c.nothing', 'A', negative, 'NXDOMAIN'],
  ['b.a.b.ent', 'A', negative, 'NXDOMAIN'],
  ['gone', 'A', positive, 'NXDOMAIN'],
  ['x.wgone', 'A', positive, 'NXDOMAIN'],
  ['host', 'TXT', negative, 'NXRRSET'],
  ['ent', 'A', negative, 'NXRRSET'],
  ['b.ent', 'A', negative, 'NXRRSET'],
  ['x.wild', 'TXT', negative, 'NXRRSET'],
  ['x.y.wild', 'TXT', negative, 'NXRRSET'],
];

describe.skipIf(!hasTools).each(apexes)('%s', (apex) => {
  it.each(questions)('%s %s: %s', (name, type, verdict, says) => {
    const said = validate(`${name}.${apex}`, type);
    // RFC 5155 §6, §9.2: what opt-out covers may be an unsigned delegation, so that nothing there is more than insecure.
    if (apex === 'optout.test') expect(said).toMatch(/^; (.*fully validated|unsigned answer)/);
    else expect(said).toContain(verdict);
    expect(said).toContain(says);
  });

  it('proves that a delegation is not signed', () => {
    const said = validate(`www.plain.${apex}`, 'A');
    expect(said).toContain('; unsigned answer');
    expect(said).toContain('192.0.2.14');
  });
});

it.skipIf(!hasTools)('is a judge: a changed record is not believed', () => {
  expect(validate(`ns.${spoiled}`, 'A')).toContain(positive);
  expect(validate(`host.${spoiled}`, 'A')).toContain('resolution failed');
});
