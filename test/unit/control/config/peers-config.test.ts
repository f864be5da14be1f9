/** `peers`, and how many must agree. */
import { describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../../../src/base/diagnostic.ts';
import { parseConfig } from '../../../../src/control/config/read-config.ts';
import { planHealth } from '../../../../src/control/steering/plan-health.ts';

const interfaces = { eth0: [{ address: '192.0.2.1', netmask: '255.255.255.0', family: 'IPv4' as const }] };
const keys = 'keys: { k: { algorithm: hmac-sha256, secret: "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I=" } }';
const zone = 'zones: { a.test: { file: x } }';

function read(text: string) {
  return parseConfig(text, '/etc/ringzone/ringzone.yaml', { interfaces } as never);
}

function good(text: string) {
  const result = read(text);
  if (!result.ok) throw new Error(result.error.map(formatDiagnostic).join('\n'));
  return result.value;
}

/** `line:column code message`, one per problem. */
function problems(text: string): readonly string[] {
  const result = read(text);
  return (result.ok ? result.value.warnings : result.error).map(
    ({ line, column, code, message }) => `${line}:${column} ${code} ${message}`,
  );
}

describe('peers', () => {
  test('are servers with a key, as primaries are', () => {
    const config = good(`${keys}
primaries: { others: ["192.0.2.3:5353"] }
peers:
  - { address: 192.0.2.2, key: k }
  - { address: "2001:db8::2", port: 5300, key: K. }
${zone}`);
    expect(config.peers).toEqual([
      { address: '192.0.2.2', port: 53, key: 'k' },
      { address: '2001:db8::2', port: 5300, key: 'K.' },
    ]);
    expect(config.settings.peerKeys).toEqual([0]);
    expect(planHealth([], config).peers).toMatchObject([{ key: { algorithm: 'hmac-sha256' } }, { port: 5300 }]);
  });

  test('are none where nothing is said', () => {
    const config = good(zone);
    expect(config.peers).toEqual([]);
    expect(config.settings.peerKeys).toBeUndefined();
  });

  test.each([
    ['[192.0.2.2]', '2:9 CF09 peer 192.0.2.2:53 has no key: what peers say must be signed'],
    ['{ address: 192.0.2.2 }', '2:8 CF09 peer 192.0.2.2:53 has no key: what peers say must be signed'],
    ['[{ address: 192.0.2.2, key: x }]', '2:36 CF21 undefined key "x"'],
    ['[{ address: 192.0.2.1, key: k }]', '2:9 CF28 peer 192.0.2.1:53 is this server itself'],
    ['[{ address: "::ffff:0:1", port: 0, key: k }]', '2:40 CF06 0 is not a whole number'],
    [
      '[{ address: 192.0.2.2, tls: true, key: k }]',
      '2:9 CF28 peer 192.0.2.2:853 has tls: peers are asked over UDP and TCP',
    ],
    [
      '[{ address: "2001:db8::2", key: k }, { address: "2001:DB8:0::2", key: k }]',
      '2:45 CF16 peer [2001:db8::2]:53 is given twice',
    ],
    ['[{ adress: 192.0.2.2, key: k }]', 'CF04 unknown key "adress"'],
    ['[ns2.example.com]', '2:9 CF27 undefined list of primaries "ns2.example.com"'],
    ['5', "2:8 CF27 expected a server's address, found 5"],
  ])('%s is refused', (written, problem) => {
    expect(problems(`${keys}\npeers: ${written}\n${zone}`).join('\n')).toContain(problem);
  });

  test('may have this address and another port', () => {
    expect(problems(`${keys}\npeers: [{ address: 192.0.2.1, port: 5300, key: k }]\n${zone}`)).toEqual([]);
    const own = `listen: ["127.0.0.1:5300"]\n${keys}\npeers: [{ address: 127.0.0.1, port: 5300, key: k }]\n${zone}`;
    expect(problems(own)).toEqual(['3:9 CF28 peer 127.0.0.1:5300 is this server itself']);
  });
});

describe('agree', () => {
  const peers = `${keys}\npeers: [{ address: 192.0.2.2, key: k }, { address: 192.0.2.3, key: k }]\n`;

  test('counts this server, and is inherited', () => {
    const { zones } = good(`${peers}health: { agree: 3 }
zones:
  a.test: { file: x, owners: { _sip._udp: { health: { agree: 2 } } } }
  b.test: { file: y, health: { agree: 1 } }
`);
    expect(zones.map(({ steering }) => steering?.health?.settings.agree)).toEqual([3, 1]);
    expect(zones[0]?.steering?.owners[0]?.health?.settings.agree).toBe(2);
  });

  test('is 1 where nothing is said', () => {
    expect(good('health: {}\nzones: { a.test: { file: x } }').zones[0]?.steering?.health?.settings.agree).toBe(1);
    expect(problems('health: { agree: 1 }\nzones: { a.test: { file: x } }')).toEqual([]);
  });

  test.each([
    [
      'health: { agree: 2 }\nzones: { a.test: { file: x } }',
      '1:18 CF28 agree: 2, and there are no peers to agree with',
    ],
    [`${peers}health: { agree: 4 }\n${zone}`, '3:18 CF28 agree: 4 of 3 servers: nothing would ever be taken out'],
    [
      `${peers}views: { v: { zones: { a.test: { file: x, owners: { _sip._udp: { health: { agree: 4 } } } } } } }`,
      '3:83 CF28 agree: 4 of 3 servers: nothing would ever be taken out',
    ],
    [
      `${peers}catalogs: { c.test: { groups: { g: { health: { agree: 4 } } } } }\n${zone}`,
      'CF28 agree: 4 of 3 servers: nothing would ever be taken out',
    ],
    [`${peers}health: { agree: 0 }\n${zone}`, '3:18 CF06'],
    [`${peers}zones: { a.test: { file: x, agree: 2 } }`, 'CF10 agree is not supported'],
  ])('%s', (text, problem) => {
    expect(problems(text).join('\n')).toContain(problem);
  });
});
