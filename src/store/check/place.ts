/** Problems of a zone's content, brought to the lines of its file that cause them. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { maxDiagnostics } from '../../base/limits.ts';
import { equalNames } from '../../wire/name.ts';
import { type LocateOptions, locateRecords, type RecordPlace, type WantedRecord } from '../../zonefile/locate.ts';
import type { MeantRecord } from './meant-records.ts';
import type { ZoneProblem } from './problem-list.ts';

/**
 * Make a diagnostic of each problem. Reads the file again if there is any; a problem that no line causes (what is missing)
 * gets the file alone. `meant` are records that the file holds only in spirit.
 */
export function placeProblems(
  problems: readonly ZoneProblem[],
  options: LocateOptions,
  meant: readonly MeantRecord[],
): Diagnostic[] {
  if (problems.length === 0) return [];
  const wanted = new Map<string, WantedRecord>();
  for (const problem of problems) wanted.set(keyOf(problem), problem);
  const keys = [...wanted.keys()];
  const places = locateRecords({ ...options, maxPlaces: maxDiagnostics }, [...wanted.values()]);
  const byKey = Map.groupBy(places, ({ wantedIndex }) => keys[wantedIndex]);
  return problems.map((problem) => {
    const found = findPlace(problem, byKey.get(keyOf(problem)) ?? [], meant);
    const { severity, code, message, hint } = problem;
    return { severity, code, message, hint, ...(found ?? { file: options.file }) };
  });
}

type FilePlace = Pick<Diagnostic, 'file' | 'line' | 'column' | 'sourceLine'>;

function findPlace(
  problem: ZoneProblem,
  places: readonly RecordPlace[],
  meant: readonly MeantRecord[],
): FilePlace | undefined {
  const { owner, type, rdata, part } = problem;
  const same = rdata === undefined ? undefined : places.find((place) => isSame(place.rdata, rdata));
  const wish = meant.find(
    (record) => rdata !== undefined && equalNames(record.owner, 0, owner, 0) && isSame(record.rdata, rdata),
  );
  const place = same ?? (wish?.type === type ? undefined : places[0]);
  if (place === undefined) return wish?.place;
  const { file, line, column, sourceLine, rdataLine, rdataColumn, rdataSourceLine } = place;
  return part === 'owner'
    ? { file, line, column, sourceLine }
    : { file, line: rdataLine, column: rdataColumn, sourceLine: rdataSourceLine };
}

function keyOf({ owner, type }: WantedRecord): string {
  return `${type} ${String.fromCharCode(...owner).toLowerCase()}`;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}
