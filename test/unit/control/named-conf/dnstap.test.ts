import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { dnstapWords } from '../../../../src/control/config/dnstap-words.ts';
import { diagnostics, errors, good } from './parse.ts';

const quiet = 'recursion no; allow-transfer { none; };';
const file = 'dnstap-output file "/var/log/a.tap";';
const of = (options: string) => good(`options { ${quiet} ${options} };`).dnstap;

test('which messages, where to, and who says it', () => {
  const output = 'dnstap-output file "/var/log/a.tap" size 20m versions 3 suffix timestamp;';
  expect(of(`dnstap { auth response; update; }; ${output} dnstap-identity "ns1"; dnstap-version none;`)).toEqual({
    types: dnstapWords['auth-response'] | dnstapWords.update,
    output: { kind: 'file', path: '/var/log/a.tap', sizeOctets: 20_971_520, versions: 3, suffix: 'timestamp' },
    identity: 'ns1',
    version: undefined,
  });
  expect(of(`dnstap { all; }; ${file} dnstap-identity hostname;`)).toMatchObject({
    types: dnstapWords.all,
    identity: hostname(),
  });
  expect(of('dnstap { all query; }; dnstap-output unix "/run/tap.sock";')).toMatchObject({
    types: dnstapWords['all-query'],
    output: { kind: 'unix', path: '/run/tap.sock' },
  });
  const unlimited = 'dnstap-output file "/a" size unlimited versions unlimited;';
  expect(of(`dnstap { auth; }; ${unlimited}`)?.output).toMatchObject({
    sizeOctets: Number.POSITIVE_INFINITY,
    versions: Number.POSITIVE_INFINITY,
  });
});

test('what an authoritative server has none of is told', () => {
  const options = `${quiet} dnstap { auth; client response; resolver; }; ${file}`;
  expect(of(`dnstap { auth; client; }; ${file}`)?.types).toBe(dnstapWords.auth);
  const told = diagnostics(`options { ${options} };`)
    .map(({ code, message }) => `${code} ${message}`)
    .filter((text) => text.includes('dnstap'));
  expect(told).toEqual([
    expect.stringMatching(/NC11 dnstap client has no meaning here: .* is auth response$/),
    expect.stringMatching(/NC11 dnstap resolver has no meaning here: nothing is asked of other servers$/),
  ]);
  expect(of(`dnstap { client; }; ${file}`)).toBeUndefined();
});

test('as named-checkconf: an output is required, and a socket has no size', () => {
  expect(errors(`options { ${quiet} dnstap { auth; }; };`).join()).toMatch(/CF09 dnstap has no dnstap-output/);
  const unix = 'dnstap-output unix "/tap.sock" size 10m;';
  expect(errors(`options { ${quiet} dnstap { auth; }; ${unix} };`).join()).toMatch(
    /CF28 dnstap-output: size is for files/,
  );
});

test('of views only what all of them say', () => {
  const view = (name: string, own: string) => `view ${name} { match-clients { any; }; ${own} };`;
  const same = `options { ${quiet} ${file} }; ${view('a', 'dnstap { auth; };')} ${view('b', 'dnstap { auth; };')}`;
  expect(good(same).dnstap?.types).toBe(dnstapWords.auth);
  const other = `options { ${quiet} ${file} }; ${view('a', 'dnstap { auth; };')} ${view('b', '')}`;
  expect(errors(other).join()).toMatch(/NC13 dnstap cannot be obeyed for single views/);
});
