import { describe, expect, test } from 'vitest';
import { parseEre } from '../../../../../src/store/check/sip/regexp/ere.ts';
import { EreProgram } from '../../../../../src/store/check/sip/regexp/ere-program.ts';
import { schemeOf, splitSubstitution } from '../../../../../src/store/check/sip/regexp/substitution.ts';
import { doubtfulPatterns, faultyPatterns, goodPatterns } from './ere-patterns.ts';

function matches(pattern: string, text: string, ignoresCase = false): boolean {
  const { ere, fault } = parseEre(pattern);
  if (ere === undefined) throw new Error(fault);
  const program = EreProgram.from(ere, ignoresCase);
  if (program === undefined) throw new Error('too large');
  return program.matches([...text].map((character) => [character.charCodeAt(0)]));
}

describe('extended regular expressions', () => {
  test.each(faultyPatterns)('%j has a fault', (pattern) => {
    expect(parseEre(pattern)).toMatchObject({ ere: undefined, fault: expect.stringMatching(/./) });
  });

  test.each(doubtfulPatterns)('%j is doubtful', (pattern) => {
    const { fault, doubts } = parseEre(pattern);
    expect(fault).toBeUndefined();
    expect(doubts.length).toBeGreaterThan(0);
  });

  test.each(goodPatterns)('%j is good', (pattern) => {
    expect(parseEre(pattern)).toMatchObject({ fault: undefined, doubts: [] });
  });

  test.each([
    ['^\\+44', '+441632', '441632'],
    ['^[0-9]+$', '123', '12a'],
    ['^[[:digit:]]{2,3}$', '123', '1234'],
    ['^(ab|c)*$', 'abcab', 'aba'],
    ['^a?b$', 'b', 'aab'],
    ['^(a|b|cd)$', 'cd', 'c'],
    ['b$', 'ab', 'ba'],
    ['^[]x]$', ']', '[]'],
    ['^[^]x]$', 'a', ']'],
    ['^[a-]$', '-', 'b'],
    ['^[\\]$', '\\', ']'],
    ['^a{3}$', 'aaa', 'aa'],
    ['^a{2,}$', 'aaaa', 'a'],
    ['^(a{0,2}){2}b$', 'aaab', 'aaaaab'],
    ['^\\.$', '.', 'a'],
    ['^(a*)*$', 'aaa', 'b'],
    ['^[[=a=]]$', 'a', 'b'],
  ])('%j matches %j and not %j', (pattern, yes, no) => {
    expect([matches(pattern, yes), matches(pattern, no)]).toEqual([true, false]);
  });

  test('case', () => {
    expect([matches('^aB$', 'Ab'), matches('^aB$', 'Ab', true), matches('^[a-c]$', 'B', true)]).toEqual([
      false,
      true,
      true,
    ]);
  });

  test('what would hold others for years ends at once', () => {
    const began = performance.now();
    expect(matches('^((((a*)*)*)*)*b', 'a'.repeat(200))).toBe(false);
    expect(matches('^(a|aa|aaa|a+)+$', `${'a'.repeat(200)}b`)).toBe(false);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test('what unfolds too far is not tried', () => {
    const { ere } = parseEre('((((a{255}){255}){255}){255}){255}');
    expect(ere && EreProgram.from(ere, false)).toBeUndefined();
  });

  test('250 groups in each other', () => {
    expect(matches(`^${'('.repeat(250)}a${')'.repeat(250)}$`, 'a')).toBe(true);
  });
});

describe('substitutions', () => {
  test.each([
    ['!^.*$!sip:a@b!', { pattern: '^.*$', replacement: 'sip:a@b', ignoresCase: false }],
    ['/a\\/b/c\\1/i', { pattern: 'a/b', replacement: 'c\\1', ignoresCase: true }],
    ['!a\\\\!b!', { pattern: 'a\\\\', replacement: 'b', ignoresCase: false }],
    ['!a!b', undefined],
    ['', undefined],
  ])('%j', (text, parts) => expect(splitSubstitution(text)).toEqual(parts));

  test.each([
    ['sip:a@b', 'sip'],
    ['SIPS:\\1@b', 'sips'],
    ['a@b', ''],
    ['sip:', ''],
    ['\\1', undefined],
  ])('the scheme of %j', (replacement, scheme) => expect(schemeOf(replacement)).toBe(scheme));
});
