import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../../../src/base/diagnostic.ts';
import { parseConfig } from '../../../../src/control/config/read-config.ts';
import type { DnstapConfig } from '../../../../src/control/dnstap/dnstap-config.ts';
import { TapType } from '../../../../src/plane/rings/tap-record.ts';

const zones = 'zones: { a.test: { file: a.zone } }\n';

function read(text: string) {
  return parseConfig(zones + text, '/etc/ringzone/ringzone.yaml', { interfaces: {} });
}

function good(text: string): DnstapConfig | undefined {
  const result = read(text);
  if (!result.ok) throw new Error(result.error.map(formatDiagnostic).join('\n'));
  return result.value.dnstap;
}

function said(text: string): readonly string[] {
  const result = read(text);
  const list = result.ok ? result.value.warnings : result.error;
  return list.map(({ line, column, severity, code, message }) => `${line}:${column} ${severity} ${code} ${message}`);
}

const file = 'dnstap-output: { file: log/a.tap }\n';
const typesOf = (words: string) =>
  Object.entries(TapType)
    .filter(([, type]) => ((good(`dnstap: ${words}\n${file}`)?.types ?? 0) & (1 << type)) !== 0)
    .map(([name]) => name);

describe('which messages', () => {
  test.each([
    ['[all]', ['authQuery', 'authResponse', 'updateQuery', 'updateResponse']],
    ['all', ['authQuery', 'authResponse', 'updateQuery', 'updateResponse']],
    ['[auth]', ['authQuery', 'authResponse']],
    ['[auth-response]', ['authResponse']],
    ['[Auth-Query, update-response]', ['authQuery', 'updateResponse']],
    ['[all-query]', ['authQuery', 'updateQuery']],
    ['[update, all-response]', ['authResponse', 'updateQuery', 'updateResponse']],
  ])('%s', (words, types) => expect(typesOf(words)).toEqual(types));

  test('none without dnstap, and with false', () => {
    expect(good('')).toBeUndefined();
    expect(good(`dnstap: false\n${file}`)).toBeUndefined();
    expect(good(`dnstap: []\n${file}`)).toBeUndefined();
  });

  test('a word that is none', () => {
    expect(said(`dnstap: [auth, auth-qery]\n${file}`)[0]).toMatch(
      /^2:\d+ error CF06 dnstap: "auth-qery" is not one of all, /,
    );
    expect(said(`dnstap: true\n${file}`)[0]).toMatch(/^2:\d+ error CF06 dnstap: true is not one of/);
  });
});

describe('where to', () => {
  test('a file, beside the configuration', () => {
    expect(good(`dnstap: [auth]\n${file}`)?.output).toEqual({
      kind: 'file',
      path: '/etc/ringzone/log/a.tap',
      sizeOctets: Number.POSITIVE_INFINITY,
      versions: undefined,
      suffix: 'increment',
    });
  });

  test('a file that is put away', () => {
    const output = '{ file: /a.tap, size: 10M, versions: unlimited, suffix: timestamp }';
    expect(good(`dnstap: [auth]\ndnstap-output: ${output}`)?.output).toEqual({
      kind: 'file',
      path: '/a.tap',
      sizeOctets: 10_485_760,
      versions: Number.POSITIVE_INFINITY,
      suffix: 'timestamp',
    });
  });

  test('a socket', () => {
    const output = good('dnstap: [auth]\ndnstap-output: { unix: /run/tap.sock }')?.output;
    expect(output).toEqual({ kind: 'unix', path: '/run/tap.sock' });
  });

  test('is missing, or too much', () => {
    expect(said('dnstap: [auth]')).toEqual([
      '2:1 error CF09 dnstap has no dnstap-output: nobody would get the messages',
    ]);
    expect(said('dnstap: [auth]\ndnstap-output: {}')[0]).toMatch(/^3:1 error CF09 .*neither file nor unix/);
    expect(said('dnstap: [auth]\ndnstap-output: { file: a, unix: b }')[0]).toMatch(/^3:27 error CF28 .*file and unix/);
    expect(said('dnstap: [auth]\ndnstap-output: { unix: b, size: 1M }')).toEqual([
      '3:27 error CF28 dnstap-output: size is for files; a collector keeps what it gets',
    ]);
    expect(said(file)).toEqual([
      '2:1 warning CF28 dnstap-output without dnstap: no messages are chosen, so none are written',
    ]);
    expect(said('dnstap: [auth]\ndnstap-output: { fil: a }').join()).toMatch(/error CF04 .*fil/);
  });
});

test('who says it', () => {
  const of = (more: string) => {
    const { identity, version } = good(`dnstap: [auth]\n${file}${more}`) ?? {};
    return [identity, version];
  };
  expect(of('')).toEqual([hostname(), expect.stringMatching(/^Ringzone \d/)]);
  expect(of('dnstap-identity: hostname\ndnstap-version: "1"')).toEqual([hostname(), '1']);
  expect(of('dnstap-identity: none\ndnstap-version: false')).toEqual([undefined, undefined]);
  expect(of('dnstap-identity: ns1')).toEqual(['ns1', expect.any(String)]);
});
