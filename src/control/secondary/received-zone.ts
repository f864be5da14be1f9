/** What a transfer that comes in makes: a new zone, or differences from the one that is served. Lives on the loader thread. */
import type { BuiltZone, ZoneBuilder, ZoneStore } from '../../store/zone-store.ts';
import type { TransferSink } from '../../transfer/in/record-sequence.ts';
import { applyDelta, type Delta, DeltaWriter } from '../../transfer/journal/delta.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import type { ParsedRecord } from '../../zonefile/record-sink.ts';
import { NameWarnings } from './name-warnings.ts';

export interface WholeZone {
  readonly built: BuiltZone;
  readonly nodes: Int32Array;
}

/** A version made of differences, and these. */
export interface DerivedZone {
  readonly built: BuiltZone;
  readonly deltas: readonly Delta[];
}

export class ReceivedZone implements TransferSink {
  readonly names = new NameWarnings();
  private readonly store: ZoneStore;
  private readonly id: ZoneId;
  private builder: ZoneBuilder | undefined;
  private readonly mostOctets: number;
  /** All differences but the last, which are many where each is small: no more than their octets is kept of them. */
  private deltas: Delta[] = [];
  private deltaOctets = 0;
  private writer: DeltaWriter | undefined;

  /** `mostOctets` of differences are taken: without compression they are longer than the messages that brought them. */
  constructor(store: ZoneStore, id: ZoneId, mostOctets: number) {
    this.store = store;
    this.id = id;
    this.mostOctets = mostOctets;
  }

  startZone(): void {
    this.builder = this.store.startZone(this.id.apex, this.id.class);
  }

  startDelta(): void {
    if (this.writer === undefined) this.writer = new DeltaWriter();
    else this.deltas.push(this.writer.take());
  }

  /** Throws ArenaFullError, or where the differences are too long. */
  addRecord(record: ParsedRecord): void {
    this.names.look(record);
    if (this.builder !== undefined) {
      this.builder.addRecord(record);
      return;
    }
    this.countOctets(record);
    this.writer?.addRecord(record);
  }

  removeRecord(record: ParsedRecord): void {
    this.countOctets(record);
    this.writer?.removeRecord(record);
  }

  /** The whole zone with all its nodes (packed refs); the caller publishes or discards it. Throws ArenaFullError. */
  finishZone(): WholeZone {
    const { builder } = this;
    if (builder === undefined) throw new TypeError('not a whole zone');
    const built = builder.finish();
    this.builder = undefined;
    return { built, nodes: builder.takeNodes() };
  }

  /**
   * Put the differences into effect upon the zone's version of now. Returns a text where they do not fit it: then the whole
   * zone is wanted. To add what is there already does no harm, and NSD 4.6 does so with NAPTR. Throws ArenaFullError.
   */
  derive(zoneNumber: number): DerivedZone | string {
    const deltas = this.writer === undefined ? this.deltas : [...this.deltas, this.writer.finish()];
    const built = this.apply(zoneNumber, deltas);
    return typeof built === 'string' ? built : { built, deltas };
  }

  /** Give up what was not finished. */
  discard(): void {
    this.builder?.discard();
    this.builder = undefined;
    this.deltas = [];
    this.writer = undefined;
  }

  private countOctets({ ownerOctets, rdataOctets }: ParsedRecord): void {
    this.deltaOctets += ownerOctets + recordFixedOctets + rdataOctets;
    if (this.deltaOctets > this.mostOctets) throw new RangeError('differences are larger than max-transfer-size');
  }

  private apply(zoneNumber: number, deltas: readonly Delta[]): BuiltZone | string {
    const change = this.store.startChange(zoneNumber);
    try {
      for (const delta of deltas) {
        const problem = applyDelta(change, delta);
        if (problem === undefined) continue;
        change.discard();
        return problem.kind === 'absent' ? `not exact: ${problem.owner} is not as the primary thinks` : 'FORMERR';
      }
      return change.finish();
    } catch (error) {
      change.discard();
      throw error;
    }
  }
}

/** TYPE, CLASS, TTL and RDLENGTH. */
const recordFixedOctets = 10;
