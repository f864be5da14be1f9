import { describe, expect, it } from 'vitest';
import {
  additionalTargetOffset,
  compressibleNameCount,
  compressiblePrefixOctets,
  NaptrFlag,
  naptrFlag,
  naptrReplacementOffset,
} from '../../../src/rr/answer-rules.ts';
import { allRrTypes } from '../../../src/rr/table.ts';
import { formatName } from '../../../src/wire/name.ts';
import { mustParse, typeNamed } from './conversions.ts';

describe('compression (RFC 3597 §4)', () => {
  it('is for the types of RFC 1035 only', () => {
    const compressed = allRrTypes
      .filter(({ code }) => compressiblePrefixOctets(code) >= 0)
      .map(({ mnemonic, code }) => `${mnemonic} ${compressiblePrefixOctets(code)} ${compressibleNameCount(code)}`);
    expect(compressed).toEqual([
      'NS 0 1',
      'MD 0 1',
      'MF 0 1',
      'CNAME 0 1',
      'SOA 0 2',
      'MB 0 1',
      'MG 0 1',
      'MR 0 1',
      'PTR 0 1',
      'MINFO 0 2',
      'MX 2 1',
    ]);
  });

  it('is for no type without a row', () => {
    expect([0, 127, 128, 255, 4096, 65_535].map(compressiblePrefixOctets)).toEqual([-1, -1, -1, -1, -1, -1]);
    expect([0, 127, 128, 255, 4096, 65_535].map(compressibleNameCount)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

it('knows whose addresses belong in the additional section', () => {
  const targets = allRrTypes
    .filter(({ code }) => additionalTargetOffset(code) >= 0)
    .map(({ mnemonic, code }) => `${mnemonic} ${additionalTargetOffset(code)}`);
  expect(targets.sort()).toEqual(
    ['NS 0', 'MD 0', 'MF 0', 'MB 0', 'MX 2', 'AFSDB 2', 'RT 2', 'SRV 6', 'KX 2', 'SVCB 2', 'HTTPS 2', 'LP 2'].sort(),
  );
  expect(additionalTargetOffset(65_534)).toBe(-1);
});

describe('NAPTR', () => {
  const naptr = typeNamed('NAPTR');
  it.each([
    ['100 50 "s" "SIP+D2U" "" _sip._udp.a.', NaptrFlag.s, '_sip._udp.a.'],
    ['100 50 "A" "SIP+D2U" "" sip.a.', NaptrFlag.a, 'sip.a.'],
    ['100 50 "u" "E2U+sip" "!^.*$!sip:x@a!" .', NaptrFlag.u, '.'],
    ['100 50 "" "" "" a.', NaptrFlag.none, 'a.'],
    ['100 50 "sa" "" "" a.', NaptrFlag.none, 'a.'],
  ])('%s', (text, flag, replacement) => {
    const rdata = mustParse(naptr, text);
    const octets = Uint8Array.from([1, 2, 3, ...rdata, 4]);
    expect(naptrFlag(octets, 3)).toBe(flag);
    expect(formatName(octets, naptrReplacementOffset(octets, 3, rdata.length))).toBe(replacement);
  });

  it('without a whole replacement has none', () => {
    const rdata = mustParse(naptr, '100 50 "s" "SIP+D2U" "" a.');
    for (let length = 4; length < rdata.length; length++) expect(naptrReplacementOffset(rdata, 0, length)).toBe(-1);
  });
});
