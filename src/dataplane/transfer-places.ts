import type { VersionRef, ZoneReader, ZoneRef } from '../store/zone-reader.ts';

/** So long the places of a version are kept: secondaries that are notified come within seconds of each other. */
const keptMs = 30_000;

/** Where the nodes of the version lie that was sent last: to find them is a sixth of what sending a large zone costs. */
export class TransferPlaces {
  private key = '';
  private places: Int32Array | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** What `keep` was given for this version of this zone. */
  find(key: string): Int32Array | undefined {
    return key === this.key ? this.places : undefined;
  }

  keep(key: string, places: Int32Array | undefined): void {
    if (places === undefined) return;
    this.key = key;
    this.places = places;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.forget(), keptMs).unref();
  }

  private forget(): void {
    this.key = '';
    this.places = undefined;
  }
}

/**
 * A text that no other version ever has: its memory may come to be another's, but not without a publication, which raises the
 * generation, or another set of zones. Ask before `takeVersion` for the generation.
 */
export function versionKey(reader: ZoneReader, zone: ZoneRef, generation: number, version: VersionRef): string {
  return `${reader.takenSetGeneration()} ${zone} ${generation} ${version}`;
}
