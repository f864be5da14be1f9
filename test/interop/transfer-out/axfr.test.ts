/** Zones out to the clients and secondaries that there are: each must get exactly the zone. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCommand, type Judge } from '../lib/judge.ts';
import { startRingzone } from '../lib/ringzone.ts';
import { digZone, readMasterFile } from './dig-zone.ts';
import { bindSecondary, knotSecondary, nsdSecondary, type SecondaryProgram } from './secondaries.ts';

const golden = resolve(import.meta.dirname, '../../golden');
const key = { name: 'xfr-key', algorithm: 'hmac-sha256', secret: 'c2VjcmV0IG9mIHRoZSB0cmFuc2ZlcnMgdGhlbXNlbHZlcw==' };

/** Case, occluded names, glue, wildcards, escapes, names that share and that don't. */
const mixed = `$TTL 300
@ SOA ns1 Host\\.Master 7 3600 900 1209600 300
@ NS ns1
@ NS ns2.sub
@ MX 10 mail.Mixed.Test.
ns1 A 192.0.2.1
ns2.sub A 192.0.2.2
sub NS ns2.sub
sub NS ns.elsewhere.net.
below.sub TXT "occluded"
Mail 60 A 192.0.2.3
MiXed.Case AAAA 2001:db8::1
d DNAME other.example.
a.b.c.d.e.f.g TXT "deep" "two" "\\000\\255\\""
b.c.d.e.f.g CNAME NS1
*.wild CNAME mail
_sip._udp SRV 1 5 5060 Ns1
with\\.dot\\032blank A 192.0.2.9
\\001\\200 A 192.0.2.10
unknown TYPE65280 \\# 4 01020304
`;

function manyHosts(count: number): string {
  const hosts = Array.from(
    { length: count },
    (_, i) => `h${i} A 10.0.${i >> 8}.${i & 255}\n_sip._udp.h${i} SRV 1 2 5060 h${i}`,
  );
  return ['$TTL 300', '@ SOA ns1 hostmaster 1 3600 900 1209600 300', '@ NS ns1', 'ns1 A 192.0.2.1', ...hosts, ''].join(
    '\n',
  );
}

let folder: string;
let zones: { name: string; file: string }[];
let open: Judge | undefined;
let signed: Judge | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-transfer-out-'));
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return { name, file: join(folder, name) };
  };
  zones = [
    write('mixed.test', mixed),
    write('many.test', manyHosts(5000)),
    { name: 'example', file: join(golden, 'nsec3/example.zone') },
  ];
  const noHttp = 'http: false';
  open = await startRingzone(zones, { extra: `${noHttp}\nallow-transfer: [127.0.0.1]` });
  signed = await startRingzone(zones, {
    extra: `${noHttp}\nkeys: { ${key.name}: { algorithm: ${key.algorithm}, secret: "${key.secret}" } }\nallow-transfer: ["key ${key.name}"]`,
  });
});

afterAll(async () => {
  await open?.stop();
  await signed?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const has = (command: string) => findCommand(command) !== undefined;

describe.skipIf(!has('dig') || !has('named-compilezone'))('AXFR', () => {
  test('to dig: each record as it stands in the file', () => {
    expect(open?.notLoaded).toEqual([]);
    for (const { name, file } of zones) expect(digZone(open?.port ?? 0, name)).toEqual(readMasterFile(name, file));
  });

  test('to dig, asked in other case, with EDNS, NSID, EXPIRE and DO', () => {
    const [{ name, file }] = zones as [{ name: string; file: string }];
    const upper = digZone(open?.port ?? 0, name.toUpperCase(), '+nsid', '+expire', '+dnssec');
    expect(upper).toEqual(readMasterFile(name, file));
  });

  test('to dig with TSIG, and without it REFUSED', () => {
    const tsig = ['-y', `${key.algorithm}:${key.name}:${key.secret}`];
    for (const { name, file } of zones) {
      const records = digZone(signed?.port ?? 0, name, ...tsig);
      expect(records).toEqual(readMasterFile(name, file));
    }
    expect(digZone(signed?.port ?? 0, 'mixed.test')).toEqual([]);
  });

  test.skipIf(!has('kdig'))('to kdig and drill', () => {
    const count = readMasterFile('many.test', zones[1]?.file ?? '').length + 1;
    const kdig = spawnSync(findCommand('kdig') as string, ['@127.0.0.1', '-p', `${open?.port}`, 'many.test', 'AXFR'], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    expect(kdig.stdout).toContain(`${count} records)`);
    const signedKdig = spawnSync(
      findCommand('kdig') as string,
      ['@127.0.0.1', '-p', `${signed?.port}`, '-y', `${key.algorithm}:${key.name}:${key.secret}`, 'many.test', 'AXFR'],
      { encoding: 'utf8', maxBuffer: 2 ** 28 },
    );
    expect(signedKdig.stdout).toContain(`${count} records)`);
    expect(signedKdig.stderr + signedKdig.stdout).not.toMatch(/^;; (WARNING|ERROR)/m);
    if (!has('drill')) return;
    const drill = spawnSync(
      findCommand('drill') as string,
      ['-p', `${open?.port}`, '@127.0.0.1', 'many.test', 'AXFR'],
      {
        encoding: 'utf8',
        maxBuffer: 2 ** 28,
      },
    );
    expect(drill.stdout.split('\n').filter((line) => /\tIN\t/.test(line))).toHaveLength(count);
  });

  test.skipIf(spawnSync('/usr/bin/python3', ['-c', 'import dns']).status !== 0)("to dnspython's strict reader", () => {
    const program = `
import sys, dns.zone, dns.query, dns.tsigkeyring
keys = dns.tsigkeyring.from_text({'${key.name}': ('${key.algorithm}', '${key.secret}')})
for port, key in ((sys.argv[1], None), (sys.argv[2], keys)):
    for name in sys.argv[3:]:
        zone = dns.zone.Zone(name)
        query = dns.query.dns.xfr.make_query(zone, keyring=key)[0]
        dns.query.inbound_xfr('127.0.0.1', zone, query, port=int(port))
        print(name, sum(len(rds) for _, rds in zone.iterate_rdatasets()))
`;
    const names = zones.map(({ name }) => name);
    const args = ['-c', program, `${open?.port}`, `${signed?.port}`, ...names];
    const { stdout, stderr } = spawnSync('/usr/bin/python3', args, { encoding: 'utf8' });
    const counts = zones.map(({ name, file }) => `${name} ${readMasterFile(name, file).length}`);
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual([...counts, ...counts]);
  });

  describe.each<SecondaryProgram>([bindSecondary, nsdSecondary, knotSecondary])('to $name as secondary', (program) => {
    test.each([false, true])('with TSIG: %s', async (isSigned) => {
      const names = zones.map(({ name }) => name);
      const primaryPort = (isSigned ? signed : open)?.port ?? 0;
      const secondary = await program.start(
        { zones: names, primaryPort, ...(isSigned ? { key } : {}) },
        { readyMs: 20_000 },
      );
      if (secondary === undefined) return;
      try {
        expect(secondary.notLoaded, secondary.log()).toEqual([]);
        for (const { name, file } of zones) {
          expect(sortedCase(digZone(secondary.port, name), program)).toEqual(
            sortedCase(readMasterFile(name, file), program),
          );
        }
      } finally {
        await secondary.stop();
      }
    });
  });
});

/** NSD and Knot keep names in lower case, those of the owners at least. */
function sortedCase(lines: readonly string[], { name }: SecondaryProgram): readonly string[] {
  return name === 'BIND' ? lines : lines.map((line) => line.toLowerCase()).toSorted();
}
