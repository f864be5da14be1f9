import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../../src/control/config/read-config.ts';
import { checkSteering } from '../../../../src/control/steering/check-steering.ts';
import { listSrv } from '../../../../src/control/steering/list-srv.ts';
import type { SteeringSettings } from '../../../../src/control/steering/steering-settings.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { Served } from '../../answer/served.ts';
import { zoneWith } from './listed.ts';

const srv = '_sip._udp SRV 1 1 5060 sip1\n_sip._tcp SRV 1 1 5060 sip1\nsip1 A 192.0.2.11\n';
const signed = '@ DNSKEY 257 3 8 AQAB\n';

/** `line:column severity code message | hint`, for a zone with these records and settings. */
function problems(settings: string, records: string, maxRecords = 100): readonly string[] {
  const config = parseConfig(`zones:\n  a.test:\n    file: x\n    ${settings}\n`, 'r.yaml');
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  const served = new Served([{ apex: 'a.test.', text: zoneWith(records) }]);
  const { store, zoneNumbers } = served;
  const listed = listSrv(store.reader, store.currentVersion(zoneNumbers[0] as number), maxRecords);
  const steering = config.value.zones[0]?.steering as SteeringSettings;
  return checkSteering({ ...listed, title: 'a.test/IN' }, wireNameFrom('a.test.'), steering).map(
    ({ line, column, severity, code, message, hint }) => `${line}:${column} ${severity} ${code} ${message} | ${hint}`,
  );
}

test('nothing is wrong', () => {
  const settings =
    'srv-order: shape\n    health: { address: { sip1: 10.0.0.1 } }\n    owners: { _sip._tcp: { health: none } }';
  expect(problems(settings, srv)).toEqual([]);
});

describe('owners without SRV', () => {
  test('a policy: a warning', () => {
    expect(problems('owners: { _sip._ucp: { srv-order: shape } }', srv)).toEqual([
      '4:15 warning CF33 _sip._ucp has no SRV in zone a.test/IN: what is said of it has no effect | did you mean _sip._tcp?',
    ]);
  });

  test('health: an error', () => {
    expect(problems('owners: { _sips._tcp: { health: { fall: 2 } } }', srv)).toEqual([
      '4:15 error CF34 _sips._tcp has no SRV in zone a.test/IN: there is nothing to probe | did you mean _sip._tcp?',
    ]);
    expect(problems('owners: { x: { health: { fall: 2 } } }', '')).toEqual([
      '4:15 error CF34 x has no SRV in zone a.test/IN: there is nothing to probe | the zone has no SRV at all',
    ]);
  });

  test('of the whole zone', () => {
    expect(problems('health: { fall: 2 }', '')).toEqual([
      '4:5 error CF34 zone a.test/IN has no SRV: there is nothing to probe | undefined',
    ]);
    expect(problems('srv-order: shape', '')).toEqual([]);
  });

  test('an address of what is no target', () => {
    expect(problems('health: { address: { sip2: 10.0.0.1 } }', srv)).toEqual([
      '4:5 error CF34 health has an address of sip2, which is no target of SRV in zone a.test/IN | did you mean sip1?',
    ]);
  });
});

describe('a zone that was signed before', () => {
  test.each([
    ['srv-order: shape', 'srv-order: shape'],
    ['srv-order: cyclic\n    all-down: empty', 'all-down: empty'],
    ['health: { fall: 2 }', 'health with reaction: demote'],
    ['health: { reaction: withdraw }', 'health with reaction: withdraw'],
    ['health: { publish: true }', 'health with publish: true'],
  ])('%s', (settings, what) => {
    const [first = '', ...rest] = problems(settings, srv + signed);
    expect(rest).toEqual([]);
    expect(first).toContain(
      `CF35 zone a.test/IN is signed, and ${what} changes what its signatures cover: it is answered as written`,
    );
  });

  test.each(['srv-order: rfc2782', 'srv-order: sticky', 'health: { reaction: order }', 'health: none'])(
    '%s is right',
    (settings) => {
      expect(problems(settings, srv + signed)).toEqual([]);
    },
  );

  test('an owner', () => {
    const found = problems('owners: { _sip._tcp: { srv-order: shape } }', srv + signed);
    expect(found.map((line) => line.slice(0, 15))).toEqual(['4:15 error CF35']);
  });
});

test('more SRV than are listed', () => {
  expect(problems('owners: { x: { srv-order: shape } }\n    srv-order: cyclic', srv, 1)).toEqual([
    '5:5 warning CF36 zone a.test/IN has more than 50000 SRV: those beyond are neither probed nor counted | undefined',
  ]);
});
