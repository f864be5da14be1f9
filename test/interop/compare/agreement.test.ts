/** BIND and this server, compared with `ringzone compare`: nothing differs that it doesn't name as harmless. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCaseFile } from '../../golden/case-file.ts';
import { apexOfGolden, goldenFolder } from '../../zonefile/parse-to-text.ts';
import { startBind } from '../lib/bind.ts';
import { findCommand, type JudgeZone } from '../lib/judge.ts';
import { startRingzone } from '../lib/ringzone.ts';
import { compare } from './run-compare.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringzone-compare-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hasBind = findCommand('named') !== undefined;
const goldenAnswers = resolve(import.meta.dirname, '../../golden');

/** Start both with the zones, compare, and expect that nothing differs, or aliases without end alone. */
async function expectAgreement(zones: readonly JudgeZone[], wanted = /no difference\n$/): Promise<void> {
  const started = await Promise.all([startBind(zones), startRingzone(zones)]);
  try {
    const [bind, ours] = started;
    expect(bind?.notLoaded).toEqual([]);
    expect(ours?.notLoaded).toEqual([]);
    for (const rd of [false, true]) {
      const { code, stdout, stderr } = await compare(bind?.port ?? 0, ours?.port ?? 0, zones, { rd });
      expect(stdout + stderr).toMatch(wanted);
      expect(code).toBe(stdout.endsWith('no difference\n') ? 0 : 1);
      const named = [...stdout.matchAll(/^@@ .*: (.*); .* @@$/gm)].map((match) => match[1]);
      // Where BIND's answer to a circle has no room, its beginning is not to be looked at (RFC 2181 §9).
      expect(named.filter((name) => name !== 'endless alias' && name !== 'status, truncated')).toEqual([]);
    }
  } finally {
    await Promise.all(started.map((server) => server?.stop()));
  }
}

/** Their names are all the same, so each pair of servers has one of them. */
const goldenTopics = readdirSync(goldenFolder)
  .filter((name) => name.endsWith('.out'))
  .map((name) => name.replace(/\.out$/, ''))
  // BIND refuses a byte order mark, and looks for what an included file includes elsewhere.
  .filter((topic) => topic !== '31-byte-order-mark' && topic !== '44-include-relative');

/**
 * As both read it: BIND takes included files from its own folder.
 */
function fileOf(topic: string): string {
  const text = readFileSync(`${goldenFolder}/${topic}.zone`, 'latin1');
  const file = join(folder, topic);
  const changed = text.replace(/^(\$INCLUDE "?)(include)/gm, `$1${goldenFolder}/$2`);
  writeFileSync(file, changed, 'latin1');
  return file;
}

const hasCircles: ReadonlySet<string> = new Set(['aliases', 'dname', 'wildcards']);
const answerTopics = readdirSync(goldenAnswers).filter((topic) =>
  existsSync(join(goldenAnswers, topic, `${topic}.case`)),
);

// What most of it waits for is servers that start and end.
describe.skipIf(!hasBind)('BIND and Ringzone', { timeout: 120_000, concurrent: true }, () => {
  it('have twenty zone files to agree on', () => expect(goldenTopics.length).toBeGreaterThanOrEqual(20));

  it('agree on the example zones', () =>
    expectAgreement([
      { name: 'rapidtech.phones', file: resolve(import.meta.dirname, '../../../zones/rapidtech.phones') },
      { name: 'sip.test', file: join(goldenAnswers, 'sip/sip.zone') },
    ]));

  it.each(goldenTopics)('agree on the zone file %s', (topic) =>
    expectAgreement([{ name: apexOfGolden(topic).slice(0, -1), file: fileOf(topic) }]),
  );

  it.each(answerTopics)('agree on the zones of the golden answers of %s', (topic) => {
    const path = join(goldenAnswers, topic);
    const { zones } = parseCaseFile(readFileSync(join(path, `${topic}.case`), 'utf8'));
    // docs/rfc-coverage.md: BIND says SERVFAIL of aliases in a circle.
    const wanted = hasCircles.has(topic) ? /questions? answered differently\n$/ : undefined;
    return expectAgreement(
      zones.map(({ name, file }) => ({ name, file: join(path, file) })),
      wanted,
    );
  });

  it.skipIf(findCommand('dnssec-signzone') === undefined).each([
    ['NSEC', []],
    ['NSEC3', ['-3', 'ab12', '-H', '1']],
    ['NSEC3 with opt-out', ['-3', '-', '-H', '0', '-A']],
  ])('agree on a zone that is signed with %s', async (title, nsec3) => {
    await expectAgreement([{ name: 'signed.test', file: signZone(title.replaceAll(' ', '-'), nsec3) }]);
  });
});

const signedZone = `$TTL 300
@ SOA ns1 admin 7 3600 600 86400 60
@ NS ns1
@ NS ns.elsewhere.invalid.
@ MX 10 mail
ns1 A 192.0.2.1
ns1 AAAA 2001:db8::1
mail A 192.0.2.2
www CNAME web
web A 192.0.2.3
web TXT "text"
away CNAME www.elsewhere.invalid.
lost CNAME nothing
*.wild A 192.0.2.4
*.wild MX 5 mail
*.alias CNAME web
deep.er.down TXT "below an empty non-terminal"
secure NS ns.secure
ns.secure A 192.0.2.5
secure DS 12345 13 2 ${'ab'.repeat(32)}
insecure NS ns.insecure
ns.insecure A 192.0.2.6
ns.insecure AAAA 2001:db8::6
insecure2 NS ns1
old DNAME new
host.new A 192.0.2.7
_sip._udp SRV 10 60 5060 web
_sip._udp SRV 20 40 5060 mail
@ NAPTR 10 10 "s" "SIP+D2U" "" _sip._udp
`;

function signZone(name: string, nsec3: readonly string[]): string {
  const file = join(folder, name);
  writeFileSync(file, signedZone);
  const run = (command: string, args: readonly string[]): void => {
    const { status, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  };
  const keys = ['-q', '-a', 'ECDSAP256SHA256'];
  if (!existsSync(join(folder, 'keys-made'))) {
    run('dnssec-keygen', [...keys, '-f', 'KSK', 'signed.test']);
    run('dnssec-keygen', [...keys, 'signed.test']);
    writeFileSync(join(folder, 'keys-made'), '');
  }
  run('dnssec-signzone', ['-S', '-q', '-O', 'full', '-e', '20401231000000', '-o', 'signed.test', ...nsec3, file]);
  return `${file}.signed`;
}
