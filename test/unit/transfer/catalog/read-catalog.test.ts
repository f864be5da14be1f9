import { describe, expect, it } from 'vitest';
import { readText, textsOf } from './catalog-zone.ts';

const head = `
@                  0 IN SOA     invalid. invalid. 1625079950 3600 600 2147483646 0
@                  0 IN NS      invalid.
`;
const version = 'version 0 IN TXT "2"\n';

/** RFC 9432, appendix A. */
const example = `${head}
example.vendor.ext.catz.invalid.  0 IN CNAME example.net.
version.catz.invalid.             0 IN TXT   "2"
nj2xg5b.zones.catz.invalid.       0 IN PTR   example.com.
nvxxezj.zones.catz.invalid.       0 IN PTR   example.net.
group.nvxxezj.zones.catz.invalid. 0 IN TXT   "operator-x-foo"
nfwxa33.zones.catz.invalid.       0 IN PTR   example.org.
coo.nfwxa33.zones.catz.invalid.   0 IN PTR   newcatz.invalid.
group.nfwxa33.zones.catz.invalid. 0 IN TXT   "operator-y-bar"
`;

it("reads RFC 9432's example (appendix A)", () => {
  expect(textsOf(readText(example))).toEqual([
    'example.org. as nfwxa33, groups operator-y-bar, to newcatz.invalid.',
    'example.com. as nj2xg5b',
    'example.net. as nvxxezj, groups operator-x-foo',
  ]);
});

it('has no members where none are listed', () => {
  expect(textsOf(readText(head + version))).toEqual([]);
});

it('takes several groups, and strings of a TXT together', () => {
  const text = `${head}${version}a.zones PTR b.test.\ngroup.a.zones TXT y\ngroup.a.zones TXT "x" "-1"\n`;
  expect(textsOf(readText(text))).toEqual(['b.test. as a, groups x-1 y']);
});

it('ignores what it does not know (RFC 9432 §4.2)', () => {
  const others = [
    'a.zones PTR b.test.',
    'a.zones TXT "no member"',
    'coo.a.zones TXT "no name"',
    'group.a.zones PTR no.text.',
    'primaries.a.zones A 192.0.2.1',
    'x.ext.a.zones PTR x.test.',
    'coo.x.ext.a.zones PTR x.test.',
    'zones PTR x.test.',
    'a.other PTR x.test.',
    'coo.nobody.zones PTR x.test.',
    'zones.zones.zones TXT deep',
  ];
  expect(textsOf(readText(`${head}${version}${others.join('\n')}\n`))).toEqual(['b.test. as a']);
});

it('reads names in whatever case and form', () => {
  const text = `${head}VERSION 0 TXT "2"\nA\\.b.Zones 0 PTR Sub\\.x.Example.\nGROUP.a\\.b.ZONES 0 TXT G\n`;
  expect(textsOf(readText(text, 'CATZ.invalid.'))).toEqual(['Sub\\.x.Example. as a\\.b, groups G']);
});

describe('broken catalogs (RFC 9432 §5.1)', () => {
  it.each([
    ['no version', 'a.zones PTR b.test.', "no 'version' record"],
    ['another version', 'version TXT "1"', "unsupported version '1'"],
    [
      'two versions',
      'version TXT "2"\nversion TXT "3"',
      "'version' property TXT RRset contains more than one record, which is invalid",
    ],
    [
      'two PTR of one label',
      `${version}a.zones PTR b.test.\na.zones PTR c.test.`,
      "member zone PTR RRset of 'a' contains more than one record, which is invalid",
    ],
    [
      'one member under two labels',
      `${version}a.zones PTR b.test.\nc.zones PTR B.test.`,
      "member zone 'b.test.' is listed twice, as 'a' and 'c'",
    ],
    [
      'two coo',
      `${version}a.zones PTR b.test.\ncoo.a.zones PTR x.test.\ncoo.a.zones PTR y.test.`,
      "'coo' property PTR RRset of 'a' contains more than one record, which is invalid",
    ],
  ])('%s', (_, records, problem) => {
    expect(textsOf(readText(`$TTL 0\n${head}${records}\n`))).toBe(problem);
  });

  it('another class', () => {
    const text = '@ 0 CH SOA invalid. invalid. 1 3600 600 2147483646 0\n@ 0 CH NS invalid.\n';
    expect(textsOf(readText(text, 'catz.invalid.', 3))).toBe('its class is not IN');
  });
});
