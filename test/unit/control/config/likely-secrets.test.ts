import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../../../src/base/diagnostic.ts';
import { parseConfig } from '../../../../src/control/config/read-config.ts';
import { SourceText } from '../../../../src/control/named-conf/source-text.ts';
import { read } from '../named-conf/parse.ts';

const tsig = '6vOHn0LwVRSdZyJgzF4mnHZgCDbVN9C0S3r0tB0Wq1E=';
const cookie = '5ca1ab1e0ddba11c0ffee00dabad1dea';
const zones = 'zones: { a.test: { file: a.zone } }\n';

test.each([
  `cookie-secrets: ${cookie}\n${zones}`,
  `cookie_secret: [${cookie}, ${cookie}]\n${zones}`,
  `key: { k: { algorithm: hmac-sha256, sercet: ${tsig} } }\n${zones}`,
  `keys: { k: { algorithm: "hmac-sha256:k:${tsig}" } }\n${zones}`,
  `allow-transfer: ["key ${tsig}"]\n${zones}`,
  `keys: { k: { algorithm: hmac-sha256, secret: *${tsig} } }\n${zones}`,
  `nonsense: 1 # was ${cookie}, and before ${tsig}\n${zones}`,
])('of a ringzone.yaml: %s', (text) => {
  const result = parseConfig(text, '/etc/ringzone/ringzone.yaml');
  expect(result.ok).toBe(false);
  const said = result.ok ? '' : result.error.map(formatDiagnostic).join('\n');
  expect(said).not.toBe('');
  expect(said).not.toContain(tsig.slice(0, 20));
  expect(said).not.toContain(cookie.slice(0, 20));
});

test.each([
  `options { cookie-secrt "${cookie}"; };\n`,
  `/* key k { algorithm hmac-sha256; secret "${tsig}"; };\n`,
  `nonsense; // cookie ${cookie}\n`,
])('of a named.conf: %s', (text) => {
  const result = read(text);
  const said = (result.ok ? result.value.warnings : result.error).map(formatDiagnostic).join('\n');
  expect(said).not.toBe('');
  expect(said).not.toContain(tsig.slice(0, 20));
  expect(said).not.toContain(cookie.slice(0, 20));
});

test('columns stay, and what is no secret is shown', () => {
  const line = `file "/var/lib/named/a-long-folder/0123456789abcdef.zone"; x ${cookie}; y "${tsig}"; key z=;`;
  const { sourceLine, message } = new SourceText('named.conf', line).diagnosticAt(
    { severity: 'error', code: 'NC01', message: `undefined key ${cookie}` },
    0,
  );
  expect(sourceLine).toBe(line.replace(cookie, '*'.repeat(32)).replace(tsig, '*'.repeat(tsig.length)));
  expect(message).toBe(`undefined key ${cookie}`);
});
