/** The RRsets that a response holds, each with the position of its owner (one wildcard's set may stand under two names). */
import type { RrsetRef } from '../store/zone-reader.ts';
import type { ResponseWriter } from '../wire/response.ts';

/** A response has seldom 20. Beyond this, additional sets are left out rather than written twice, or searched for without end. */
const maxSets = 512;

export class WrittenSets {
  count = 0;
  private readonly rrsets = new Float64Array(maxSets);
  private readonly ownerPositions = new Uint16Array(maxSets);

  clear(): void {
    this.count = 0;
  }

  isFull(): boolean {
    return this.count === maxSets;
  }

  hasRoomFor(sets: number): boolean {
    return this.count + sets <= maxSets;
  }

  rrsetAt(index: number): RrsetRef {
    return this.rrsets[index] as RrsetRef;
  }

  /** Whether the set stands in the response, under whatever name. */
  holds(rrset: RrsetRef): boolean {
    for (let i = 0; i < this.count; i++) if (this.rrsets[i] === rrset) return true;
    return false;
  }

  add(rrset: RrsetRef, ownerPosition: number): void {
    if (this.count === maxSets) return;
    this.rrsets[this.count] = rrset;
    this.ownerPositions[this.count++] = ownerPosition;
  }

  /** Whether the set stands in `response` under the name at `owner[offset]`. */
  has(rrset: RrsetRef, response: ResponseWriter, owner: Uint8Array, offset: number): boolean {
    const { rrsets, count } = this;
    for (let i = 0; i < count; i++) {
      if (rrsets[i] === rrset && response.isNameAt(this.ownerPositions[i] as number, owner, offset)) return true;
    }
    return false;
  }
}
