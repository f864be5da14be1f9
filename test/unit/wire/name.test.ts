import { describe, expect, it } from 'vitest';
import {
  compareNames,
  countLabels,
  equalNames,
  formatName,
  isAtOrBelow,
  NameError,
  nameOctets,
  parseName,
  rootName,
  wireNameFrom,
} from '../../../src/wire/name.ts';

function parse(text: string, origin = wireNameFrom('example.')): Uint8Array | number {
  const source = new TextEncoder().encode(text);
  const out = new Uint8Array(300);
  const length = parseName(source, 0, source.length, origin, out, 7);
  return length < 0 ? length : out.slice(7, 7 + length);
}

function octets(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

describe('parseName', () => {
  it.each([
    ['.', '00'],
    ['@', '07 6578616d706c65 00'],
    ['a', '01 61 07 6578616d706c65 00'],
    ['a.', '01 61 00'],
    ['A.b.', '01 41 01 62 00'],
    ['a\\.b.', '03 61 2e 62 00'],
    ['a\\000\\255.', '03 61 00 ff 00'],
    ['\\@.', '01 40 00'],
    ['*', '01 2a 07 6578616d706c65 00'],
  ])('reads %s', (text, hex) => {
    expect(parse(text)).toEqual(octets(hex));
  });

  it.each([
    ['', NameError.empty],
    ['a..b', NameError.emptyLabel],
    ['.a', NameError.emptyLabel],
    ['a\\', NameError.badEscape],
    ['a\\25', NameError.badEscape],
    ['a\\256', NameError.badEscape],
    ['x'.repeat(64), NameError.labelTooLong],
    [`${'x'.repeat(63)}.`.repeat(4), NameError.nameTooLong],
    [`${'x'.repeat(63)}.`.repeat(3) + 'x'.repeat(54), NameError.nameTooLong],
  ])('refuses %j', (text, error) => {
    expect(parse(text)).toBe(error);
  });

  it('takes 255 octets and not 256', () => {
    const three = `${'x'.repeat(63)}.`.repeat(3);
    expect(parse(`${three}${'y'.repeat(61)}.`)).toHaveLength(255);
    expect(parse(`${three}${'y'.repeat(62)}.`)).toBe(NameError.nameTooLong);
  });
});

describe('formatName', () => {
  it.each([
    '.',
    'a.b.',
    '_sip._udp.rapidtech.phones.',
    'a\\.b.c.',
    'a\\"b\\(c.',
    '\\000a\\032b.',
    '\\@.',
    'tel\\195\\164.',
  ])('gives %s back', (text) => {
    expect(formatName(wireNameFrom(text))).toBe(text);
  });
});

describe('nameOctets', () => {
  it('counts the root and refuses what passes the end or is compressed', () => {
    expect(nameOctets(octets('01 61 00 ff'), 0, 4)).toBe(3);
    expect(nameOctets(octets('01 61 00'), 0, 2)).toBe(-1);
    expect(nameOctets(octets('c0 0c'), 0, 2)).toBe(-1);
    expect(nameOctets(octets('01'), 0, 1)).toBe(-1);
  });
});

describe('order and equality', () => {
  it('sorts as RFC 4034 §6.1 does', () => {
    const expected = [
      'example.',
      'a.example.',
      'yljkjljk.a.example.',
      'Z.a.example.',
      'zABC.a.EXAMPLE.',
      'z.example.',
      '\\001.z.example.',
      '*.z.example.',
      '\\200.z.example.',
    ];
    const sorted = expected
      .map((text) => wireNameFrom(text))
      .reverse()
      .sort((a, b) => compareNames(a, 0, b, 0));
    expect(sorted.map((name) => formatName(name))).toEqual(expected);
  });

  it('ignores ASCII case and nothing else', () => {
    expect(equalNames(wireNameFrom('WWW.Example.'), 0, wireNameFrom('www.example.'), 0)).toBe(true);
    expect(equalNames(wireNameFrom('w\\216.'), 0, wireNameFrom('w\\248.'), 0)).toBe(false);
    expect(equalNames(wireNameFrom('a.example.'), 0, wireNameFrom('example.'), 0)).toBe(false);
  });

  it('knows what lies below what', () => {
    expect(isAtOrBelow(wireNameFrom('a.b.example.'), 0, wireNameFrom('EXAMPLE.'))).toBe(true);
    expect(isAtOrBelow(wireNameFrom('example.'), 0, wireNameFrom('example.'))).toBe(true);
    expect(isAtOrBelow(wireNameFrom('aexample.'), 0, wireNameFrom('example.'))).toBe(false);
    expect(isAtOrBelow(wireNameFrom('com.'), 0, wireNameFrom('example.com.'))).toBe(false);
    expect(isAtOrBelow(wireNameFrom('com.'), 0, rootName)).toBe(true);
    expect(countLabels(wireNameFrom('a.b.c.'), 0)).toBe(3);
  });
});
