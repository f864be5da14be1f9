/** The same updates to BIND and to Ringzone: the same RCODEs, the same zone in the end. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Judge } from '../lib/judge.ts';
import { keyName, policyKeyName, secret, startDynamicBind, startDynamicRingzone } from './dynamic-servers.ts';
import { sendUpdates, transfer, type Update } from './nsupdate.ts';
import { randomUpdates } from './random-updates.ts';

let bind: Judge | undefined;
let ringzone: Judge | undefined;

beforeAll(async () => {
  [bind, ringzone] = await Promise.all([startDynamicBind(), startDynamicRingzone()]);
}, 30_000);
afterAll(() => Promise.all([bind?.stop(), ringzone?.stop()]));

const key = { name: keyName, secret };

async function sendToBoth(
  zone: string,
  updates: readonly Update[],
  by: typeof key | 'unsigned' = key,
  options?: string[],
) {
  const [theirs, ours] = await Promise.all(
    [bind, ringzone].map((server) =>
      sendUpdates(server?.port ?? 0, zone, updates, by === 'unsigned' ? undefined : by, options),
    ),
  );
  expect(ours?.length, ringzone?.log()).toBe(updates.length);
  const label = (rcodes: readonly string[] = []) =>
    updates.map((update, i) => `${update.join(' | ').slice(0, 300)} -> ${rcodes[i]}`);
  expect(label(ours)).toEqual(label(theirs));
  const [theirZone, ourZone] = await Promise.all([bind, ringzone].map((server) => transfer(server?.port ?? 0, zone)));
  expect(ourZone).toEqual(theirZone);
}

const add = (rest: string) => `update add ${rest}`;
const remove = (rest: string) => `update delete ${rest}`;

describe('RFC 2136, as BIND has it', () => {
  it('adds and removes', async ({ skip }) => {
    if (bind === undefined) skip();
    await sendToBoth('dyn.test', [
      [add('a1.dyn.test 60 A 192.0.2.11')],
      [add('a1.dyn.test 60 A 192.0.2.12'), add('b.a1.dyn.test 60 TXT "x y" "z"')],
      // Another TTL for the whole set.
      [add('a1.dyn.test 120 A 192.0.2.13')],
      [remove('a1.dyn.test A 192.0.2.12')],
      [remove('a1.dyn.test A 192.0.2.99')],
      [remove('b.a1.dyn.test TXT')],
      [remove('nothing.dyn.test')],
      [add('Mixed.Case.dyn.test 60 SRV 1 2 3 WWW.dyn.test')],
      [remove('mixed.case.dyn.test SRV 1 2 3 www.DYN.test')],
      [add('t.dyn.test 60 TYPE65280 \\# 3 010203')],
      [add('*.wild.dyn.test 60 A 192.0.2.5')],
      [add('d.dyn.test 60 DNAME www.dyn.test'), add('d.dyn.test 60 DNAME ns.dyn.test')],
    ]);
  });

  it('keeps a zone a zone', async ({ skip }) => {
    if (bind === undefined) skip();
    await sendToBoth('dyn.test', [
      [remove('dyn.test NS')],
      [remove('dyn.test SOA')],
      [remove('dyn.test')],
      [remove('dyn.test NS ns2.dyn.test.'), remove('dyn.test NS ns.dyn.test.')],
      [add('dyn.test 300 NS ns2.dyn.test.')],
      [add('dyn.test 300 SOA ns.dyn.test. hostmaster.dyn.test. 1 2 3 4 5')],
      [add('dyn.test 300 SOA ns.dyn.test. hostmaster.dyn.test. 1000 2 3 4 5')],
      [add('dyn.test 300 SOA ns.dyn.test. hostmaster.dyn.test. 2000 3600 600 86400 60'), add('x.dyn.test 1 A 1.2.3.4')],
      [add('sub.dyn.test 300 SOA ns.dyn.test. hostmaster.dyn.test. 1 2 3 4 5')],
      [add('www.dyn.test 60 CNAME ns.dyn.test')],
      [add('alias.dyn.test 60 A 192.0.2.7')],
      [add('alias.dyn.test 60 CNAME ns.dyn.test')],
      [add('www.elsewhere.test 60 A 192.0.2.7')],
      [add('*.dyn.test 60 NS ns.dyn.test')],
      [add('*.dyn.test 60 DNAME ns.dyn.test')],
      [add('dyn.test 60 DS 1 8 2 0000000000000000000000000000000000000000000000000000000000000000')],
    ]);
  });

  it('takes nothing that the next load would refuse', async ({ skip }) => {
    if (bind === undefined) skip();
    const checked = (rest: string) => ['check-names no', add(rest)];
    await sendToBoth('dyn.test', [
      // Servers of the zone without an address, aliases, and what takes theirs away.
      checked('dyn.test 300 NS nowhere.dyn.test'),
      checked('dyn.test 300 NS alias.dyn.test'),
      [add('dyn.test 300 NS ns3.dyn.test'), add('ns3.dyn.test 300 A 192.0.2.3')],
      [remove('ns3.dyn.test A')],
      [remove('ns3.dyn.test'), add('ns3.dyn.test 300 CNAME www.dyn.test')],
      [remove('ns3.dyn.test A'), add('ns3.dyn.test 300 AAAA 2001:db8::3')],
      [remove('dyn.test NS ns3.dyn.test'), remove('ns3.dyn.test')],
      // Below a DNAME it would be an alias; below a delegation it is the child's.
      [add('dyn.test 60 NS x.dn.dyn.test'), add('dn.dyn.test 60 DNAME other.')],
      [add('dyn.test 60 DNAME other.')],
      [add('dyn.test 60 NS far.cut.dyn.test'), add('cut.dyn.test 60 NS ns.other.')],
      [remove('dyn.test NS far.cut.dyn.test'), remove('cut.dyn.test')],
      // A wildcard gives it one.
      [add('*.w.dyn.test 60 A 192.0.2.4'), add('dyn.test 60 NS q.w.dyn.test')],
      [remove('*.w.dyn.test')],
      [add('q.w.dyn.test 60 TXT "hides the wildcard"')],
      [remove('dyn.test NS q.w.dyn.test'), remove('*.w.dyn.test')],
      // What only a signer makes.
      [add('n.dyn.test 60 NSEC a.dyn.test A')],
      [remove('n.dyn.test NSEC')],
      [add('9A4OJAF9BP4UF92RD0D5AB1ESE3CFRQ8.dyn.test 60 NSEC3 1 0 0 - 9A4OJAF9BP4UF92RD0D5AB1ESE3CFRQ9 A')],
      [add('n.dyn.test 60 RRSIG A 8 2 60 20300101000000 20200101000000 1 dyn.test. AAAA')],
      [add('n.dyn.test 60 NXT a.dyn.test A')],
      [add('m.dyn.test 60 MD www.dyn.test'), add('m.dyn.test 60 MF www.dyn.test')],
      // Who may not change gets to know that, and not what is in the zone.
      ['prereq yxdomain absent.dyn.test', add('www.elsewhere.test 60 A 192.0.2.7')],
      // Names in another case.
      [add('case.dyn.test 60 MX 1 WWW.dyn.test')],
      [add('case.dyn.test 60 MX 1 www.DYN.test')],
    ]);
  });

  it('checks prerequisites', async ({ skip }) => {
    if (bind === undefined) skip();
    const then = add('done.dyn.test 60 TXT "done"');
    await sendToBoth('dyn.test', [
      ['prereq nxdomain www.dyn.test', then],
      ['prereq nxdomain absent.dyn.test', then],
      ['prereq yxdomain absent.dyn.test', then],
      ['prereq yxdomain www.dyn.test', then],
      ['prereq nxrrset www.dyn.test A', then],
      ['prereq nxrrset www.dyn.test TXT', then],
      ['prereq yxrrset www.dyn.test TXT', then],
      ['prereq yxrrset www.dyn.test A', then],
      ['prereq yxrrset www.dyn.test A 192.0.2.80', then],
      ['prereq yxrrset www.dyn.test A 192.0.2.81', then],
      ['prereq yxrrset _sip._udp.dyn.test SRV 1 40 5060 sip1.dyn.test', then],
      [
        'prereq yxrrset _sip._udp.dyn.test SRV 1 60 5060 SIP2.dyn.test',
        'prereq yxrrset _sip._udp.dyn.test SRV 1 40 5060 sip1.dyn.test',
        then,
      ],
      // Only a name that has records is in use.
      ['prereq yxdomain _udp.dyn.test', then],
      ['prereq yxdomain www.elsewhere.test', then],
    ]);
  });

  it('is whole or not at all', async ({ skip }) => {
    if (bind === undefined) skip();
    await sendToBoth('dyn.test', [
      [add('half.dyn.test 60 A 192.0.2.1'), add('half.elsewhere.test 60 A 192.0.2.1')],
      ['prereq nxdomain half.dyn.test', add('half.dyn.test 60 A 192.0.2.1'), remove('www.dyn.test')],
      ['prereq nxdomain half.dyn.test', add('half.dyn.test 60 A 192.0.2.9')],
    ]);
  });

  it('refuses who may not', async ({ skip }) => {
    if (bind === undefined) skip();
    await sendToBoth('dyn.test', [[add('u.dyn.test 60 A 192.0.2.1')]], 'unsigned');
    await sendToBoth('static.test', [[add('u.static.test 60 A 192.0.2.1')]]);
    expect(ringzone?.log()).toMatch(/update-security: .*: update 'dyn\.test\/IN' denied/);
    expect(ringzone?.log()).toMatch(/update-security: .*: update 'static\.test\/IN' denied/);
  });

  it('follows update-policy', async ({ skip }) => {
    if (bind === undefined) skip();
    const by = { name: policyKeyName, secret };
    await sendToBoth(
      'policy.test',
      [
        [add('phone1.policy.test 60 A 192.0.2.1')],
        [add('phone1.policy.test 60 MX 1 www.policy.test')],
        [add('phone2.policy.test 60 A 192.0.2.1')],
        [add('phone2.policy.test 60 TXT zonesub')],
        [add('sub.policy.test 60 MX 1 www.policy.test')],
        [add('a.sub.policy.test 60 NS www.policy.test')],
        [add('subx.policy.test 60 A 192.0.2.1')],
        [add('locked.policy.test 60 TXT no')],
        [add('x.wild.policy.test 60 A 192.0.2.1')],
        [add('x.wild.policy.test 60 NS ns.policy.test')],
        [add('wild.policy.test 60 A 192.0.2.1')],
        [remove('phone1.policy.test')],
        [remove('www.policy.test')],
        [remove('sub.policy.test MX')],
        [add('phone1.policy.test 60 A 192.0.2.1'), add('phone2.policy.test 60 A 192.0.2.1')],
      ],
      by,
    );
    await sendToBoth('policy.test', [[add('z.policy.test 60 TXT other-key')]], key);
    await sendToBoth('policy.test', [[add('z.policy.test 60 TXT unsigned')]], 'unsigned');
  });

  it('takes a thousand random updates, over UDP and TCP', { timeout: 60_000 }, async ({ skip }) => {
    if (bind === undefined) skip();
    await sendToBoth('dyn.test', randomUpdates('dyn.test', 500));
    await sendToBoth('dyn.test', randomUpdates('dyn.test', 500), key, ['-v']);
  });
});
