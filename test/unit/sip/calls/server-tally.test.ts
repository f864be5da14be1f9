import { expect, it } from 'vitest';
import { playCall } from '../../../../src/sip/calls/play-call.ts';
import { expectedShares, ServerTally } from '../../../../src/sip/calls/server-tally.ts';
import type { Profile } from '../../../../src/sip/profiles/profile.ts';
import { findProfile } from '../../../../src/sip/profiles/table.ts';
import { FakeZone } from '../location/fake-zone.ts';

const zone = new FakeZone(`
  _sip._udp.example.com 60 SRV 0 40 5060 one.example.com.
  _sip._udp.example.com 60 SRV 0 60 5060 two.example.com.
  _sip._udp.example.com 60 SRV 1 5 5060 backup.example.com.
  one.example.com 60 A 192.0.2.1
  two.example.com 60 A 192.0.2.2
  backup.example.com 60 A 192.0.2.3
`);
const yealink = findProfile('yealink') as Profile;

it('counts who is tried first and who answers', () => {
  const tally = new ServerTally();
  const location = zone.locate('example.com', yealink);
  for (let i = 0; i < 3; i++)
    tally.add(
      location,
      playCall(location.candidates, yealink, ({ host }) => host === 'two.example.com'),
    );
  tally.add(
    location,
    playCall(location.candidates, yealink, () => true),
  );
  expect(tally.counts).toEqual([
    { server: 'backup.example.com:5060', first: 0, reached: 0 },
    { server: 'one.example.com:5060', first: 0, reached: 3 },
    { server: 'two.example.com:5060', first: 4, reached: 0 },
  ]);
  expect(tally).toMatchObject({ calls: 4, lost: 1, unlocated: 0, meanSeconds: 3.5, maxSeconds: 3.5 });
});

it('counts calls for which there is no server', () => {
  const tally = new ServerTally();
  const location = zone.locate('example.org', yealink);
  tally.add(
    location,
    playCall(location.candidates, yealink, () => false),
  );
  expect(tally).toMatchObject({ calls: 1, lost: 1, unlocated: 1, meanSeconds: 0, counts: [] });
});

it('notices that weights are rewritten', () => {
  const tally = new ServerTally();
  const location = zone.locate('example.com', yealink);
  const outcome = playCall(location.candidates, yealink, () => false);
  tally.add(location, outcome);
  tally.add({ ...location, srvSet: location.srvSet.toReversed() }, outcome);
  expect(tally.hasRewrittenWeights).toBe(false);
  tally.add({ ...location, srvSet: location.srvSet.map((record) => ({ ...record, weight: 1 })) }, outcome);
  expect(tally.hasRewrittenWeights).toBe(true);
});

it('knows what the weights promise', () => {
  const set = zone.locate('example.com', yealink).srvSet;
  expect(expectedShares(set).map(({ share }) => share)).toEqual([0.4, 0.6, 0]);
  const zeros = set.map((record) => ({ ...record, weight: 0 }));
  expect(expectedShares(zeros).map(({ share }) => share)).toEqual([0.5, 0.5, 0]);
  expect(expectedShares([])).toEqual([]);
});

it('takes each address of a name for a server of its own, where there is no SRV', () => {
  const plain = new FakeZone('pbx.example.com 60 A 192.0.2.1\npbx.example.com 60 A 192.0.2.2');
  const tally = new ServerTally();
  const location = plain.locate('pbx.example.com', yealink);
  tally.add(
    location,
    playCall(location.candidates, yealink, () => false),
  );
  expect(tally.counts.map(({ server }) => server)).toEqual(['192.0.2.1:5060', '192.0.2.2:5060']);
});
