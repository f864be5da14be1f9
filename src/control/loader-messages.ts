/** What main and the loader thread say to each other. The arena's one writer is the loader thread. */

import type { Diagnostic } from '../base/diagnostic.ts';
import type { ViewDeclaration } from '../store/image/zone-set.ts';
import type { ZoneId } from '../transfer/journal/zone-id.ts';
import type { ZoneConfig } from './config/config.ts';
import type { LogCategory } from './log/logging-config.ts';
import type { PublishOrder, PublishReport } from './published/publish-messages.ts';
import type { TransferCommand, TransferReport } from './secondary/transfer-messages.ts';
import type { SteeredZone } from './steering/steered-zone.ts';
import type { UpdateRequests, UpdateResults } from './update/update-messages.ts';

/** A zone that shall be served. */
export type ZoneToLoad = ZoneConfig;

/** What became of one zone. */
export type ZoneOutcome = ZoneLoaded | ZoneRefused | ZoneNotRaised | ZoneSame | ZoneChanged;

interface ZoneOf {
  readonly name: string;
  /** As logs name it: `rapidtech.phones/IN`. Written by the loader, so that main needs no table of names. */
  readonly title: string;
  readonly class: number;
  /** `undefined` for secondaries: the copy in the data folder. */
  readonly file: string | undefined;
}

