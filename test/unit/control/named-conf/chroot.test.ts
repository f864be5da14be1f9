/** A chroot of BIND's, which named.conf does not show, is guessed from where its files are. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { distributionChroots } from '../../../../src/control/named-conf/chroot.ts';
import { diagnostics } from './parse.ts';

let root: string;
/** Of files that are nowhere else. */
const folder = '/ringzone-nowhere';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ringzone-chroot-'));
  mkdirSync(join(root, folder), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

function put(name: string): string {
  writeFileSync(join(root, folder, name), '');
  return join(folder, name);
}

const zone = (name: string, file: string) => `zone "${name}" { type primary; file "${file}"; };\n`;
const log = (file: string) => `logging { channel c { file "${file}"; }; category default { c; }; };\n`;
const told = (text: string) =>
  diagnostics(`options { recursion no; allow-transfer { none; }; };\n${text}`, ['/nothing', root]).filter(
    ({ code }) => code === 'NC18',
  );

test('a zone whose file is there alone', () => {
  const file = put('a');
  expect(told(zone('a', file))).toEqual([
    expect.objectContaining({
      severity: 'warning',
      code: 'NC18',
      line: 2,
      message: `${file} is missing, but ${root}${file} is there: BIND seems to run in a chroot (named -t)`,
      hint: `this server has no chroot: write ${root}${file}, and the like for others`,
    }),
  ]);
});

test('a log that is there, and one whose folder is', () => {
  const file = put('bind.log');
  expect(told(log(file))[0]?.message).toContain(`but ${root}${file} is there`);
  expect(told(log(`${folder}/new.log`))[0]?.message).toContain(`${folder} is missing, but ${root}${folder} is there`);
});

test('once for zones and once for logs', () => {
  const [first, second, third] = [put('a'), put('b'), put('c')];
  const found = told(zone('a', first) + zone('b', second) + log(third));
  expect(found.map(({ code, line }) => [code, line])).toEqual([
    ['NC18', 2],
    ['NC18', 4],
  ]);
});

test('directory and include', () => {
  const conf = put('named.inc');
  const hint = (truth: string) => `BIND seems to run in a chroot (named -t), and this server has none: write ${truth}`;
  const found = (text: string) => diagnostics(text, [root]).map(({ code, hint }) => [code, hint]);
  expect(found(`options { directory "${folder}"; };`)).toEqual([['NC01', hint(`${root}${folder}`)]]);
  expect(found(`include "${conf}";`)).toEqual([['NC01', hint(`${root}${conf}`)]]);
});

test('nothing is said of what is where it should be, or in no chroot', () => {
  mkdirSync(join(root, root), { recursive: true });
  const here = join(root, 'a');
  writeFileSync(here, '');
  writeFileSync(join(root, here), '');
  expect(told(zone('a', here) + zone('b', `${folder}/b`) + log(join(root, 'new.log')))).toEqual([]);
  expect(distributionChroots).toEqual(['/var/lib/named', '/var/named/chroot']);
});
