/** Finds where records stand in the zone file, by parsing it a second time. */
import { lowerCase, octetAt } from '../base/octets.ts';
import { equalNames, type WireName } from '../wire/name.ts';
import type { ParseOptions } from './parse-options.ts';
import { parseZone } from './parse-zone.ts';
import type { PlacedRecord, PlacedRecordSink } from './record-sink.ts';

/** An owner and a type. */
export interface WantedRecord {
  readonly owner: WireName;
  readonly type: number;
}

/** Where one record stands; lines and columns are 1-based, as in `PlacedRecord`. */
export interface RecordPlace {
  /** Index in `wanted`. */
  readonly wantedIndex: number;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly typeLine: number;
  readonly typeColumn: number;
  readonly rdataLine: number;
  readonly rdataColumn: number;
  readonly sourceLine: string;
  readonly rdataSourceLine: string;
  /** The RDATA in wire format, a copy, so that one record of a set can be told from another. */
  readonly rdata: Uint8Array;
}

export type LocateOptions = Omit<ParseOptions, 'sink' | 'onDiagnostic'> & {
  /** At most so many places for each wanted set. Default 100. */
  readonly maxPlaces?: number | undefined;
};

/**
 * Parse the zone again and note where the records of the wanted sets stand, in file order.
 *
 * Costs one reading of the file, so that the store need not keep line numbers. Problems of the file are not reported again.
 */
export function locateRecords(options: LocateOptions, wanted: readonly WantedRecord[]): readonly RecordPlace[] {
  const finder = new PlaceFinder(wanted, options.maxPlaces ?? defaultMaxPlaces);
  parseZone({ ...options, sink: finder, onDiagnostic: () => {}, maxDiagnostics: 0 });
  return finder.places;
}

class PlaceFinder implements PlacedRecordSink {
  readonly places: RecordPlace[] = [];
  private readonly wanted: readonly WantedRecord[];
  private readonly maxPlaces: number;
  private readonly counts: number[];
  /** Indexes in `wanted` by the hash of owner and type. */
  private readonly buckets = new Map<number, number[]>();

  constructor(wanted: readonly WantedRecord[], maxPlaces: number) {
    this.wanted = wanted;
    this.maxPlaces = maxPlaces;
    this.counts = wanted.map(() => 0);
    wanted.forEach(({ owner, type }, index) => {
      const hash = hashKey(owner, owner.length, type);
      this.buckets.set(hash, [...(this.buckets.get(hash) ?? []), index]);
    });
  }

  addRecord(record: PlacedRecord): void {
    const bucket = this.buckets.get(hashKey(record.owner, record.ownerOctets, record.type));
    if (bucket === undefined) return;
    for (const index of bucket) {
      const { owner, type } = this.wanted[index] as WantedRecord;
      if (type !== record.type || !equalNames(owner, 0, record.owner, 0)) continue;
      const count = this.counts[index] as number;
      this.counts[index] = count + 1;
      if (count < this.maxPlaces) this.places.push(placeOf(record, index));
    }
  }
}

function placeOf(record: PlacedRecord, wantedIndex: number): RecordPlace {
  const { file, line, column, typeLine, typeColumn, rdataLine, rdataColumn, sourceLine, rdataSourceLine } = record;
  const rdata = record.rdata.slice(0, record.rdataOctets);
  return {
    wantedIndex,
    file,
    line,
    column,
    typeLine,
    typeColumn,
    rdataLine,
    rdataColumn,
    sourceLine,
    rdataSourceLine,
    rdata,
  };
}

function hashKey(owner: Uint8Array, ownerOctets: number, type: number): number {
  let hash = type;
  for (let i = 0; i < ownerOctets; i++) hash = Math.imul(hash ^ octetAt(lowerCase, octetAt(owner, i)), 0x01000193);
  return hash;
}

const defaultMaxPlaces = 100;
