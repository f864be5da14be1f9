import { describe, expect, it } from 'vitest';
import { classText, findClassCode, findTypeCode, isMetaType, typeText } from '../../../src/rr/mnemonics.ts';
import { allRrTypes, findRrType } from '../../../src/rr/table.ts';

function find(look: typeof findTypeCode, text: string): number {
  const octets = new TextEncoder().encode(`ab${text}yz`);
  return look(octets, 2, octets.length - 2);
}

describe('types', () => {
  it.each(allRrTypes.map(({ code, mnemonic }) => [mnemonic, code] as const))('%s is %i', (mnemonic, code) => {
    expect(find(findTypeCode, mnemonic)).toBe(code);
    expect(find(findTypeCode, mnemonic.toLowerCase())).toBe(code);
    expect(find(findTypeCode, `TYPE${code}`)).toBe(code);
    expect(typeText(code)).toBe(mnemonic);
    expect(findRrType(code)?.mnemonic).toBe(mnemonic);
  });

  it.each([
    ['any', 255],
    ['AXFR', 252],
    ['IXFR', 251],
    ['MAILA', 254],
    ['MAILB', 253],
    ['TSIG', 250],
    ['TKEY', 249],
    ['OPT', 41],
    ['NXNAME', 128],
    ['type0', 0],
    ['Type65535', 65_535],
    ['TYPE00001', 1],
  ])('%s is %i', (text, code) => {
    expect(find(findTypeCode, text)).toBe(code);
  });

  it.each([
    '',
    'AA',
    'TYPE',
    'TYPE65536',
    'TYPE-1',
    'TYPE1x',
    'TYPE000001',
    'NSAP_PTR',
    'NSAP\rPTR',
    'IN',
    '3600',
    '_sip._udp.rapidtech.phones.',
  ])('%j is none', (text) => {
    expect(find(findTypeCode, text)).toBe(-1);
  });

  it('agrees with the types that have no row', () => {
    expect(typeText(65_534)).toBe('TYPE65534');
    expect(typeText(255)).toBe('ANY');
    expect(findRrType(65_534)).toBeUndefined();
    expect(findRrType(255)).toBeUndefined();
    expect(findRrType(300)).toBeUndefined();
  });

  it('tells types of questions and messages from data', () => {
    expect([0, 41, 128, 249, 252, 255].every(isMetaType)).toBe(true);
    expect([1, 33, 40, 42, 127, 256, 32_768, 65_534].some(isMetaType)).toBe(false);
    expect(allRrTypes.some(({ code }) => isMetaType(code))).toBe(false);
  });
});

describe('classes', () => {
  it.each([
    ['IN', 1],
    ['in', 1],
    ['Ch', 3],
    ['CHAOS', 3],
    ['HS', 4],
    ['hesiod', 4],
    ['CLASS1', 1],
    ['class65535', 65_535],
  ])('%s is %i', (text, code) => {
    expect(find(findClassCode, text)).toBe(code);
  });

  it.each(['', 'I', 'INN', 'CLASS', 'CLASS65536', 'CLASSx', 'CHAOSS', 'HX', 'A', 'ANY'])('%j is none', (text) => {
    expect(find(findClassCode, text)).toBe(-1);
  });

  it('have texts', () => {
    expect([1, 3, 4, 254, 255, 2, 65_280].map(classText)).toEqual([
      'IN',
      'CH',
      'HS',
      'NONE',
      'ANY',
      'CLASS2',
      'CLASS65280',
    ]);
  });
});
