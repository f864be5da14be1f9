/** What a zone is refused for, in one word of BIND's, and as named-checkzone says it of the same file. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { refusalLine } from '../../../src/control/load/bind-result.ts';
import { loadText } from '../../unit/store/check/load-text.ts';
import { findCommand } from '../lib/judge.ts';

const checker = findCommand('named-checkzone');
if (checker === undefined) console.warn('skipped: named-checkzone (bind9-utils) is not installed');
const folder = mkdtempSync(join(tmpdir(), 'ringzone-load-results-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** `undefined` where BIND is not installed. */
function resultOfBind(text: string): string | undefined {
  if (checker === undefined) return undefined;
  const file = join(folder, 'zone');
  writeFileSync(file, text);
  const { stdout } = spawnSync(checker, ['-i', 'none', 'z.test', file], { encoding: 'utf8', cwd: folder });
  return /loading from master file \S+ failed: (.*)/.exec(stdout)?.[1];
}

const head = '$TTL 300\n@ SOA ns host 1 3600 600 86400 60\n@ NS ns\nns A 192.0.2.1\n';

test.each<[string, string]>([
  ['a TXT "abc\n', 'unbalanced quotes'],
  ['a A ( 192.0.2.1\n', 'unbalanced parentheses'],
  ['a A 192.0.2.1 )\n', 'unbalanced parentheses'],
  ['a SVR 1\n', 'unknown class/type'],
  ['a..b A 192.0.2.1\n', 'empty label'],
  [`${'x'.repeat(70)} A 192.0.2.1\n`, 'label too long'],
  ['a CH A 192.0.2.1\n', 'bad class'],
  ['a 300x A 192.0.2.1\n', 'unknown class/type'],
  ['$TTL abc\n', 'bad ttl'],
  ['$INCLUDE nofile\n', 'file not found'],
  ['a A\n', 'unexpected end of input'],
  ['a A 192.0.2.1 x\n', 'extra input text'],
  ['a MX ns ns\n', 'not a valid number'],
  ['a MX 70000 ns\n', 'out of range'],
  ['a A 1.2.3\n', 'bad dotted quad'],
  ['a AAAA 1.2.3\n', 'bad IPv6 address'],
  [`a TXT "${'x'.repeat(300)}"\n`, 'syntax error'],
  ['a CNAME b..c\n', 'empty label'],
  ['ns CNAME x\n', 'CNAME and other data'],
  ['a CNAME b\na CNAME c\n', 'multiple RRs of singleton type'],
  ['@ SOA ns host 2 3600 600 86400 60\n', 'multiple RRs of singleton type'],
  ['a NAPTR 1 1 "u" "E2U+sip" "!^(.*$!sip:a@b!" .\n', 'syntax error'],
])('%j: %s', (fault, result) => {
  const { diagnostics } = loadText((head + fault).trimEnd().split('\n'));
  const line = refusalLine('z.test/IN', 'zone', diagnostics, 'otherwise');
  expect(line).toBe(`zone z.test/IN: loading from master file zone failed: ${result}`);
  expect(resultOfBind(head + fault) ?? (checker === undefined ? result : 'none')).toBe(result);
});
