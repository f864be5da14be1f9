/** Every profile against Ringzone and against BIND, in the same way: the chain, truncation, the shares. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBind } from '../lib/bind.ts';
import type { Judge } from '../lib/judge.ts';
import { startRingzone } from '../lib/ringzone.ts';
import { type ResolveJson, resolveJson, runResolveHere } from './run-resolve.ts';
import { resolveZones } from './zones.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringzone-resolve-'));
const zones = Object.entries(resolveZones).map(([name, text]) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return { name, file };
});
let ringzone: Judge;
let bind: Judge | undefined;

beforeAll(async () => {
  ringzone = (await startRingzone(zones)) as Judge;
  // So that it answers as Ringzone does without a policy; its own default is random.
  bind = await startBind(zones, { extra: 'rrset-order { order none; };' });
}, 60_000);

afterAll(async () => {
  await Promise.all([ringzone?.stop(), bind?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

function profileOf({ profiles }: ResolveJson, name: string): ResolveJson['profiles'][number] {
  return profiles.find(({ profile }) => profile === name) as ResolveJson['profiles'][number];
}

/** Without what only one of the two ways of asking tells. */
function comparable(json: ResolveJson): unknown {
  return json.profiles.map(({ profile, steps, order, notes, shares }) => {
    const plain = steps.map(({ name, type, finding, problem, records, truncated }) => ({
      name,
      type,
      finding,
      problem,
      records,
      truncated,
    }));
    return { profile, steps: plain, order, notes, shares };
  });
}

describe.each([
  ['Ringzone', () => ringzone],
  ['BIND', () => bind],
])('%s', (_, judge) => {
  const port = (): number | undefined => judge()?.port;

  it('gives each client its share of a 40/60 split', async ({ skip }) => {
    const asked = port();
    if (asked === undefined) return skip();
    const json = await resolveJson('split.test', asked, { as: 'all', calls: '2000', seed: '11' });
    const one = Object.fromEntries(
      json.profiles.map(({ profile, shares }) => [profile, 100 * (shares[1]?.firstShare ?? -1)]),
    );
    expect(one).toMatchObject({ yealink: 0, cisco: 0, aastra: 100, naive: 100 });
    // Four standard deviations of 2000 draws are 4.4 points.
    for (const name of ['rfc', 'snom', 'pjsip', 'sofia', 'asterisk'])
      expect(Math.abs((one[name] ?? 0) - 40), name).toBeLessThan(4.4);
    expect(Math.abs((one.linphone ?? 0) - 41)).toBeLessThan(4.4);
    expect(Math.abs((one.baresip ?? 0) - 50)).toBeLessThan(4.4);
    // Two ways of asking, a question each for every call.
    expect(json.questions).toBeGreaterThan(4000);
    expect(json.questions).toBeLessThan(4100);
  });

  it('is read by pjsip no further than the eighth record', async ({ skip }) => {
    const asked = port();
    if (asked === undefined) return skip();
    const json = await resolveJson('many.test', asked, { as: 'pjsip,rfc', calls: '300', seed: '3' });
    const used = (name: string) => profileOf(json, name).shares.filter(({ firstShare }) => firstShare > 0).length;
    expect([used('pjsip'), used('rfc')]).toEqual([8, 10]);
    expect(profileOf(json, 'pjsip').notes.join()).toMatch(/2 of 10 SRV records are not read/);
  });

  it('truncates for clients of 512 octets: some ask again, some fail', async ({ skip }) => {
    const asked = port();
    if (asked === undefined) return skip();
    const json = await resolveJson('long.test', asked, { as: 'all' });
    const found = Object.fromEntries(json.profiles.map(({ profile, order }) => [profile, order.length]));
    expect(found).toMatchObject({ pjsip: 0, linphone: 12, naive: 12, asterisk: 12, sofia: 12, rfc: 12 });
    expect(profileOf(json, 'linphone').steps[0]).toMatchObject({ overTcp: true, finding: 'records' });
    expect(profileOf(json, 'pjsip').steps[0]).toMatchObject({ truncated: true, finding: 'problem' });
    expect(profileOf(json, 'rfc').steps.find(({ type }) => type === 'SRV')).toMatchObject({ truncated: false });
    expect(profileOf(json, 'pjsip').lostShare).toBe(1);
  });

  it('leads by NAPTR to TLS, and to what a URI names', async ({ skip }) => {
    const asked = port();
    if (asked === undefined) return skip();
    const servers = async (target: string, as = 'rfc') =>
      profileOf(await resolveJson(target, asked, { as }), as).order.map(
        ({ host, transport, addresses }) => `${host}/${transport} ${addresses}`,
      );
    expect(await servers('naptr.test')).toEqual(['server1.naptr.test/tls 2001:db8::1,192.0.2.1']);
    expect(await servers('naptr.test', 'pjsip')).toEqual(['server2.naptr.test/udp 192.0.2.2']);
    expect(await servers('sip:naptr.test;transport=tcp', 'snom')).toEqual([
      'server1.naptr.test/tcp 192.0.2.1',
      'server2.naptr.test/tcp 192.0.2.2',
    ]);
    expect(await servers('sips:naptr.test', 'aastra')).toEqual(['server1.naptr.test/tls 192.0.2.1']);
    expect(await servers('sip:server2.naptr.test:5080')).toEqual(['server2.naptr.test/udp 192.0.2.2']);
  });

  it.each([
    ['off.naptr.test', /no such service/],
    ['nothing.naptr.test', /no such name/],
    ['loop.naptr.test:5060', /loop of aliases|SERVFAIL/],
    ['phones.child.naptr.test', /only names the servers of child\.naptr\.test/],
    ['elsewhere.example', /REFUSED/],
  ])('finds nothing for %s, and says why', async (target, reason) => {
    const asked = port();
    if (asked === undefined) return;
    for (const as of ['rfc', 'pjsip']) {
      const { exitCode, stdout } = await runResolveHere(target, asked, { as });
      expect(stdout).toMatch(reason);
      expect(stdout).toMatch(/no server is found/);
      expect(exitCode).toBe(1);
    }
  });
});

it.each(['split.test', 'many.test', 'naptr.test', 'nothing.naptr.test'])('both say the same of %s', async (target) => {
  if (bind === undefined) return;
  const options = { as: 'all', calls: '20', seed: '4' };
  const [ours, theirs] = [
    await resolveJson(target, ringzone.port, options),
    await resolveJson(target, bind.port, options),
  ];
  expect(comparable(ours)).toEqual(comparable(theirs));
});
