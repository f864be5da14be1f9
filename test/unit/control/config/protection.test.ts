/** `rate-limit` and cookies: from what is written to what workers obey. */
import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../../../src/base/diagnostic.ts';
import { parseConfig } from '../../../../src/control/config/read-config.ts';
import { AccessList } from '../../../../src/plane/access/access-list-table.ts';

function told(text: string): readonly string[] {
  const result = parseConfig(`zones: { a.test: { file: a } }\n${text}`, 'ringzone.yaml');
  const problems = result.ok ? result.value.warnings : result.error;
  return problems.map(
    ({ line, column, severity, code, message }) => `${line}:${column} ${severity} ${code} ${message}`,
  );
}

function settingsOf(text: string) {
  const result = parseConfig(`${text}\n`, 'ringzone.yaml');
  if (!result.ok) throw new Error(result.error.map(formatDiagnostic).join('\n'));
  return result.value.settings;
}

const zone = 'zones: { a.test: { file: a } }';

test.each([
  ['cookie-algorithm: aes', expect.stringContaining('2:1 warning CF11 cookie-algorithm aes has no effect yet')],
  ['rate-limit: { slip: 1 }', '2:1 warning CF28 rate-limit has no rate, so nothing is limited'],
  [
    'answer-cookie: no\nrequire-server-cookie: yes',
    '3:24 warning CF28 require-server-cookie requires nothing, for answer-cookie: false gives no cookies',
  ],
  [
    'rate-limit: { responses-per-second: 1001 }',
    '2:37 error CF06 rate-limit.responses-per-second: 1001 is not a whole number between 0 and 1000',
  ],
  [
    'rate-limit: { ipv6-prefix-length: 65 }',
    '2:35 error CF06 rate-limit.ipv6-prefix-length: 65 is not a whole number between 16 and 64',
  ],
  ['rate-limit: { respones-per-second: 5 }', '2:15 error CF04 unknown key "respones-per-second" in rate-limit'],
  ['rate-limit: { exempt-clients: [nowhere] }', expect.stringContaining('error CF20 undefined acl "nowhere"')],
  [
    'rate-limit: { max-table-size: 10 }',
    expect.stringContaining('error CF28 max-table-size is less than min-table-size, which is 500'),
  ],
])('%s', (text, expected) => expect(told(text)).toContainEqual(expected));

test('what is obeyed says nothing', () => {
  expect(told('answer-cookie: false\nrequire-server-cookie: no')).toEqual([]);
  expect(told('cookie-algorithm: siphash24\nnocookie-udp-size: 1232\nrate-limit: { errors-per-second: 3 }')).toEqual(
    [],
  );
});

test('without a word of it cookies are answered, with a secret that is made later, and nothing is limited', () => {
  const { cookies, rateLimits, noCookieUdpOctets } = settingsOf(zone);
  expect({ cookies, rateLimits, noCookieUdpOctets }).toEqual({
    cookies: { secrets: [], isRequired: false },
    noCookieUdpOctets: 4096,
  });
  expect(settingsOf(`${zone}\nanswer-cookie: no`).cookies).toBeUndefined();
});

test('secrets keep their order, the first makes cookies', () => {
  const [first, second] = ['000102030405060708090a0b0c0d0e0f', 'F0E0D0C0B0A09080706050403020100F'];
  expect(settingsOf(`${zone}\ncookie-secret: ["${first}", "${second}"]\nrequire-server-cookie: yes`).cookies).toEqual({
    secrets: [
      Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
      Uint8Array.of(0xf0, 0xe0, 0xd0, 0xc0, 0xb0, 0xa0, 0x90, 0x80, 0x70, 0x60, 0x50, 0x40, 0x30, 0x20, 0x10, 0x0f),
    ],
    isRequired: true,
  });
});

/** BIND's ARM, "Response Rate Limiting". */
test('rates that are not given are those of responses, the rest is as with BIND', () => {
  const [limit] =
    settingsOf(`${zone}\nrate-limit: { responses-per-second: 5, nxdomains-per-second: 2 }`).rateLimits ?? [];
  expect(limit).toEqual({
    perSecond: [5, 5, 5, 2, 5, 0],
    windowSeconds: 15,
    slip: 2,
    qpsScale: 0,
    ipv4PrefixBits: 24,
    ipv6PrefixBits: 56,
    exempt: AccessList.none,
    isLogOnly: false,
    maxEntries: 20_000,
  });
});

test("a view has the rate limit of its own, or the server's", () => {
  const views =
    'views: { in: { rate-limit: { errors-per-second: 3 }, zones: { a.test: { file: a } } }, out: { zones: {} } }';
  const { rateLimits } = settingsOf(`${views}\nrate-limit: { all-per-second: 7, exempt-clients: [192.0.2.1] }`);
  expect(rateLimits?.map((limit) => limit?.perSecond)).toEqual([undefined, [0, 0, 0, 0, 3, 0], [0, 0, 0, 0, 0, 7]]);
  expect(settingsOf(views).rateLimits?.map((limit) => limit?.perSecond[4])).toEqual([undefined, 3, undefined]);
});

test('secrets of cookies are shown nowhere', () => {
  for (const value of ['c0ffee', '[c0ffee]', '\n  - 000102030405060708090a0b0c0d0e0f\n  - c0ffee', '{ a: c0ffee }']) {
    const result = parseConfig(`zones: { a.test: { file: a } }\ncookie-secret: ${value}\n`, 'ringzone.yaml');
    expect(result.ok).toBe(false);
    const shown = result.ok ? '' : result.error.map(formatDiagnostic).join('\n');
    expect(shown).toContain('a secret of cookies is not 32 hexadecimal digits');
    expect(shown).not.toContain('c0ffee');
  }
});
