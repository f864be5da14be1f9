/** The zones that one answer was made of, with what tells later whether they are still the same. */
import type { ZoneReader, ZoneRef } from '../store/zone-reader.ts';

/** An answer that aliases lead through more zones is not kept in the response cache. */
export const maxTouchedZones = 3;

export class TouchedZones {
  count = 0;
  /** More zones were touched than there is room for. */
  isFull = false;
  /** One of them is not for everybody: whoever is to get the answer must be looked at. */
  isRestricted = false;
  setGeneration = 0;
  private readonly zones = new Int32Array(maxTouchedZones);
  private readonly generations = new Int32Array(maxTouchedZones);

  /** Begin an answer. */
  clear(reader: ZoneReader): void {
    this.count = 0;
    this.isFull = false;
    this.isRestricted = false;
    this.setGeneration = reader.takenSetGeneration();
  }

  /** Note a zone before its version is taken. */
  add(reader: ZoneReader, zone: ZoneRef): void {
    // Half the ref: refs reach 4 GiB, and a small integer is enough for half of it.
    const packed = zone >>> 1;
    for (let i = 0; i < this.count; i++) if (this.zones[i] === packed) return;
    if (this.count === maxTouchedZones) {
      this.isFull = true;
      return;
    }
    this.zones[this.count] = packed;
    this.generations[this.count++] = reader.takenGeneration(zone);
  }

  packedZone(index: number): number {
    return this.zones[index] as number;
  }

  generation(index: number): number {
    return this.generations[index] as number;
  }
}
