/** A zone file from text to a checked image: parse, build, check, in one call. */
import { type Diagnostic, hasErrors } from '../base/diagnostic.ts';
import type { WireName } from '../wire/name.ts';
import type { ParseOptions, ParseSummary } from '../zonefile/parse-options.ts';
import { parseZone } from '../zonefile/parse-zone.ts';
import { ArrivalComparison } from './check/arrivals.ts';
import { BrokenOwners } from './check/broken-owners.ts';
import { checkZone } from './check/check-zone.ts';
import { ContentProblem } from './check/codes.ts';
import { type MeantRecord, readMeantRecord } from './check/meant-records.ts';
import { placeProblems } from './check/place.ts';
import type { ProblemList } from './check/problem-list.ts';
import { summarizeRefusal } from './check/summary.ts';
import { ArenaFullError } from './memory/arena.ts';
import type { VersionRef, ZoneReader } from './zone-reader.ts';
import type { BuiltZone, ZoneBuilder, ZoneStore } from './zone-store.ts';

export interface ZoneFileOptions {
  /** Path of the zone file, as shown in messages. */
  readonly file: string;
  readonly apex: WireName;
  readonly zoneClass: number;
  /** Faults that callers will notice are errors. */
  readonly strict: boolean;
  /** See `ParseOptions`. */
  readonly defaultTtl?: number | undefined;
  readonly open?: ParseOptions['open'];
  /** Checks that know more than this room does; like the others they run where the zone could be read. */
  readonly checks?: readonly ContentCheck[] | undefined;
}

export type ContentCheck = (reader: ZoneReader, version: VersionRef, list: ProblemList) => void;

export interface LoadedZoneFile {
  /** Ready to be published or discarded by the caller; `undefined` where the zone is refused. */
  readonly zone: BuiltZone | undefined;
  /** In the order of the file. */
  readonly diagnostics: readonly Diagnostic[];
  /** The SOA's, 0 where it could not be read. */
  readonly serial: number;
  readonly records: number;
  /** Every file opened, the zone file first. */
  readonly files: readonly string[];
  /** One line for a zone that is refused: how many errors of which kinds. */
  readonly refusal: string | undefined;
}

/** Load a zone file. A zone with an error is refused whole, and its memory given back; the store publishes nothing here. */
export function loadZoneFile(store: ZoneStore, options: ZoneFileOptions): LoadedZoneFile {
  const builder = store.startZone(options.apex, options.zoneClass);
  const reading = new Reading(options, builder);
  let zone: BuiltZone;
  try {
    reading.run();
    zone = builder.finish();
  } catch (error) {
    builder.discard();
    if (!(error instanceof ArenaFullError)) throw error;
    return refused(options, reading, [...reading.diagnostics, noRoom(options, error)], 0, 0);
  }
  const diagnostics = inOrder([...reading.diagnostics, ...checkContent(store, options, reading, zone)], reading.files);
  const { serial, recordCount: records } = zone;
  if (!hasErrors(diagnostics)) {
    return { zone, diagnostics, serial, records, files: reading.files, refusal: undefined };
  }
  store.discard(zone);
  return refused(options, reading, diagnostics, serial, records);
}

/** The first pass over the file. */
class Reading {
  readonly diagnostics: Diagnostic[] = [];
  readonly broken = new BrokenOwners();
  readonly meant: MeantRecord[] = [];
  files: readonly string[] = [];
  records = 0;
  readonly builder: ZoneBuilder;
  private readonly options: ZoneFileOptions;

  constructor(options: ZoneFileOptions, builder: ZoneBuilder) {
    this.options = options;
    this.builder = builder;
  }

  run(): void {
    const summary: ParseSummary = parseZone({
      ...this.options,
      sink: this.builder,
      onDiagnostic: (diagnostic) => this.diagnostics.push(diagnostic),
      onBrokenRecord: (owner, type) => this.noteBroken(owner, type),
    });
    this.files = summary.files.length > 0 ? summary.files : [this.options.file];
    this.records = summary.records;
    const { apex, zoneClass } = this.options;
    for (const diagnostic of this.diagnostics) {
      const meant = readMeantRecord(diagnostic, apex, zoneClass, this.builder);
      if (meant !== undefined) this.meant.push(meant);
    }
  }

  private noteBroken(owner: Uint8Array | undefined, type: number): void {
    if (owner === undefined) this.broken.mayBeAnyone = true;
    else this.broken.add(owner, 0, type);
  }
}

function checkContent(store: ZoneStore, options: ZoneFileOptions, reading: Reading, zone: BuiltZone): Diagnostic[] {
  // Of a file that could not be read at all, one sentence is enough.
  if (reading.records === 0 && hasErrors(reading.diagnostics)) return [];
  const { reader } = store;
  reader.renew();
  const list = checkZone(reader, zone.version, {
    strict: options.strict,
    broken: reading.broken,
    nodes: reading.builder.takeNodes(),
  });
  // Of a zone of which records are missing they would say what is wrong already.
  if (!hasErrors(reading.diagnostics)) for (const check of options.checks ?? []) check(reader, zone.version, list);
  const { problems, leftOut, errorsLeftOut } = list;
  const diagnostics = placeProblems(problems, options, reading.meant);
  let hidden = leftOut;
  if (reading.builder.hasMerged) {
    const comparison = new ArrivalComparison(reader, zone.version);
    parseZone({ ...options, sink: comparison, onDiagnostic: () => {}, maxDiagnostics: 0 });
    diagnostics.push(...comparison.diagnostics);
    hidden += comparison.leftOut;
  }
  if (hidden > 0) diagnostics.push(andMore(options, hidden, errorsLeftOut));
  return diagnostics;
}

function andMore({ file }: ZoneFileOptions, hidden: number, errors: number): Diagnostic {
  const { code, severity } = ContentProblem.more;
  const message = `${hidden} more problem${hidden === 1 ? '' : 's'} not listed`;
  return { severity: errors > 0 ? 'error' : severity, code, message, hint: 'mend those above and check again', file };
}

function noRoom({ file }: ZoneFileOptions, error: Error): Diagnostic {
  const { code, severity } = ContentProblem.noRoom;
  const hint = 'the zones together need more than the memory reserved for them';
  return { severity, code, message: `no room for the zone: ${error.message}`, hint, file };
}

function refused(
  { apex, file }: ZoneFileOptions,
  reading: Reading,
  diagnostics: readonly Diagnostic[],
  serial: number,
  records: number,
): LoadedZoneFile {
  const files = reading.files.length > 0 ? reading.files : [file];
  return { zone: undefined, diagnostics, serial, records, files, refusal: summarizeRefusal(apex, diagnostics) };
}

/** By file, line and column; what has no line comes last. */
function inOrder(diagnostics: readonly Diagnostic[], files: readonly string[]): readonly Diagnostic[] {
  const rank = ({ file, line }: Diagnostic): number =>
    line === undefined ? files.length : Math.max(0, files.indexOf(file ?? ''));
  return diagnostics.toSorted(
    (a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}
