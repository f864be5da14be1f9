import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Config } from '../../../../src/control/config/config.ts';
import { namedConfCodes } from '../../../../src/control/named-conf/codes.ts';
import { contextOf, topContext } from '../../../../src/control/named-conf/grammar/contexts.ts';
import { shapeOf } from '../../../../src/control/named-conf/grammar/notation.ts';
import { good, read } from './parse.ts';

const contexts = ['options', 'view', 'zone', 'server', 'logging', 'channel', 'key', 'tls', 'http', 'controls', 'dlz'];

test('every row of the table can be read, and stands somewhere', () => {
  const clauses = [topContext, ...contexts.map(contextOf)].flatMap((context) => [...context.values()]);
  expect(clauses.length).toBeGreaterThan(500);
  for (const { name, grammar, places } of clauses) {
    expect(() => shapeOf(grammar), name).not.toThrow();
    expect(places, name).toMatch(/^(-|[TovSpsmhfrtudi]+)$/);
  }
});

test('what is refused and what is passed over say why', () => {
  for (const { name, treatment } of contextOf('options').values()) {
    if (treatment.kind !== 'keep') expect(treatment.reason, name).toMatch(/^\S.{10,}\S$/);
  }
});

function meaningOf(config: Config): string {
  return JSON.stringify({ ...config, warnings: [], written: undefined });
}

test('every option that is kept changes something, or is told', () => {
  const silent = { ...good('options { recursion no; allow-transfer { none; }; };'), warnings: [] };
  // Their values here are the defaults, or they mean something with others alone.
  const without = [
    'directory',
    'port',
    'recursion',
    'tls-port',
    'dnssec-policy',
    'allow-query-on',
    'masterfile-format',
    'transfers-in',
    'catalog-zones',
    // Kept for a later release, and told.
    'answer-cookie',
    'cookie-algorithm',
    'cookie-secret',
    'nocookie-udp-size',
    'rate-limit',
    'require-server-cookie',
    // They have tests of their own.
    'dnstap',
    'dnstap-identity',
    'dnstap-output',
    'dnstap-version',
  ];
  const values: Readonly<Record<string, string>> = {
    'allow-transfer': '{ 192.0.2.1; }',
    'listen-on': '{ 192.0.2.53; }',
    'listen-on-v6': '{ none; }',
    'transfers-per-ns': '7',
    'max-ixfr-ratio': '7%',
    'tcp-clients': '7',
    version: 'none',
    hostname: 'none',
    'server-id': '"7"',
    'max-udp-size': '777',
    querylog: 'no',
    responselog: 'yes',
    'allow-new-zones': 'yes',
    notify: 'no',
    'minimal-responses': 'no',
    blackhole: '{ 192.0.2.1; }',
    'also-notify': '{ 192.0.2.1; }',
    'ixfr-from-differences': 'yes',
    'notify-source': '192.0.2.53',
    'transfer-source': '192.0.2.53',
    'notify-source-v6': '::1',
    'transfer-source-v6': '::1',
    'allow-update': '{ 192.0.2.1; }',
    'allow-query': '{ 192.0.2.1; }',
    'allow-notify': '{ 192.0.2.1; }',
    'rrset-order': '{ order cyclic; }',
  };
  const zone = 'zone "a" { type primary; file "a"; }; zone "b" { type secondary; primaries { 192.0.2.1; }; };';
  const unchanged = [...contextOf('options').values()]
    .filter(({ name, treatment }) => treatment.kind === 'keep' && !without.includes(name))
    .filter(({ name }) => {
      const transfer = name === 'allow-transfer' ? '' : 'allow-transfer { none; };';
      const text = `options { recursion no; ${transfer} ${name} ${values[name] ?? '77'}; }; ${zone}`;
      const base = good(`options { recursion no; allow-transfer { none; }; }; ${zone}`);
      const result = read(text);
      if (!result.ok) throw new Error(`${name}: ${result.error[0]?.message}`);
      return meaningOf(result.value) === meaningOf(base);
    });
  expect(unchanged.map(({ name }) => name)).toEqual([]);
  expect(silent.zones).toEqual([]);
});

test('docs/diagnostics.md explains every code', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../../docs/diagnostics.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (NC\d\d) \| [^|]+ \| ([^|]+) \|/gm)].map(([, code, what]) => [
    code,
    what?.trim(),
  ]);
  expect(Object.fromEntries(rows)).toEqual(namedConfCodes);
});
