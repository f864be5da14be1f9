/** `rate-limit` and cookies: checked and kept for a later release. */
import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../../../src/base/diagnostic.ts';
import { parseConfig } from '../../../../src/control/config/read-config.ts';

function told(text: string): readonly string[] {
  const result = parseConfig(`zones: { a.test: { file: a } }\n${text}`, 'ringzone.yaml');
  const problems = result.ok ? result.value.warnings : result.error;
  return problems.map(
    ({ line, column, severity, code, message }) => `${line}:${column} ${severity} ${code} ${message}`,
  );
}

test.each([
  [
    'rate-limit: { responses-per-second: 5, slip: 0, window: 3600, log-only: yes }',
    '2:1 warning CF11 rate-limit has no effect yet',
  ],
  ['require-server-cookie: true', '2:1 warning CF11 require-server-cookie has no effect yet'],
  ['answer-cookie: true', '2:1 note CF11 answer-cookie has no effect yet'],
  ['cookie-algorithm: siphash24', '2:1 note CF11 cookie-algorithm has no effect yet'],
  ['nocookie-udp-size: 1232', '2:1 note CF11 nocookie-udp-size has no effect yet'],
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

test('what is off says nothing', () => {
  expect(told('answer-cookie: false\nrequire-server-cookie: no')).toEqual([]);
});

test('a view may have a rate limit of its own', () => {
  const text = 'views: { in: { rate-limit: { slip: 2 }, zones: { a.test: { file: a } } } }\n';
  const result = parseConfig(text, 'ringzone.yaml');
  expect(result.ok && result.value.warnings.map(({ code, column }) => [code, column])).toEqual([['CF11', 16]]);
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
