// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of $GENERATE
/** The parser under any octets: it never throws, ends, and doesn't depend on how the file comes in pieces. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../../src/base/diagnostic.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { parseZone } from '../../../src/zonefile/parse-zone.ts';
import { printRecord } from '../../../src/zonefile/print-record.ts';
import { openFromMemory } from '../../../src/zonefile/zone-source.ts';
import { goldenFolder } from '../../zonefile/parse-to-text.ts';

const words = [
  '$ORIGIN',
  '$TTL',
  '$INCLUDE',
  '$GENERATE',
  '@',
  '*',
  'www',
  'a.b.',
  'ex.test',
  '.',
  '..',
  'IN',
  'CH',
  'CLASS1',
  '300',
  '1w2d',
  '1h30',
  'A',
  'AAAA',
  'SRV',
  'TXT',
  'SOA',
  'NS',
  'MX',
  'CNAME',
  'TYPE65534',
  'ANY',
  '192.0.2.1',
  '2001:db8::1',
  '\\#',
  '4',
  '0a000001',
  '0',
  '5060',
  '"x y"',
  '"',
  '""',
  '\\"',
  '\\',
  '\\065',
  '\\999',
  '(',
  ')',
  ';',
  '; c',
  '1-3',
  '1-9/2',
  'h$',
  '${1,3,d}',
  '${',
  '$$',
  'self',
  '\u00e9',
  '\0',
]; // prettier-ignore
const separators = [' ', '\t', '\n', '\r\n', '\r', '', ' ( ', ' ) '];

const soup = fc
  .array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(...separators)), { maxLength: 80 })
  .map((parts) => new TextEncoder().encode(parts.flat().join('')));
const junk = fc.uint8Array({ maxLength: 300 });
const specials = fc
  .array(fc.constantFrom(...Array.from(' \t\n\r;()"\\$@.a0\0', (c) => c.charCodeAt(0))), { maxLength: 200 })
  .map((octets) => Uint8Array.from(octets));
const anyFile = fc.oneof(soup, soup, junk, specials);

describe('parseZone', () => {
  test('any octets give records or diagnostics, the same ones for every size of chunks', () => {
    fc.assert(
      fc.property(anyFile, fc.integer({ min: 4, max: 64 }), (octets, chunkOctets) => {
        expect(parseToLines(octets, chunkOctets)).toEqual(parseToLines(octets, 4096));
      }),
      { numRuns: 1500 },
    );
  });

  test('each golden file gives the same with every size of chunks', () => {
    for (const name of readdirSync(goldenFolder).filter((name) => name.endsWith('.zone'))) {
      const octets = readFileSync(`${goldenFolder}/${name}`);
      const whole = parseToLines(octets, 65_536);
      for (let chunkOctets = 4; chunkOctets <= Math.min(octets.length + 1, 70); chunkOctets++) {
        expect(parseToLines(octets, chunkOctets), `${name} in chunks of ${chunkOctets}`).toEqual(whole);
      }
    }
  });

  test('what is printed is read again as the same records', () => {
    fc.assert(
      fc.property(anyFile, (octets) => {
        const { records } = parseToLines(octets, 4096);
        const again = parseToLines(new TextEncoder().encode(records.map((line) => `${line}\n`).join('')), 4096);
        expect(again.records).toEqual(records);
        expect(again.errors).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('any record survives printing and parsing, octet for octet', () => {
    fc.assert(
      fc.property(name, fc.nat(0x7fffffff), data, (owner, ttlSeconds, { type, rdata }) => {
        const text = printRecord(owner, 0, ttlSeconds, 1, type, rdata, 0, rdata.length);
        const found: unknown[] = [];
        parseZone({
          file: 'z',
          apex: wireNameFrom('.'),
          open: openFromMemory(new Map([['z', `${text}\n`]])),
          onDiagnostic: (diagnostic) => found.push(diagnostic),
          sink: {
            addRecord: (r) =>
              found.push([r.owner.slice(0, r.ownerOctets), r.ttlSeconds, r.type, r.rdata.slice(0, r.rdataOctets)]),
          },
        });
        expect(found, text).toEqual([[owner, ttlSeconds, type, rdata]]);
      }),
      { numRuns: 500 },
    );
  });
});

interface Lines {
  readonly records: string[];
  readonly diagnostics: string[];
  readonly errors: string[];
}

/** Parse octets as the file `self`, which so may include itself. */
function parseToLines(octets: Uint8Array, chunkOctets: number): Lines {
  const records: string[] = [];
  const diagnostics: string[] = [];
  const errors: string[] = [];
  parseZone({
    file: 'self',
    apex: wireNameFrom('ex.test.'),
    open: openFromMemory(new Map([['self', octets]])),
    chunkOctets,
    onDiagnostic(diagnostic) {
      diagnostics.push(formatDiagnostic(diagnostic));
      if (diagnostic.severity === 'error') errors.push(formatDiagnostic(diagnostic));
    },
    sink: {
      addRecord(r) {
        const place = `${r.file}:${r.line}:${r.column} ${r.typeLine}:${r.typeColumn} ${r.rdataLine}:${r.rdataColumn}`;
        expect(place).toMatch(/^self:\d+:\d+ \d+:\d+ \d+:\d+$/);
        records.push(printRecord(r.owner, 0, r.ttlSeconds, r.class, r.type, r.rdata, 0, r.rdataOctets));
      },
    },
  });
  return { records, diagnostics, errors };
}

const label = fc.uint8Array({ minLength: 1, maxLength: 20 });
const name = fc
  .array(label, { maxLength: 5 })
  .map((labels) => Uint8Array.from([...labels.flatMap((l) => [l.length, ...l]), 0]));
const data = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }).map((rdata) => ({ type: 1, rdata })),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((rdata) => ({ type: 28, rdata })),
  name.map((rdata) => ({ type: 5, rdata })),
  fc.tuple(fc.uint8Array({ minLength: 6, maxLength: 6 }), name).map(([numbers, target]) => ({
    type: 33,
    rdata: Uint8Array.from([...numbers, ...target]),
  })),
  fc.array(fc.uint8Array({ maxLength: 255 }), { minLength: 1, maxLength: 4 }).map((strings) => ({
    type: 16,
    rdata: Uint8Array.from(strings.flatMap((s) => [s.length, ...s])),
  })),
  fc.uint8Array({ maxLength: 300 }).map((rdata) => ({ type: 65534, rdata })),
);
