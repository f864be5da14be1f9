/** Whether BIND makes the same octets of the same text as we do, and the same text of the octets; and NSD of what it knows. */
import { describe, expect, it } from 'vitest';
import { formatOctets, hexOf, mustParse, typeNamed } from '../unit/rr/conversions.ts';
import { rdataExamples } from '../unit/rr/rdata-examples.ts';
import { compileRecords, hasNamedCompilezone } from './bind-zone.ts';
import { hasNsdCheckzone, printByNsd } from './nsd-zone.ts';

if (!hasNamedCompilezone)
  console.warn('skipped: named-compilezone is not installed, so BIND is not asked about record types');

describe.skipIf(!hasNamedCompilezone)('BIND', () => {
  it('reads every example to our octets and prints it as we do', () => {
    const records = compileRecords(rdataExamples);
    const octets = records.map(({ octets: theirs }, index) => `${name(index)} ${hexOf(theirs)}`);
    expect(octets).toEqual(rdataExamples.map((example, index) => `${name(index)} ${ours(example)}`));
    const texts = records.map(({ text, type }) => `${type} ${withoutBlanks(text)}`);
    const printed = records.map(
      ({ octets: theirs, type }) => `${type} ${withoutBlanks(formatOctets(typeNamed(type), theirs))}`,
    );
    expect(texts).toEqual(printed);
  });

  it('reads what we print to the same octets', () => {
    const printed = rdataExamples.map((example) => ({
      type: example.type,
      text: formatOctets(typeNamed(example.type), mustParse(typeNamed(example.type), example.text)),
    }));
    expect(compileRecords(printed).map(({ octets }) => hexOf(octets))).toEqual(rdataExamples.map(ours));
  });
});

if (!hasNsdCheckzone) console.warn('skipped: nsd-checkzone is not installed, so NSD is not asked about record types');

/** Types that NSD 4.6 reads by `TYPEnnn` only. */
const unknownToNsd = new Set(
  `GPOS EID NIMLOC ATMA A6 HIP NINFO RKEY TALINK DSYNC HHIT BRID UINFO UID GID UNSPEC DOA AMTRELAY RESINFO WALLET TA
  NSAP-PTR`.split(/\s+/),
);
/** Forms of known types that it refuses: no key, no service, a protocol by number that has no name, a tag in upper case. */
const refusedByNsd = /^(KEY 49152|WKS 10\.0\.0\.3|CAA 128 Issue|SOA )/;

describe.skipIf(!hasNsdCheckzone)('NSD', () => {
  it('reads what we print to the same octets, names in lower case', () => {
    const printed = rdataExamples
      .map(({ type, text, printed: canonical }) => ({ type, text: canonical ?? text }))
      .filter(({ type, text }) => !unknownToNsd.has(type) && !refusedByNsd.test(`${type} ${text}`));
    const theirs = printByNsd(printed).map((text, index) => ours({ type: printed[index]?.type ?? '', text }));
    expect(theirs.map(lowerCased)).toEqual(printed.map(ours).map(lowerCased));
    expect(printed.length).toBeGreaterThan(100);
  });
});

/** NSD lower-cases all names; the octets of letters in other data are compared without case as well. */
function lowerCased(hex: string): string {
  return Buffer.from(hex, 'hex').toString('latin1').toLowerCase();
}

function ours({ type, text }: { readonly type: string; readonly text: string }): string {
  return hexOf(mustParse(typeNamed(type), text));
}

function name(index: number): string {
  return `${rdataExamples[index]?.type} ${rdataExamples[index]?.text}`;
}

/** BIND cuts long base64 and hexadecimal into words. */
function withoutBlanks(text: string): string {
  return text.replaceAll(' ', '');
}
