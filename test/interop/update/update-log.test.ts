/** What both servers log of the same updates, line by line: those who read BIND's log find what they look for. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Judge } from '../lib/judge.ts';
import { keyName, policyKeyName, secret, startDynamicBind, startDynamicRingzone } from './dynamic-servers.ts';
import { sendUpdates, type Update } from './nsupdate.ts';

let bind: Judge | undefined;
let ringzone: Judge | undefined;

beforeAll(async () => {
  [bind, ringzone] = await Promise.all([startDynamicBind(), startDynamicRingzone()]);
}, 30_000);
afterAll(() => Promise.all([bind?.stop(), ringzone?.stop()]));

const key = { name: keyName, secret };
const policyKey = { name: policyKeyName, secret };
type Signer = typeof key | 'unsigned';

/** The lines of both categories that one update adds to a server's log, without what differs from run to run. */
async function linesOf(server: Judge, zone: string, update: Update, by: Signer): Promise<readonly string[]> {
  const before = server.log().length;
  await sendUpdates(server.port, zone, [update], by === 'unsigned' ? undefined : by);
  const endMs = performance.now() + 2000;
  let lines: readonly string[] = [];
  let isQuiet = false;
  while (!isQuiet && performance.now() < endMs) {
    await sleep(25);
    const now = updateLines(server.log().slice(before));
    isQuiet = now.length > 0 && now.length === lines.length;
    lines = now;
  }
  return lines;
}

function updateLines(log: string): readonly string[] {
  return [...log.matchAll(/(update(?:-security)?: \w+: client .*)\n/g)].map(([, line]) =>
    (line as string).replace(/ @0x[0-9a-f]+ 127\.0\.0\.1#\d+/, ''),
  );
}

const add = (rest: string) => `update add ${rest}`;
const remove = (rest: string) => `update delete ${rest}`;
const then = add('q.dyn.test 1 A 1.1.1.1');

describe('the same lines as BIND', () => {
  it.for<readonly [string, Update, Signer]>([
    ['dyn.test', [add('a1.dyn.test 60 A 192.0.2.11'), add('a1.dyn.test 60 A 192.0.2.11')], key],
    ['dyn.test', [add('s.dyn.test 60 SRV 1 2 3 Www.dyn.test'), add('m\\.x.dyn.test 60 TXT "a b" "c\\"d"')], key],
    ['dyn.test', [add(`big.dyn.test 60 TXT ${`"${'x'.repeat(200)}" `.repeat(12)}`)], key],
    ['dyn.test', [remove('nothing.dyn.test'), remove('nothing.dyn.test A'), remove('nothing.dyn.test A 1.2.3.4')], key],
    ['dyn.test', [remove('a1.dyn.test'), remove('s.dyn.test SRV'), remove('m\\.x.dyn.test TXT "x"')], key],
    ['dyn.test', [remove('dyn.test'), remove('dyn.test NS'), remove('dyn.test SOA')], key],
    ['dyn.test', [remove('dyn.test NS ns2.dyn.test.'), remove('dyn.test NS other.dyn.test.')], key],
    ['dyn.test', [add('www.dyn.test 60 CNAME ns.dyn.test'), add('alias.dyn.test 60 A 1.2.3.4')], key],
    ['dyn.test', [add('*.dyn.test 60 NS ns.dyn.test'), add('*.dyn.test 60 DNAME ns.dyn.test')], key],
    ['dyn.test', [add('dyn.test 60 DS 1 8 1 0000000000000000000000000000000000000000')], key],
    ['dyn.test', [add('sub.dyn.test 300 SOA ns.dyn.test. h.dyn.test. 1 2 3 4 5')], key],
    ['dyn.test', [add('dyn.test 300 SOA ns.dyn.test. h.dyn.test. 1 2 3 4 5')], key],
    ['dyn.test', [add('dyn.test 300 SOA ns.dyn.test. h.dyn.test. 1000 3600 600 86400 60')], key],
    ['dyn.test', [add('md.dyn.test 60 MD www.dyn.test'), add('dyn.test 60 NSEC3PARAM 1 2 0 -')], key],
    ['dyn.test', [add('x.elsewhere.test 60 A 1.2.3.4')], key],
    ['dyn.test', ['prereq nxdomain www.dyn.test', then], key],
    ['dyn.test', ['prereq yxdomain ww.dyn.test', then], key],
    ['dyn.test', ['prereq yxrrset www.dyn.test TXT', then], key],
    ['dyn.test', ['prereq nxrrset www.dyn.test A', then], key],
    ['dyn.test', ['prereq yxrrset www.dyn.test A 1.2.3.4', then], key],
    ['dyn.test', ['prereq yxdomain www.elsewhere.test', then], key],
    ['dyn.test', ['prereq yxdomain ww.dyn.test', add('x.elsewhere.test 60 A 1.2.3.4')], key],
    ['dyn.test', [add('dyn.test 60 NS nowhere.dyn.test')], key],
    ['dyn.test', [add('dyn.test 60 NS alias.dyn.test')], key],
    ['dyn.test', [remove('ns.dyn.test A')], key],
    ['dyn.test', [add('n.dyn.test 60 NSEC a.dyn.test A')], key],
    ['dyn.test', [add('n.dyn.test 60 RRSIG A 8 2 60 20300101000000 20200101000000 1 dyn.test. AAAA')], key],
    ['dyn.test', [add('sig.dyn.test 60 SIG A 8 2 60 20300101000000 20200101000000 1 dyn.test. AAAA')], key],
    ['dyn.test', [add('sig.dyn.test 60 NXT a.dyn.test A')], key],
    ['dyn.test', [then], 'unsigned'],
    ['dyn.test', [then], policyKey],
    ['static.test', [add('q.static.test 1 A 1.1.1.1')], key],
    ['static.test', [add('q.static.test 1 A 1.1.1.1')], 'unsigned'],
    ['closed.test', [add('q.closed.test 1 A 1.1.1.1')], key],
    ['policy.test', [add('phone1.policy.test 60 A 1.2.3.4')], policyKey],
    ['policy.test', [add('other.policy.test 60 A 1.2.3.4')], policyKey],
    ['policy.test', [add('u.policy.test 60 A 1.2.3.4')], key],
    ['policy.test', [add('u.policy.test 60 A 1.2.3.4')], 'unsigned'],
    ['sec.test', [add('u.sec.test 60 A 1.2.3.4')], key],
    ['sec.test', [add('u.sec.test 60 A 1.2.3.4')], 'unsigned'],
    ['none.test', [add('u.none.test 60 A 1.2.3.4')], key],
    ['x.dyn.test', [add('u.x.dyn.test 60 A 1.2.3.4')], 'unsigned'],
  ])('%s: %j', async ([zone, update, by], { skip }) => {
    if (bind === undefined || ringzone === undefined) skip();
    const [theirs, ours] = await Promise.all(
      [bind, ringzone].map((server) => linesOf(server as Judge, zone, update, by)),
    );
    expect(theirs?.length).toBeGreaterThan(0);
    expect(ours).toEqual(theirs);
  });
});
