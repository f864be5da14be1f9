import type { BuiltZone, ZoneStore } from '../../store/zone-store.ts';
import type { Delta } from '../../transfer/journal/delta.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import type { WireName } from '../../wire/name.ts';
import type { PublishReason, SecondaryTimers, ZoneToLoad } from '../loader-messages.ts';

/** A zone of the configuration as the loader thread knows it. One object for as long as it is configured; its fields change. */
export interface ManagedZone {
  readonly id: ZoneId;
  /** Of its place in the store. */
  readonly number: number;
  readonly config: ZoneToLoad;
  /** `rapidtech.phones/IN`. */
  readonly title: string;
  /** Of the published version; `undefined` where there is none. */
  readonly serial: number | undefined;
  /** Updates are refused: somebody edits the master file. */
  readonly frozen: boolean;
  /** Why changes can't be kept: a damaged journal, no data folder. Then `commit` rejects; an UPDATE gets SERVFAIL. */
  readonly trouble: string | undefined;
  readonly timers: SecondaryTimers | undefined;
  /** The copy may not be served any more. */
  readonly isExpired: boolean;
}

/** A version could not be kept on disk (no space, I/O error, a journal that is damaged). The version before goes on being served. */
export class NotDurableError extends Error {
  override readonly name = 'NotDurableError';
}

/**
 * How zones are changed by others than their master files. One thing at a time for each zone: who changes it takes its turn
 * and does all from `startChange` or `startZone` to `commit` or `replace` within, so that nobody comes in between. Everything
 * here lives on the loader thread.
 */
export interface ZoneWriter {
  readonly store: ZoneStore;
  get(zoneNumber: number): ManagedZone | undefined;
  find(view: number, zoneClass: number, apex: WireName): ManagedZone | undefined;

  /** Run `work` when nobody else works on this zone; at once where nobody does. Gives what `work` gives. */
  inTurn<T>(zone: ManagedZone, work: () => Promise<T> | T): Promise<T>;

  /**
   * Journal the delta (several in a row: of one IXFR, or updates taken together), wait until it is durable (one flush for
   * all zones and callers that wait), then publish. `built` derives from the published version. Rejects with
   * `NotDurableError`, and discards `built`, where it could not be written.
   */
  commit(zone: ManagedZone, built: BuiltZone, delta: Delta | readonly Delta[], reason?: PublishReason): Promise<void>;

  /**
   * A whole new copy of a secondary (AXFR in), built with `store.startZone`: kept on disk, its journal begins anew (or goes on
   * with a difference where `ixfr-from-differences` is set and the serial is newer), then published. Rejects as `commit` does.
   */
  replace(zone: ManagedZone, built: BuiltZone, reason?: PublishReason): Promise<void>;

  /** A secondary's primary has been heard: an expired zone is served again. Kept on disk, but not waited for. */
  noteRefreshed(zone: ManagedZone, timers: SecondaryTimers): void;

  /** Serve a secondary's copy no more: SERVFAIL until `commit`, `replace` or `noteRefreshed`. */
  expire(zone: ManagedZone): void;

  /** Forget what is kept on disk of a zone (a catalog's member that has gone). Not for zones that are configured. */
  forget(id: ZoneId): Promise<void>;
}
