/**
 * Differences between the serials of a zone, in octets: one difference sequence of RFC 1995 §4, which is the old SOA,
 * records removed, the new SOA, records added, each in the form of record-octets.ts.
 */
import { assert } from '../../base/assert.ts';
import type { DiffSink } from '../../store/zone-diff.ts';
import type { ZoneChange } from '../../store/zone-store.ts';
import { Type } from '../../wire/codes.ts';
import { equalNames, formatName } from '../../wire/name.ts';
import type { ParsedRecord } from '../../zonefile/record-sink.ts';
import { RecordBuffer, RecordCursor, soaSerial } from './record-octets.ts';

/** What leads from one serial of a zone to the next. */
export interface Delta {
  readonly fromSerial: number;
  readonly toSerial: number;
  /** One difference sequence. */
  readonly octets: Uint8Array;
}

/**
 * Makes a delta of removals and additions, in whatever order they come: those of `diffVersions`, of an IXFR or an UPDATE.
 * The SOA that is removed and the one that is added must be among them.
 */
export class DeltaWriter implements DiffSink {
  private readonly oldSoa = new RecordBuffer(256);
  private readonly removed = new RecordBuffer();
  private readonly newSoa = new RecordBuffer(256);
  private readonly added = new RecordBuffer();
  private fromSerial = 0;
  private toSerial = 0;

  removeRecord(record: ParsedRecord): void {
    if (record.type !== Type.soa) {
      this.removed.add(record);
      return;
    }
    this.fromSerial = soaSerial(record.rdata, record.rdataOctets);
    this.oldSoa.clear();
    this.oldSoa.add(record);
  }

  addRecord(record: ParsedRecord): void {
    if (record.type !== Type.soa) {
      this.added.add(record);
      return;
    }
    this.toSerial = soaSerial(record.rdata, record.rdataOctets);
    this.newSoa.clear();
    this.newSoa.add(record);
  }

  /** Nothing was removed or added. */
  get isEmpty(): boolean {
    return this.oldSoa.length + this.removed.length + this.newSoa.length + this.added.length === 0;
  }

  /** Whether the SOA changes: else this is no delta. */
  get hasSoas(): boolean {
    return this.oldSoa.length > 0 && this.newSoa.length > 0;
  }

  /** Nothing but the SOA is removed or added. */
  get hasOnlySoas(): boolean {
    return this.removed.length + this.added.length === 0;
  }

  /** Octets so far, to bound what is kept. */
  get octets(): number {
    return this.oldSoa.length + this.removed.length + this.newSoa.length + this.added.length;
  }

  finish(): Delta {
    assert(this.hasSoas, 'a delta leads from one SOA to another');
    const octets = new Uint8Array(this.octets);
    let at = 0;
    for (const part of [this.oldSoa, this.removed, this.newSoa, this.added]) {
      octets.set(part.octets, at);
      at += part.length;
    }
    return { fromSerial: this.fromSerial, toSerial: this.toSerial, octets };
  }

  /** The same, and begin the next one with the memory that this one had. */
  take(): Delta {
    const delta = this.finish();
    for (const part of [this.oldSoa, this.removed, this.newSoa, this.added]) part.clear();
    return delta;
  }
}

/** Why a delta does not fit. */
export type DeltaProblem =
  /** The octets are no difference sequence of these serials. */
  | { readonly kind: 'malformed' }
  /** It removes what the zone doesn't have: it is of another zone, or of another content with the same serial. */
  | { readonly kind: 'absent'; readonly owner: string; readonly type: number };

/**
 * Put a delta into effect. Strict: all that it removes must be there. Where there is a problem, discard the change: it is
 * half done. Throws ArenaFullError as `ZoneChange` does.
 */
export function applyDelta(change: ZoneChange, delta: Delta): DeltaProblem | undefined {
  const cursor = new RecordCursor(delta.octets);
  let soas = 0;
  /** Of the SOA that is removed, which is there: the apex, and the zone's class. */
  let apex: Uint8Array | undefined;
  let zoneClass = 0;
  while (cursor.next()) {
    if (cursor.type === Type.soa) {
      if (!isExpectedSoa(delta, ++soas, cursor)) return { kind: 'malformed' };
      if (apex === undefined) {
        apex = cursor.owner.slice(0, cursor.ownerOctets);
        zoneClass = cursor.class;
      }
      if (cursor.class !== zoneClass || !equalNames(cursor.owner, 0, apex, 0)) return { kind: 'malformed' };
    }
    if (soas === 0) return { kind: 'malformed' };
    if (soas > 1) change.addRecord(cursor);
    else if (!change.removeRecord(cursor)) {
      return { kind: 'absent', owner: formatName(cursor.owner, 0), type: cursor.type };
    }
  }
  return cursor.isBroken || soas !== 2 ? { kind: 'malformed' } : undefined;
}

/** The first SOA is that of the serial before, the second one that of the serial after (RFC 1995 §4). */
function isExpectedSoa({ fromSerial, toSerial }: Delta, soas: number, { rdata, rdataOctets }: ParsedRecord): boolean {
  if (rdataOctets < 22) return false;
  const serial = soaSerial(rdata, rdataOctets);
  return (soas === 1 && serial === fromSerial) || (soas === 2 && serial === toSerial);
}
