/**
 * What a line means that begins with a blank by mistake. The zone is refused for it anyway; but the record that was meant
 * takes part in the checks, so that its author learns of its other faults in the same run.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { asWireName, type WireName } from '../../wire/name.ts';
import { parseZone } from '../../zonefile/parse-zone.ts';
import type { RecordSink } from '../../zonefile/record-sink.ts';
import { openFromMemory } from '../../zonefile/zone-source.ts';

export interface MeantRecord {
  readonly owner: WireName;
  readonly type: number;
  readonly rdata: Uint8Array;
  /** Of the line with the blank. */
  readonly place: Pick<Diagnostic, 'file' | 'line' | 'column' | 'sourceLine'>;
}

const unknownType = 'ZF07';

/**
 * Read the line of an "unknown record type" again without its blank. A whole record with absolute names goes to `sink`;
 * relative ones are left alone, because the origin is not known here.
 */
export function readMeantRecord(
  diagnostic: Diagnostic,
  apex: WireName,
  zoneClass: number,
  sink: RecordSink,
): MeantRecord | undefined {
  const { code, sourceLine = '', file, line, column } = diagnostic;
  if (code !== unknownType || !/^[ \t]+[^ \t;]*\.[ \t]/.test(sourceLine)) return undefined;
  let meant: MeantRecord | undefined;
  let hasErrors = false;
  parseZone({
    file: 'line',
    apex,
    zoneClass,
    defaultTtl: 0,
    open: openFromMemory(new Map([['line', `${sourceLine.trim()}\n`]])),
    onDiagnostic: ({ severity }) => {
      hasErrors ||= severity === 'error';
    },
    sink: {
      addRecord(record) {
        sink.addRecord(record);
        const owner = asWireName(record.owner.slice(0, record.ownerOctets));
        const rdata = record.rdata.slice(0, record.rdataOctets);
        meant = { owner, type: record.type, rdata, place: { file, line, column, sourceLine } };
      },
    },
  });
  return hasErrors ? undefined : meant;
}
