import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/base/diagnostic.ts';
import { ok } from '../../../src/base/result.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import type { ParseOptions, ParseSummary } from '../../../src/zonefile/parse-options.ts';
import { parseZone } from '../../../src/zonefile/parse-zone.ts';
import { printRecord } from '../../../src/zonefile/print-record.ts';
import type { PlacedRecord } from '../../../src/zonefile/record-sink.ts';
import { openFromMemory, type ZoneSource } from '../../../src/zonefile/zone-source.ts';

interface Parsed {
  readonly summary: ParseSummary;
  readonly records: readonly string[];
  readonly places: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

function parse(files: Record<string, string>, options: Partial<ParseOptions> = {}): Parsed {
  const records: string[] = [];
  const places: string[] = [];
  const diagnostics: Diagnostic[] = [];
  const summary = parseZone({
    file: 'zone',
    apex: wireNameFrom('ex.test.'),
    open: openFromMemory(new Map(Object.entries(files))),
    onDiagnostic: (diagnostic) => diagnostics.push(diagnostic),
    sink: {
      addRecord(r: PlacedRecord) {
        records.push(printRecord(r.owner, 0, r.ttlSeconds, r.class, r.type, r.rdata, 0, r.rdataOctets));
        places.push(
          `${r.file} owner ${r.line}:${r.column} type ${r.typeLine}:${r.typeColumn} data ${r.rdataLine}:${r.rdataColumn}`,
        );
      },
    },
    ...options,
  });
  return { summary, records, places, diagnostics };
}

describe('places of records', () => {
  test('owner, type and data are found over lines, tabs and characters of several octets', () => {
    const { places } = parse({
      zone: '$TTL 1\n\nb\u00fccher\tA 192.0.2.1\n  60 IN TXT ( ; c\n    "\u00fc" "x" )\n$INCLUDE sub/inc\n$GENERATE 1-2 h$ A 192.0.2.$\n',
      'sub/inc': 'inc A 192.0.2.2\n',
    });
    expect(places).toEqual([
      'zone owner 3:1 type 3:8 data 3:10',
      'zone owner 4:9 type 4:9 data 5:5',
      'sub/inc owner 1:1 type 1:5 data 1:7',
      'zone owner 7:1 type 7:18 data 7:20',
      'zone owner 7:1 type 7:18 data 7:20',
    ]);
  });
});

describe('the summary', () => {
  test('counts records and problems, and lists each opened file once', () => {
    const { summary } = parse({
      zone: '$TTL 1\na A 192.0.2.1\n$INCLUDE i\n$INCLUDE i\n$INCLUDE gone\nx..y A 192.0.2.1\no.other. A 192.0.2.1',
      i: 'i A 192.0.2.1\n',
    });
    expect(summary).toEqual({ records: 3, errors: 2, warnings: 2, files: ['zone', 'i'] });
  });

  test('a zone file that is not there is one error', () => {
    const { summary, diagnostics } = parse({});
    expect(summary).toEqual({ records: 0, errors: 1, warnings: 0, files: [] });
    expect(diagnostics).toMatchObject([{ code: 'ZF01', file: 'zone', message: 'cannot read zone: no such file' }]);
  });

  test('a disk that fails in the middle is an error, not an exception, and the file is closed', () => {
    let isClosed = false;
    let reads = 0;
    const source: ZoneSource = {
      read(into, offset) {
        if (reads++ > 0) throw new Error('EIO: i/o error, read');
        into.set(new TextEncoder().encode('$TTL 1\n'), offset);
        return 7;
      },
      close: () => {
        isClosed = true;
      },
    };
    const { diagnostics } = parse({}, { open: () => ok(source) });
    expect(diagnostics).toMatchObject([{ code: 'ZF01', message: 'cannot read zone: EIO: i/o error, read' }]);
    expect(isClosed).toBe(true);
  });
});

describe('TTLs', () => {
  test('defaultTtl stands for $TTL until there is one', () => {
    const { records } = parse(
      { zone: 'a A 192.0.2.1\nb 5 A 192.0.2.1\nc A 192.0.2.1\n$TTL 7\nd A 192.0.2.1\n' },
      { defaultTtl: 60 },
    );
    expect(records.map((line) => line.split(' ')[1])).toEqual(['60', '5', '60', '7']);
  });
});

describe('bounds', () => {
  test('diagnostics past the limit are counted only', () => {
    const { diagnostics, summary } = parse({ zone: `$TTL 1\n${'a A\n'.repeat(5000)}` });
    expect(summary.errors).toBe(5000);
    expect(diagnostics).toHaveLength(1001);
    expect(diagnostics.at(-1)).toMatchObject({
      code: 'ZF99',
      severity: 'error',
      message: '4000 more problems not listed',
    });
  });

  test('warnings past the limit are no error', () => {
    const { diagnostics } = parse({
      zone: `$TTL 1\n${Array.from({ length: 2000 }, (_, i) => `x${i}. A 192.0.2.1\n`).join('')}`,
    });
    expect(diagnostics.at(-1)).toMatchObject({ code: 'ZF99', severity: 'note' });
  });

  test('a comment may be of any length, and what stands before it counts', () => {
    const long = ';'.padEnd(3_000_000, 'x');
    const { diagnostics, records } = parse({ zone: `$TTL 1\n${long}\na A 192.0.2.1 ${long}\nb A 192.0.2\n` });
    expect(records).toHaveLength(1);
    expect(diagnostics.map(({ code, line }) => `${line} ${code}`)).toEqual(['4 ZF23']);
  });

  // If the work grew with the square of the size, these would take hours.
  test.each([
    ['parentheses that nothing closes', 'a A (\n'.repeat(60_000)],
    ['one long line', 'x'.repeat(2_000_000)],
    ['one long comment inside of parentheses', `a TXT ( ;${' '.repeat(2_000_000)}\n)\nb A 192.0.2\n`],
    ['quotes', '"'.repeat(500_000)],
    ['tokens', 'a '.repeat(300_000)],
    ['blank lines', '\n'.repeat(500_000)],
    ['carriage returns', '\r'.repeat(500_000)],
  ])('a file of %s is read in bounded time', (_what, text) => {
    const started = performance.now();
    const { summary } = parse({ zone: `$TTL 1\n${text}` });
    expect(summary.records).toBe(0);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
