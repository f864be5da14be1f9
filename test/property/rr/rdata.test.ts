import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalizeRdata, checkRdata } from '../../../src/rr/rdata.ts';
import { allRrTypes, type RrType } from '../../../src/rr/table.ts';
import { formatOctets, hexOf, mustParse } from '../../unit/rr/conversions.ts';
import { rdataOf } from './rdata-arbitrary.ts';

/** Digests have one length per type; random data of the right length comes from the unit tests' examples too. */
function fulfilsRule(row: RrType): (octets: Uint8Array) => boolean {
  return (octets) => row.rule === undefined || row.rule(octets, 0, octets.length) === undefined;
}

describe.each(allRrTypes.map((row) => [row.mnemonic, row] as const))('%s', (_mnemonic, row) => {
  it('gives the same octets again from its text', () => {
    fc.assert(
      fc.property(rdataOf(row).filter(fulfilsRule(row)), (octets) => {
        expect(checkRdata(row.code, octets, 0, octets.length)).toBe(true);
        const text = formatOctets(row.code, octets);
        expect(text).toMatch(/^[\x20-\x7e]*$/);
        expect(hexOf(mustParse(row.code, text))).toBe(hexOf(octets));
        const generic = `\\# ${octets.length} ${hexOf(octets)}`;
        expect(hexOf(mustParse(row.code, generic))).toBe(hexOf(octets));
      }),
      { numRuns: 60 },
    );
  });

  it('never throws on any octets, and has a text for all that it takes', () => {
    const damaged = fc.tuple(rdataOf(row), fc.nat(400), fc.nat(255), fc.nat(3)).map(([octets, at, value, cut]) => {
      const copy = octets.slice(0, Math.max(0, octets.length - cut));
      if (copy.length > 0) copy[at % copy.length] = value;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), damaged), (octets) => {
        if (!checkRdata(row.code, octets, 0, octets.length)) return;
        expect(hexOf(mustParse(row.code, formatOctets(row.code, octets)))).toBe(hexOf(octets));
      }),
      { numRuns: 120 },
    );
  });

  it('looks at nothing behind its end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ minLength: 8, maxLength: 8 }), (octets, behind) => {
        const alone = checkRdata(row.code, octets, 0, octets.length);
        const followed = Uint8Array.from([...octets, ...behind]);
        expect(checkRdata(row.code, followed, 0, octets.length)).toBe(alone);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps its length and stays valid in canonical form, and a second time changes nothing', () => {
    fc.assert(
      fc.property(rdataOf(row).filter(fulfilsRule(row)), (octets) => {
        const once = Uint8Array.from([...octets, 0x41]);
        canonicalizeRdata(row.code, once, 0, octets.length);
        expect(once[octets.length]).toBe(0x41);
        expect(checkRdata(row.code, once, 0, octets.length)).toBe(true);
        const twice = once.slice();
        canonicalizeRdata(row.code, twice, 0, octets.length);
        expect(hexOf(twice)).toBe(hexOf(once));
      }),
      { numRuns: 30 },
    );
  });
});
