/** Contract; the body follows. The one writer of the arena. Lives on the loader thread (or in a test). */
import type { WireName } from '../wire/name.ts';
import type { RecordSink } from '../zonefile/record-sink.ts';

export interface ZoneKey {
  /** Index of the view; 0 is the default view. */
  readonly view: number;
  readonly class: number;
  readonly apex: WireName;
}

/** A zone in the arena that nobody can see yet. Octets taken by it are freed by `discard`. */
export interface BuiltZone {
  readonly serial: number;
  readonly recordCount: number;
  readonly nodeCount: number;
  readonly octets: number;
}

export declare class ZoneStore {
  /** The shared memory that readers get. */
  readonly arena: SharedArrayBuffer;
  static create(options?: { readonly maxOctets?: number }): ZoneStore;

  /**
   * Say which zones there are. Published by one word; zones that stay keep number and version, zones that go are freed when
   * no reader holds them. Returns their numbers, in the order given. A new zone is `notLoaded`.
   */
  declareZones(zones: readonly ZoneKey[]): readonly number[];
  /** Begin a zone's new content. */
  startZone(apex: WireName, zoneClass: number): ZoneBuilder;
  /** Make a built zone the current version of its place: one word. The version before is freed when no reader holds it. */
  publish(zoneNumber: number, zone: BuiltZone): void;
  setState(zoneNumber: number, state: number): void;
  discard(zone: BuiltZone): void;
  /** Reuse what no reader holds any more; cheap, call it now and then. */
  reclaim(): void;
}

export declare class ZoneBuilder implements RecordSink {
  addRecord(record: Parameters<RecordSink['addRecord']>[0]): void;
  /** No more records. The image is complete, but not yet checked or seen. */
  finish(): BuiltZone;
}