export interface ZoneLoaded extends ZoneOf {
  readonly kind: 'loaded';
  readonly serial: number;
  /** Of the version before; `undefined` where the zone was not loaded. */
  readonly previousSerial: number | undefined;
  readonly isSigned: boolean;
  /** Where the serial is that of before: how many records differ all the same. */
  readonly differences: number | undefined;
  readonly records: number;
  readonly loadMs: number;
  /** Warnings. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The version before, if there is one, stays. */
export interface ZoneRefused extends ZoneOf {
  readonly kind: 'refused';
  readonly diagnostics: readonly Diagnostic[];
  /** The diagnostics in one line. */
  readonly refusal: string;
  readonly servedSerial: number | undefined;
}

/**
 * A file changed and is good, but its serial is not newer than the served one, so it was not taken: that of a watched zone, or
 * of a dynamic one.
 */
export interface ZoneNotRaised extends ZoneOf {
  readonly kind: 'not-raised';
  readonly serial: number;
  readonly servedSerial: number;
}

/** The file of a dynamic zone was written anew, with what is served. */
export interface ZoneSame extends ZoneOf {
  readonly kind: 'same';
  readonly serial: number;
  readonly servedSerial: number;
}

/** It was refused, and its files changed since its reading began, so this was no last word: it is read once more. */
export interface ZoneChanged extends ZoneOf {
  readonly kind: 'changed';
}

export interface LoadSummary {
  readonly zones: number;
  /** Zones that have a version to answer from. */
  readonly loadedZones: number;
  readonly refusedZones: number;
  /** Secondaries without a copy: they are transferred first. */
  readonly waitingZones: number;
  readonly records: number;
}

/** Why a version was published. */
export type PublishReason = 'load' | 'update' | 'transfer' | 'other';

/** When a secondary last heard its primary; seconds since 1970. */
export interface SecondaryTimers {
  /** Last time a primary said that the zone is current, or gave a newer one. */
  readonly refreshedAt: number;
  /** From then on the copy isn't served any more (SOA EXPIRE, or less by RFC 7314). */
  readonly expiresAt: number;
  /** `address#port` of that primary. */
  readonly primary: string;
}

/** rndc's words on dynamic zones, and what may be done with the journal of any zone that has one. */
export type ZoneCommand = 'freeze' | 'thaw' | 'sync' | 'check-journal' | 'reset-journal';

/** What came of a command, for one zone. */
export interface ZoneCommandResult {
  readonly title: string;
  /** Why it failed; `undefined` for success. */
  readonly problem: string | undefined;
}

/** What the loader thread knows of a zone, for the operator. */
export interface ZoneDescription {
  readonly name: string;
  readonly title: string;
  readonly type: 'primary' | 'secondary';
  /** The master file and what it includes; none for secondaries. */
  readonly files: readonly string[];
  /** `undefined`: it is not loaded. */
  readonly serial: number | undefined;
  /** Owner names; 0 where it is not loaded. */
  readonly nodes: number;
  readonly records: number;
  /** When it was last loaded or transferred, in milliseconds since 1970. */
  readonly loadedAtMs: number | undefined;
  readonly isSigned: boolean;
  readonly isDynamic: boolean;
  readonly isFrozen: boolean;
  readonly isExpired: boolean;
  /** Why changes are not taken. */
  readonly trouble: string | undefined;
  /** Where health is published in it, or was. */
  readonly published?: PublicationDescription | undefined;
  /** From which serial to which differences are kept; `undefined`: no journal. */
  readonly journal:
    | { readonly oldestSerial: number; readonly newestSerial: number; readonly octets: number }
    | undefined;
}

/** How health is published in a zone. */
export interface PublicationDescription {
  /** Of the master file that was taken last; `undefined` for a dynamic zone. */
  readonly fileSerial: number | undefined;
  /** Sets of SRV that secondaries have otherwise than configured. */
  readonly degradedSets: number;
  /** Why nothing is published, or nothing any more. */
  readonly trouble: string | undefined;
}

/** What came of reading one zone's file again. `left`: there is nothing new in it. */
export type ZoneReloaded = { readonly kind: 'unknown' | 'left' } | ZoneOutcome;

export type ToLoader =
  /** Serve exactly these zones: load those that are new, changed on disk or were refused before. */
  | {
      readonly kind: 'load';
      readonly id: number;
      readonly zones: readonly ZoneToLoad[];
      readonly strict: boolean;
      /** Where journals and copies are kept; `undefined`: nowhere. Taken from the first load. */
      readonly dataDir: string | undefined;
      /** Leave zones alone that are served from the file that the configuration names. */
      readonly newOnly: boolean;
      /** In the order in which they are tried; none: all zones are in the default view. */
      readonly views: readonly ViewDeclaration[];
    }
  // CONTROL CHANNEL
  /** Answered by `described`. */
  | { readonly kind: 'describe'; readonly id: number; readonly zone: ZoneId }
  /** Read the file of this zone again where it has changed; answered by `reloaded`. */
  | { readonly kind: 'reload'; readonly id: number; readonly zone: ZoneId }
  // JOURNAL
  /** For one zone, or with `zone` undefined for all dynamic ones. `clean`: sync removes the journal as well. Answered by `commanded`. */
  | {
      readonly kind: 'command';
      readonly id: number;
      readonly command: ZoneCommand;
      readonly zone: ZoneId | undefined;
      readonly clean: boolean;
    }
  // IN
  | TransferCommand
  | UpdateRequests
  // PUBLISHED HEALTH
  | PublishOrder
  // HAND-OVER
  /** Write dynamic zones' master files, close the journal, and change no zone that is kept there until `take-back`; answered by `lent`. */
  | { readonly kind: 'lend'; readonly id: number }
  /** Open the journal again and go on where that stopped. */
  | { readonly kind: 'take-back' }
  // CATALOG
  /** Delete what is kept on disk of these, unless a load before it says that they are served. */
  | { readonly kind: 'forget'; readonly zones: readonly ZoneId[] }
  /** Write dynamic zones' master files, close the journal; answered by `stopped`. */
  | { readonly kind: 'stop' };

export type FromLoader =
  | { readonly kind: 'started'; readonly arena: SharedArrayBuffer }
  | { readonly kind: 'loading'; readonly name: string }
  | { readonly kind: 'zone'; readonly outcome: ZoneOutcome }
  | { readonly kind: 'done'; readonly id: number; readonly summary: LoadSummary }
  // CONTROL CHANNEL
  | { readonly kind: 'described'; readonly id: number; readonly zone: ZoneDescription | undefined }
  | { readonly kind: 'reloaded'; readonly id: number; readonly reloaded: ZoneReloaded }
  // JOURNAL
  /** A line for the log, ready to be written. */
  | { readonly kind: 'say'; readonly line: LoaderLine }
  | { readonly kind: 'published'; readonly published: ZonePublished }
  /** A secondary zone is there (at each load): what is known of its copy. Before the `done` of that load. */
  | { readonly kind: 'secondary'; readonly secondary: SecondaryZone }
  | { readonly kind: 'commanded'; readonly id: number; readonly results: readonly ZoneCommandResult[] }
  | { readonly kind: 'lent'; readonly id: number }
  // IN
  | TransferReport
  | UpdateResults
  // PUBLISHED HEALTH
  | { readonly kind: 'published-health'; readonly report: PublishReport }
  // STEERING
  /** What these zones have of SRV, where it is another than before. At a load before its `done`. */
  | { readonly kind: 'steered'; readonly zones: readonly SteeredZone[] }
  | { readonly kind: 'stopped' };

/** Severities are the log's. */
export interface LoaderLine {
  readonly category: LogCategory;
  readonly severity: 'debug' | 'info' | 'notice' | 'warning' | 'error' | 'critical';
  readonly message: string;
  readonly detail?: string | undefined;
}

/** A version has been published. */
export interface ZonePublished {
  readonly zone: number;
  readonly id: ZoneId;
  readonly name: string;
  /** `rapidtech.phones/IN`. */
  readonly title: string;
  readonly class: number;
  readonly serial: number;
  readonly previousSerial: number | undefined;
  readonly records?: number | undefined;
  readonly reason: PublishReason;
}

export interface SecondaryZone {
  readonly zone: number;
  readonly id: ZoneId;
  readonly name: string;
  readonly title: string;
  /** Of the copy; `undefined`: there is none, it must be transferred. */
  readonly serial: number | undefined;
  /** SOA fields of the copy, in seconds; 0 without one. */
  readonly refreshSeconds: number;
  readonly retrySeconds: number;
  readonly expireSeconds: number;
  readonly timers: SecondaryTimers | undefined;
  readonly isExpired: boolean;
}
