/** RRsets in the response whose records point at names (NS, MX, SRV, NAPTR …), until the additional section is written. */
import type { RrsetRef, VersionRef } from '../store/zone-reader.ts';

/** A chain of SVCB aliases or NAPTR records makes a few; ANY over TCP one for each type. What is beyond has no additional. */
const maxPending = 64;

export class PendingTargets {
  count = 0;
  /** The one whose turn comes when all others are done: the NS that nobody asked for. -1 where there is none. */
  lastIndex = -1;
  private readonly rrsets = new Float64Array(maxPending);
  private readonly versions = new Float64Array(maxPending);
  private readonly zoneLabels = new Uint8Array(maxPending);
  private readonly positions = new Uint16Array(maxPending);
  private readonly recordCounts = new Uint16Array(maxPending);

  clear(): void {
    this.count = 0;
    this.lastIndex = -1;
  }

  /**
   * Note the set of the zone `version`, whose first record stands at `position`. `recordCount`: so many records, in another order than
   * the zone's; 0 for those of the zone.
   */
  add(rrset: RrsetRef, version: VersionRef, zoneLabels: number, position: number, recordCount = 0): void {
    if (this.count === maxPending) return;
    this.rrsets[this.count] = rrset;
    this.versions[this.count] = version;
    this.zoneLabels[this.count] = zoneLabels;
    this.recordCounts[this.count] = recordCount;
    this.positions[this.count++] = position;
  }

  rrsetAt(index: number): RrsetRef {
    return this.rrsets[index] as RrsetRef;
  }

  versionAt(index: number): VersionRef {
    return this.versions[index] as VersionRef;
  }

  zoneLabelsAt(index: number): number {
    return this.zoneLabels[index] as number;
  }

  recordCountAt(index: number): number {
    return this.recordCounts[index] as number;
  }

  positionAt(index: number): number {
    return this.positions[index] as number;
  }
}
