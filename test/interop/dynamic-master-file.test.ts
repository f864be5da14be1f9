/** The master file that the server writes of a dynamic zone, read by others. */
import { execFileSync, spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LoaderHarness, soa } from '../unit/control/load/loader-harness.ts';

const isInstalled = (program: string, ...args: string[]): boolean => spawnSync(program, args).error === undefined;

/** Names, TTLs and types that a printer gets wrong. */
const records = `a\\.b A 192.0.2.1
\\@ 60 A 192.0.2.2
x.UPPER TXT "a;b" "say \\"x\\"" "back\\\\slash" "\\007"
3600 A 192.0.2.3
in CNAME a
a.mx 86400 MX 10 mail
@ TXT ""
*.wild AAAA 2001:db8::1
_sip._udp SRV 1 2 5060 ns
e164 NAPTR 10 100 "s" "SIP+D2U" "!^.*$!sip:x@example.com!" .
caa CAA 0 issue "ca.example.net"
loc LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m
svc HTTPS 1 . alpn=h2 port=8443
unknown TYPE65534 \\# 3 010203
`;

let harness: LoaderHarness;
beforeEach(async () => {
  harness = new LoaderHarness();
  harness.write('d.test', soa(1));
  await harness.load(harness.dynamic('d.test'));
  await harness.change('d.test', '', records);
  const [result] = await harness.loader.command('sync', undefined, false);
  expect(result).toEqual({ title: 'd.test/IN', problem: undefined });
});
afterEach(() => harness.end());

describe('the written master file', () => {
  test.skipIf(!isInstalled('named-compilezone', '-v'))(
    'is the same zone to BIND (skipped without named-compilezone)',
    () => {
      const args = ['-q', '-i', 'none', '-k', 'ignore', '-s', 'full', '-o', '-', 'd.test', harness.path('d.test')];
      const compiled = execFileSync('named-compilezone', args, { encoding: 'utf8' });
      const normal = (line: string) => line.replace(/\s+/g, ' ').trim().toLowerCase();
      const ours = harness.records('d.test').map(normal);
      expect(
        compiled
          .split('\n')
          .filter((line) => line !== '')
          .map(normal)
          .toSorted(),
      ).toEqual(ours.toSorted());
    },
  );

  test.skipIf(!isInstalled('nsd-checkzone', '-h'))('is a good zone to NSD (skipped without nsd-checkzone)', () => {
    expect(execFileSync('nsd-checkzone', ['d.test', harness.path('d.test')], { encoding: 'utf8' })).toContain('is ok');
  });
});
