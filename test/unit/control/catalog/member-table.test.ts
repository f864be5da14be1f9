import { describe, expect, it } from 'vitest';
import { type MemberEvent, MemberTable, nameKey } from '../../../../src/control/catalog/member-table.ts';
import type { CatalogMember } from '../../../../src/transfer/catalog/catalog-member.ts';
import { formatName, wireNameFrom } from '../../../../src/wire/name.ts';

function member(name: string, label = '1', more: { groups?: readonly string[]; to?: string } = {}): CatalogMember {
  const { groups = [], to } = more;
  return { apex: wireNameFrom(name), label, groups, newCatalog: to === undefined ? undefined : wireNameFrom(to) };
}

function table(configured: readonly string[] = [], catalogs = ['c1.', 'c2.']): MemberTable {
  const made = new MemberTable();
  made.configure(
    configured.map((name) => wireNameFrom(name)),
    catalogs,
  );
  return made;
}

const said = (events: readonly MemberEvent[]) =>
  events.map((event) => {
    const reset = event.kind === 'moved' && event.isReset ? ' and reset' : '';
    const owner = event.kind === 'clash' ? ` with ${event.owner ?? 'the configuration'}` : '';
    return `${event.kind}${reset} ${formatName(event.member.apex)}${owner}`;
  });

const served = (from: MemberTable) =>
  [...from.members].map(({ member: { apex }, catalog }) => `${formatName(apex)} ${catalog}`).sort();

it('follows a catalog', () => {
  const members = table();
  expect(said(members.take('c1.', [member('a.'), member('b.')]))).toEqual(['added a.', 'added b.']);
  expect(said(members.take('c1.', [member('A.'), member('b.')]))).toEqual([]);
  expect(said(members.take('c1.', [member('b.', '1', { groups: ['g'] }), member('c.')]))).toEqual([
    'deleted A.',
    'modified b.',
    'added c.',
  ]);
  expect(served(members)).toEqual(['b. c1.', 'c. c1.']);
});

it('resets a member whose label changes (RFC 9432 §5.4)', () => {
  const members = table();
  members.take('c1.', [member('a.', '1')]);
  expect(said(members.take('c1.', [member('a.', '2')]))).toEqual(['reset a.']);
  expect(said(members.take('c1.', [member('a.', '2')]))).toEqual([]);
});

it('leaves zones that are configured by hand, and says so once', () => {
  const members = table(['a.']);
  expect(said(members.take('c1.', [member('A.')]))).toEqual(['clash A. with the configuration']);
  expect(said(members.take('c1.', [member('A.')]))).toEqual([]);
  expect(served(members)).toEqual([]);
  members.configure([], ['c1.', 'c2.']);
  expect(served(members)).toEqual(['A. c1.']);
  members.configure([wireNameFrom('a.')], ['c1.', 'c2.']);
  expect(served(members)).toEqual([]);
});

describe('two catalogs with the same member', () => {
  it('the first one keeps it (§5.2), and loses it alone (§5.3)', () => {
    const members = table();
    members.take('c2.', [member('a.')]);
    expect(said(members.take('c1.', [member('a.'), member('b.')]))).toEqual(['clash a. with c2.', 'added b.']);
    expect(said(members.take('c1.', [member('b.')]))).toEqual([]);
    expect(served(members)).toEqual(['a. c2.', 'b. c1.']);
  });

  it('the other one has it when it is given up', () => {
    const members = table();
    members.take('c2.', [member('a.')]);
    members.take('c1.', [member('a.')]);
    expect(said(members.take('c2.', []))).toEqual(['deleted a.', 'added a.']);
    expect(served(members)).toEqual(['a. c1.']);
  });

  it('it moves by coo, when the new catalog is next read (§4.3.1)', () => {
    const members = table();
    members.take('c1.', [member('a.')]);
    expect(said(members.take('c2.', [member('a.')]))).toEqual(['clash a. with c1.']);
    expect(said(members.take('c1.', [member('a.', '1', { to: 'C2.' })]))).toEqual([]);
    expect(served(members)).toEqual(['a. c1.']);
    expect(said(members.take('c2.', [member('a.')]))).toEqual(['moved a.']);
    expect(said(members.take('c1.', []))).toEqual([]);
    expect(served(members)).toEqual(['a. c2.']);
  });

  it('it is reset where the labels differ', () => {
    const members = table();
    members.take('c1.', [member('a.', '1', { to: 'c2.' })]);
    expect(said(members.take('c2.', [member('a.', '9')]))).toEqual(['moved and reset a.']);
  });

  it('it does not move where coo has gone, or names a third one', () => {
    const members = table();
    members.take('c1.', [member('a.', '1', { to: 'c2.' }), member('b.', '1', { to: 'c3.' })]);
    members.take('c1.', [member('a.'), member('b.', '1', { to: 'c3.' })]);
    expect(said(members.take('c2.', [member('a.'), member('b.')]))).toEqual(['clash a. with c1.', 'clash b. with c1.']);
  });
});

it('drops the members of a catalog that is configured no more', () => {
  const members = table();
  members.take('c1.', [member('a.')]);
  members.take('c2.', [member('b.'), member('a.')]);
  members.configure([], ['c2.']);
  expect(served(members)).toEqual(['a. c2.', 'b. c2.']);
  expect(said(members.take('c1.', [member('x.')]))).toEqual([]);
});

it('comes back as it was', () => {
  const before = table();
  before.take('c2.', [member('a.')]);
  before.take('c1.', [member('a.'), member('b.')]);
  const after = table();
  for (const catalog of ['c1.', 'c2.', 'c3.']) after.restore(catalog, before.listOf(catalog));
  expect(served(after)).toEqual(served(before));
  expect(said(after.take('c1.', [member('a.'), member('b.')]))).toEqual([]);
  expect(said(after.take('c2.', []))).toEqual(['deleted a.', 'added a.']);
});

it('knows names in any case', () => expect(nameKey(wireNameFrom('A.Test.'))).toBe('a.test.'));
