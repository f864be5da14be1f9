import { type Diagnostic, formatDiagnostic } from '../../../src/base/diagnostic.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { parseZone } from '../../../src/zonefile/parse-zone.ts';
import { printRecord } from '../../../src/zonefile/print-record.ts';
import { openFromMemory } from '../../../src/zonefile/zone-source.ts';
import { uncounted } from '../engine/steps.ts';
import { must, type Target } from '../engine/target.ts';
import { includedFiles, mutateZone, seriesSteps, TooMany, zoneCorpus } from './zone-texts.ts';

const apex = wireNameFrom('ex.test.');
/** Of a $GENERATE that asks for a million there is nothing to be learnt behind these. */
const mostRecords = 3000;

/** Lexer, parser, $GENERATE, $INCLUDE, RDATA of all types, the printer. What is accepted is printed, and read again as the same. */
export function createZoneFileTarget(): Target {
  return {
    corpus: zoneCorpus(),
    mutate: mutateZone,
    maxOctets: 8192,
    allowedSteps: (input) => 20_000 + 300 * input.length + seriesSteps(input, mostRecords),
    expected: ['accepted', 'refused'],
    run(input) {
      const read = parse(input, 4096);
      return uncounted(() => judge(read, input));
    },
  };
}

interface Read {
  readonly records: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly isCut: boolean;
}

function judge({ records, diagnostics, isCut }: Read, input: Uint8Array): string {
  for (const diagnostic of diagnostics) {
    must(/^ZF\d\d$/.test(diagnostic.code), 'a diagnostic has a documented code');
    must(diagnostic.file !== undefined, 'a diagnostic says in which file');
    formatDiagnostic(diagnostic);
  }
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (isCut) return 'cut';
  const text = new TextEncoder().encode(records.map((line) => `${line}\n`).join(''));
  const again = parse(text, 4096);
  must(!again.diagnostics.some(({ severity }) => severity === 'error'), 'what is printed is accepted');
  must(again.records.join('\n') === records.join('\n'), 'what is printed is read again as the same');
  if ((input.length & 7) === 0) {
    const small = parse(input, 4 + (input.length % 61));
    must(small.records.join('\n') === records.join('\n'), 'the size of chunks changes nothing');
    must(small.diagnostics.length === diagnostics.length, 'nor what is wrong');
  }
  return errors > 0 ? 'refused' : records.length > 0 ? 'accepted' : 'empty';
}

function parse(input: Uint8Array, chunkOctets: number): Read {
  const records: string[] = [];
  const diagnostics: Diagnostic[] = [];
  const files = new Map([['self', input], ...includedFiles]);
  try {
    parseZone({
      file: 'self',
      apex,
      open: openFromMemory(files),
      chunkOctets,
      onDiagnostic: (diagnostic) => diagnostics.push(diagnostic),
      sink: {
        addRecord(r) {
          if (records.length >= mostRecords) throw new TooMany();
          must(
            r.ownerOctets <= 255 && r.rdataOctets <= 65_535 && r.ttlSeconds <= 0x7fff_ffff,
            'a record has its bounds',
          );
          records.push(printRecord(r.owner, 0, r.ttlSeconds, r.class, r.type, r.rdata, 0, r.rdataOctets));
        },
      },
    });
  } catch (error) {
    if (error instanceof TooMany) return { records, diagnostics, isCut: true };
    throw error;
  }
  return { records, diagnostics, isCut: false };
}
