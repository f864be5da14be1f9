import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type KeptMember, readMembers, writeMembers } from '../../../../src/control/catalog/member-file.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-members-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const kept: readonly KeptMember[] = [
  {
    member: { apex: wireNameFrom('A\\.b.\\200.test.'), label: 'x', groups: ['ä'], newCatalog: wireNameFrom('d.') },
    isOwned: true,
  },
  { member: { apex: wireNameFrom('.'), label: '\\001', groups: [], newCatalog: undefined }, isOwned: false },
];

it('gives back what was written', async () => {
  const written = new Map([
    ['c.test.', kept],
    ['empty.', []],
  ]);
  await writeMembers(folder, written);
  expect(readMembers(folder)).toEqual(written);
});

it('has nothing at first', () => expect(readMembers(folder)).toEqual(new Map()));

it.each([
  ['{', /is damaged/],
  ['null', /is damaged/],
  ['{"version":2}', /is of version 2/],
  ['{"version":1,"catalogs":{"c.":[{"zone":"a..b","label":"x"}]}}', /is damaged: not a name: "a..b"/],
  ['{"version":1,"catalogs":{"c.":[{"zone":"a.","label":1}]}}', /is damaged: not a member/],
  ['{"version":1,"catalogs":{"c.":7}}', /is damaged/],
])('says what is wrong with %s', (text, problem) => {
  writeFileSync(join(folder, 'catalog-members.json'), text);
  expect(readMembers(folder)).toMatch(problem);
});

it('rejects where it can not be written', async () => {
  await expect(writeMembers(join(folder, 'none'), new Map())).rejects.toThrow(/ENOENT/);
});
