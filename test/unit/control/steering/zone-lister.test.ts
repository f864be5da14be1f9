import { afterEach, describe, expect, test } from 'vitest';
import { defaultHealthSettings } from '../../../../src/control/health/health-plan.ts';
import type { SteeredZone } from '../../../../src/control/steering/steered-zone.ts';
import { defaultPolicy, type SteeringSettings } from '../../../../src/control/steering/steering-settings.ts';
import { formatAddress } from '../../../../src/plane/sockets/socket-address.ts';
import { formatName } from '../../../../src/wire/name.ts';
import { ListedZones, zoneWith } from './listed.ts';

const ordered: SteeringSettings = {
  policy: defaultPolicy,
  health: undefined,
  owners: [],
  healthPlace: undefined,
  place: undefined,
};
const probed: SteeringSettings = {
  ...ordered,
  health: { settings: defaultHealthSettings, transport: undefined, addresses: [], publish: false },
};
const srv = `_sip._udp 60 SRV 10 60 5060 SIP1
_sip._udp SRV 20 0 5061 sip.b.test.
*._sip._tcp SRV 1 2 3 .
SIP1 A 192.0.2.11
SIP1 AAAA 2001:db8::11
`;

let zones: ListedZones;
afterEach(() => zones.lister.stop());

/** What was told since the last time, zone by zone. */
function told(): readonly (readonly string[])[] {
  return zones.told.splice(0).map((list) => list.flatMap(linesOf));
}

function linesOf({ title, owners, hosts }: SteeredZone): readonly string[] {
  return [
    title,
    ...owners.flatMap(({ owner, ttlSeconds, records }) =>
      records.map(
        ({ priority, weight, port, target }) =>
          `${formatName(owner)} ${ttlSeconds} ${priority} ${weight} ${port} ${formatName(target)}`,
      ),
    ),
    ...hosts.map(({ target, owner, addresses }) =>
      [`${formatName(target)} at ${owner === undefined ? 'none' : formatName(owner)}`]
        .concat(addresses.map(({ octets }) => formatAddress(octets)))
        .join(' '),
    ),
  ];
}

test('a zone with a policy is listed, without the addresses that nobody probes; others are not looked at', () => {
  zones = new ListedZones([
    { apex: 'a.test.', text: zoneWith(srv), steering: ordered },
    { apex: 'b.test.', text: zoneWith(srv) },
  ]);
  zones.lister.loaded();
  expect(told()).toEqual([
    [
      'a.test.IN',
      '*._sip._tcp.a.test. 300 1 2 3 .',
      '_sip._udp.a.test. 60 10 60 5060 sip1.a.test.',
      '_sip._udp.a.test. 60 20 0 5061 sip.b.test.',
    ],
  ]);
  zones.lister.loaded();
  expect(told()).toEqual([]);
});

test('without a policy nothing happens', () => {
  zones = new ListedZones([{ apex: 'a.test.', text: zoneWith(srv) }]);
  zones.lister.loaded();
  zones.lister.published();
  expect(told()).toEqual([]);
});

describe('with health', () => {
  test('the addresses of targets in any served zone; wildcards, cuts and foreign names', () => {
    const more = `_sip._tcp SRV 1 1 1 any.wild
_sip._tcp SRV 1 1 2 below.cut
_sip._tcp SRV 1 1 3 gone
_sip._tcp SRV 1 1 4 sip.c.test.
*.wild A 192.0.2.20
cut NS ns.elsewhere.
below.cut A 192.0.2.21
`;
    zones = new ListedZones([
      { apex: 'a.test.', text: zoneWith(srv + more), steering: probed },
      { apex: 'b.test.', text: zoneWith('sip A 192.0.2.30\n') },
    ]);
    zones.lister.loaded();
    const hosts = (told()[0] ?? []).filter((line) => line.includes(' at '));
    expect(hosts.toSorted()).toEqual([
      'any.wild.a.test. at *.wild.a.test. 192.0.2.20',
      'below.cut.a.test. at none',
      'gone.a.test. at gone.a.test.',
      'sip.b.test. at sip.b.test. 192.0.2.30',
      'sip.c.test. at none',
      'sip1.a.test. at sip1.a.test. 192.0.2.11 2001:db8::11',
    ]);
  });

  test('a change of a zone that targets are in is told soon, and once', async () => {
    zones = new ListedZones([
      { apex: 'a.test.', text: zoneWith(srv), steering: probed },
      { apex: 'b.test.', text: zoneWith('sip A 192.0.2.30\n') },
    ]);
    zones.lister.loaded();
    told();
    for (const address of ['192.0.2.31', '192.0.2.32']) {
      zones.publish('b.test.', zoneWith(`sip A ${address}\n`));
      zones.lister.published();
    }
    await expect.poll(() => zones.told.length).toBe(1);
    expect(told()[0]).toContain('sip.b.test. at sip.b.test. 192.0.2.32');
  });
});

test('a change that SRV have no part in is not told', async () => {
  zones = new ListedZones([{ apex: 'a.test.', text: zoneWith(srv), steering: probed }]);
  zones.lister.loaded();
  told();
  zones.publish('a.test.', zoneWith(`${srv}www A 192.0.2.80\n`));
  zones.lister.published();
  zones.publish('a.test.', zoneWith(`${srv}_sip._udp SRV 3 3 3 ns\n`));
  await expect.poll(() => zones.told.length).toBe(1);
  expect(told()[0]).toContain('_sip._udp.a.test. 60 3 3 3 ns.a.test.');
});
