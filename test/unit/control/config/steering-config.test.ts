/** srv-order, owners and health, as the configuration has them. */
import { describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../../../src/base/diagnostic.ts';
import type { Config } from '../../../../src/control/config/config.ts';
import { parseConfig } from '../../../../src/control/config/read-config.ts';
import { Reaction, SrvOrder } from '../../../../src/plane/steering/steering-policy.ts';
import { formatName } from '../../../../src/wire/name.ts';

function read(text: string) {
  return parseConfig(text, '/etc/ringzone/ringzone.yaml');
}

function good(text: string): Config {
  const result = read(text);
  if (!result.ok) throw new Error(result.error.map(formatDiagnostic).join('\n'));
  return result.value;
}

/** Of the first zone. */
function steeringOf(text: string) {
  return good(text).zones[0]?.steering;
}

/** `line:column code`, one per problem, and the hint. */
function places(text: string): readonly string[] {
  const result = read(text);
  return (result.ok ? result.value.warnings : result.error).map(({ line, column, code, hint }) =>
    `${line}:${column} ${code} ${hint ?? ''}`.trim(),
  );
}

describe('a zone', () => {
  test('about which nothing is said has no policy', () => {
    expect(steeringOf('zones: { a.test: { file: x } }')).toBeUndefined();
    expect(steeringOf('sticky-prefix: [24, 48]\nzones: { a.test: { file: x } }')).toBeUndefined();
  });

  test('takes its own settings, else those of its view, else those of the top', () => {
    const text = `
srv-order: cyclic
degraded-ttl: 30s
views:
  inside:
    srv-order: sticky
    sticky-prefix: [24, 48]
    zones:
      a.test: { file: x }
      b.test: { file: y, srv-order: shape, all-down: empty }
  outside: { zones: { a.test: { file: x } } }
`;
    const policies = good(text).zones.map(({ steering }) => steering?.policy);
    expect(policies).toEqual([
      {
        order: SrvOrder.sticky,
        prefixBits4: 24,
        prefixBits6: 48,
        degradedTtlSeconds: 30,
        emptyWhenAllDown: false,
        reaction: Reaction.demote,
      },
      {
        order: SrvOrder.shape,
        prefixBits4: 24,
        prefixBits6: 48,
        degradedTtlSeconds: 30,
        emptyWhenAllDown: true,
        reaction: Reaction.demote,
      },
      {
        order: SrvOrder.cyclic,
        prefixBits4: 32,
        prefixBits6: 56,
        degradedTtlSeconds: 30,
        emptyWhenAllDown: false,
        reaction: Reaction.demote,
      },
    ]);
  });

  test('each word of health by itself', () => {
    const text = `
health: { interval: 20s, fall: 5, hook: [/bin/tell, me], probes-per-second: 50 }
resolver: ["192.0.2.53", "[2001:db8::1]:5353"]
zones:
  a.test:
    file: x
    health: { reaction: withdraw, timeout: 500ms, publish: false }
    owners:
      _sips._tcp: { health: { transport: tls, address: { sip1: "10.0.0.5:5071", sip.b.test.: "2001:db8::7" } } }
      _stun._udp.A.test.: { health: none }
`;
    const config = good(text);
    const steering = config.zones[0]?.steering;
    expect(steering?.policy?.reaction).toBe(Reaction.withdraw);
    expect(steering?.health).toMatchObject({
      settings: { intervalMs: 20_000, timeoutMs: 500, fall: 5, rise: 2 },
      publish: false,
    });
    const [sips, stun] = steering?.owners ?? [];
    expect(sips?.health).toMatchObject({ transport: 'tls', settings: { intervalMs: 20_000, timeoutMs: 500 } });
    const addresses = sips?.health?.addresses.map(({ target, place }) => [
      formatName(target),
      place.address,
      place.port,
    ]);
    expect(addresses).toEqual([
      ['sip1.a.test.', '10.0.0.5', 5071],
      ['sip.b.test.', '2001:db8::7', undefined],
    ]);
    expect([formatName(stun?.owner as Uint8Array), stun?.health]).toEqual(['_stun._udp.a.test.', undefined]);
    expect(stun?.place).toMatchObject({ file: '/etc/ringzone/ringzone.yaml', line: 10, column: 7 });
    expect(config.probing).toEqual({
      resolvers: ['192.0.2.53:53', '[2001:db8::1]:5353'],
      probesPerSecond: 50,
      hook: { command: ['/bin/tell', 'me'] },
    });
  });

  test('health is published where that is said, of primaries only', () => {
    const text = `
health: { publish: true }
zones:
  a.test: { file: x, owners: { _sip._tcp: { health: { publish: false } }, _stun._udp: { health: none } } }
  b.test: { type: secondary, primaries: [192.0.2.1] }
  c.test: { file: y, health: { publish: false }, owners: { _sip._tcp: { health: { publish: true } } } }
  d.test: { file: z, health: none }
`;
    const published = good(text).zones.map(({ steering }) => [
      steering?.health?.publish,
      ...(steering?.owners ?? []).map(({ health }) => health?.publish),
    ]);
    expect(published).toEqual([[true, false, undefined], [false], [false, true], [undefined]]);
  });

  test('owners alone', () => {
    const steering = steeringOf('zones: { a.test: { file: x, owners: { "*._sip._udp": { srv-order: cyclic } } } }');
    expect(steering).toMatchObject({ policy: undefined, health: undefined });
    expect(steering?.owners[0]).toMatchObject({ policy: { order: SrvOrder.cyclic }, namesHealth: false });
  });

  test('members of a catalog are steered like its other zones', () => {
    const text = `
srv-order: cyclic
zones: { c.test: { type: secondary, primaries: [192.0.2.1] } }
catalogs: { c.test: { members: { health: { interval: 30s } } } }
`;
    const steering = good(text).catalogs[0]?.members.steering;
    expect(steering).toMatchObject({
      policy: { order: SrvOrder.cyclic },
      health: { settings: { intervalMs: 30_000 } },
      healthPlace: undefined,
    });
  });
});

describe('each problem', () => {
  const zone = (settings: string) => `zones:\n  a.test: { file: x, ${settings} }\n`;
  test.each([
    [zone('srv-order: shaped'), '2:33 CF06 did you mean shape?'],
    [zone('srv-order: rfc2872'), '2:33 CF06 did you mean rfc2782?'],
    [zone('sticky-prefix: 24'), '2:37 CF05 write the bits of an IPv4 and of an IPv6 network: [32, 56]'],
    [zone('sticky-prefix: [33, 56]'), '2:37 CF06 write the bits of an IPv4 and of an IPv6 network: [32, 56]'],
    [zone('degraded-ttl: 15'), '2:36 CF07 write a number and a unit: 500ms, 30s, 5m, 1h30m, 1w2d'],
    [zone('all-down: none'), '2:32 CF06'],
    [zone('health: { intervall: 5s }'), '2:32 CF04 did you mean interval?'],
    [zone('health: { hook: /bin/x }'), '2:32 CF04'],
    [zone('health: { interval: 2s, timeout: 2s }'), '2:22 CF28 give more to interval, or less to timeout'],
    [zone('health: { drain-codes: [200, 999] }'), '2:45 CF06 write 503 or 500-599'],
    [zone('health: { publish: true, reaction: order }'), '2:32 CF28 write reaction: demote or withdraw'],
    [zone('health: { publish: true, probe: none }'), '2:32 CF28 remove one of them'],
    [zone('health: { publish: true }, owners: { _sip._udp: { health: { reaction: order } } }'), '2:32 CF28 write'],
    [zone('type: secondary, primaries: [192.0.2.1], health: { publish: true }'), '2:73 CF28 remove publish here'],
    [
      'zones: { c.test: { type: secondary, primaries: [192.0.2.1] } }\ncatalogs: { c.test: { members: { health: { publish: true } } } }\n',
      '2:44 CF28 remove publish here',
    ],
    [zone('health: { transport: ws }'), '2:43 CF06'],
    [zone('health: { address: { sip1: example.com } }'), '2:49 CF08'],
    [zone('health: { address: { a..b: 10.0.0.1 } }'), '2:43 CF15'],
    [zone('health: 5s'), '2:30 CF05'],
    [zone('owners: { _sip._udp: { srv-ordr: shape } }'), '2:45 CF04 did you mean srv-order?'],
    [zone('owners: { _sip._udp: shape }'), '2:43 CF05'],
    [zone('owners: { "": {} }'), '2:32 CF15 write a name relative to the zone: _sip._udp'],
    [zone('owners: { "@": {} }'), '2:32 CF15 write a name relative to the zone: _sip._udp'],
    [zone('owners: { _sip._udp.b.test.: {} }'), '2:32 CF15 write a name relative to the zone: _sip._udp'],
    [zone('owners: { _sip._udp: {}, _SIP._udp.a.test.: {} }'), '2:47 CF16'],
    ['resolver: [example.com]\nzones: { a.test: { file: x } }', '1:11 CF08 write [192.0.2.53]'],
    ['health: { probes-per-secnd: 3 }\nzones: { a.test: { file: x } }', '1:11 CF04 did you mean probes-per-second?'],
    ['health: { hook: "https://" }\nzones: { a.test: { file: x } }', '1:17 CF06'],
  ])('%j', (text, expected) => {
    const found = places(text);
    expect(found.some((place) => place.startsWith(expected)) ? [expected] : found).toEqual([expected]);
  });

  test('what is wrong above is told once', () => {
    const text = 'health: { interval: 1s }\nzones: { a.test: { file: x }, b.test: { file: y } }';
    expect(places(text)).toEqual(['1:1 CF28 give more to interval, or less to timeout']);
  });
});
