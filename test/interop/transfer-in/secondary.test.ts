/** Ringzone as a secondary of BIND, Knot and NSD: AXFR, NOTIFY, IXFR, TSIG, and a restart without the primary. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '../lib/free-port.ts';
import type { Judge } from '../lib/judge.ts';
import { transfer } from '../update/nsupdate.ts';
import { randomUpdates } from '../update/random-updates.ts';
import { bindPrimary, key, knotPrimary, nsdPrimary, type Primary } from './primaries.ts';
import { startSecondary } from './ringzone-secondary.ts';

const zone = 'in.test';
const text = `$TTL 300
@ 3600 SOA ns hostmaster 1 7200 900 604800 300
@ NS ns
@ MX 10 Mail.In.Test.
ns A 192.0.2.53
Mail A 192.0.2.25
www CNAME mail
_sip._udp SRV 0 40 5060 sip1
_sip._udp SRV 0 60 5060 sip2
@ NAPTR 10 10 "s" "SIP+D2U" "" _sip._udp
sip1 A 192.0.2.51
sip2 AAAA 2001:db8::52
a.b.c TXT "deep" "\\000\\255"
*.w TYPE65280 \\# 2 0001
sub NS ns.sub
ns.sub A 192.0.2.54
${Array.from({ length: 2000 }, (_, i) => `h${i} A 10.0.${i >> 8}.${i & 255}`).join('\n')}
`;

/** More with RINGZONE_TRANSFER_UPDATES; fewer for the server that reads its master file anew for each. */
const updates = Number(process.env.RINGZONE_TRANSFER_UPDATES ?? 250);
const changes = { BIND: updates, Knot: updates, NSD: 12 };

describe.each([bindPrimary, knotPrimary, nsdPrimary])('of $name', (program) => {
  let primary: Primary | undefined;
  let secondary: Judge | undefined;
  let dataDir: string;
  let port: number;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'ringzone-secondary-'));
    port = await findFreePort();
    primary = await program.start({ zone, text, secondaryPort: port });
    if (primary === undefined) return;
    secondary = await startSecondary({ zone, primaryPort: primary.port, port, dataDir });
  });

  afterAll(async () => {
    await secondary?.stop();
    await primary?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('has the zone by AXFR, signed', async ({ skip }) => {
    if (primary === undefined || secondary === undefined) return skip();
    expect(await transfer(port, zone)).toEqual(await transfer(primary.port, zone));
    await expect.poll(() => secondary?.log()).toContain(`zone ${zone}/IN: transferred serial 1: TSIG '${key.name}'`);
    return undefined;
  });

  it('follows its changes by NOTIFY and IXFR', async ({ skip }) => {
    if (primary === undefined || secondary === undefined) return skip();
    const { name } = program as { name: keyof typeof changes };
    await primary.change(randomUpdates(zone, changes[name]));
    const wanted = await transfer(primary.port, zone);
    await expect.poll(() => transfer(port, zone), { interval: 200 }).toEqual(wanted);
    const log = secondary.log();
    expect(log).toMatch(/received notify for zone 'in.test': TSIG 'xfr-key'/);
    expect(log).not.toMatch(/resetting|failed while receiving/);
    // By differences: a transfer of some messages that has fewer records than the zone.
    const sizes = [...log.matchAll(/Transfer completed: \d+ messages, (\d+) records/g)].map((match) =>
      Number(match[1]),
    );
    expect(sizes[0]).toBeGreaterThan(2000);
    expect(Math.min(...sizes)).toBeLessThan(2000);
    return undefined;
  });

  it('serves its copy at the next start, without the primary', async ({ skip }) => {
    if (primary === undefined || secondary === undefined) return skip();
    const wanted = await transfer(primary.port, zone);
    await secondary.stop();
    await primary.stop();
    secondary = await startSecondary({ zone, primaryPort: primary.port, port, dataDir });
    expect(await transfer(port, zone)).toEqual(wanted);
    expect(secondary?.log()).not.toContain('Transfer started');
    return undefined;
  });
});
