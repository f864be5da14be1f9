import type { StoredZone } from '../../transfer/journal/stored-zone.ts';
import { type ZoneId, zoneIdOf } from '../../transfer/journal/zone-id.ts';
import type { SecondaryTimers, ZoneToLoad } from '../loader-messages.ts';
import type { PublishedPart } from '../published/published-part.ts';
import { publishes } from '../published/publishes.ts';
import { formatZone } from './zone-log.ts';
import type { ManagedZone } from './zone-writer.ts';

/** A zone's place in the arena, what was last read for it, and what is kept of it on disk. */
export class ZonePlace implements ManagedZone {
  config: ZoneToLoad;
  readonly id: ZoneId;
  readonly number: number;
  /** `rapidtech.phones/IN`, in a view `rapidtech.phones/IN/inside`. */
  readonly title: string;
  /** Of the published version; `undefined` until there is one. */
  serial: number | undefined;
  records = 0;
  /** Counts versions published; another number, another version. */
  publications = 0;
  /** When it was last loaded or transferred, in milliseconds since 1970; not when it was updated. */
  loadedAtMs: number | undefined;

  /** The master file and what it includes. */
  files: readonly string[] = [];
  /** Of `files`, when the served version was read or written. */
  servedSignature: string | undefined;
  /** Of `files`, when they were last read, whatever came of it. */
  readSignature: string | undefined;
  /** A change that is waited for to be complete: its signature and when it was first seen. */
  changing: { readonly signature: string; readonly sinceMs: number } | undefined;

  /** As it is on disk; `undefined` where nothing is kept. */
  stored: StoredZone | undefined;
  timers: SecondaryTimers | undefined;
  isExpired = false;
  /** Why changes can't be kept, and so are not taken. */
  trouble: string | undefined;
  /** Since when the disk's base is behind the journal, on the clock of `performance.now`. */
  behindSinceMs: number | undefined;
  /** Writing the base anew is asked for. */
  isRebasing = false;

  /** Where health is published, or was: what secondaries get. */
  published: PublishedPart | undefined;
  /** Of the zone beside this one that has what differs for them; `undefined`: there is none. */
  publishedNumber: number | undefined;

  /** Resolves at the end of the last turn that was asked for. */
  private tail: Promise<void> | undefined;
  /** Its turns are over: it goes, or the server stops. */
  isLeaving = false;

  constructor(config: ZoneToLoad, number: number) {
    this.config = config;
    this.number = number;
    this.id = zoneIdOf(config);
    this.title = formatZone(config);
    this.beginFile();
  }

  get frozen(): boolean {
    return this.stored?.isFrozen === true;
  }

  get isSecondary(): boolean {
    return this.config.type === 'secondary';
  }

  /** UPDATE may change it, so its master file is written by this server. */
  get isDynamic(): boolean {
    return !this.isSecondary && this.config.update !== undefined;
  }

  /** Whether anything of it is kept beside its master file. */
  get isKept(): boolean {
    return this.isSecondary || this.isDynamic || this.config.ixfrFromDifferences;
  }

  /** Health shall be written into what secondaries get. */
  get wantsPublishing(): boolean {
    return publishes(this.config);
  }

  get hasJournal(): boolean {
    return this.isKept || this.published?.stored !== undefined;
  }

  /** Whether its versions are kept on disk before they are published, so that it can't be loaded at once. */
  get takesTime(): boolean {
    return this.isKept || this.wantsPublishing || this.published !== undefined;
  }

  /** Somebody works on it. */
  get isBusy(): boolean {
    return this.tail !== undefined;
  }

  /** Another configuration of the same zone. What is on disk of it counts anew where it is kept for another reason, or no more. */
  configure(config: ZoneToLoad): void {
    const { config: before, isKept, isDynamic } = this;
    this.config = config;
    const isKeptAsBefore = isKept === this.isKept && isDynamic === this.isDynamic;
    if (!isKeptAsBefore) {
      this.stored = undefined;
      this.trouble = undefined;
      this.behindSinceMs = undefined;
    }
    if (!isKeptAsBefore || before.file !== config.file) this.beginFile();
  }

  /** The configuration names another file: what is served stays until that is loaded. */
  beginFile(): void {
    this.files = this.config.file === undefined ? [] : [this.config.file];
    this.servedSignature = undefined;
    this.readSignature = undefined;
    this.changing = undefined;
  }

  /** Run `work` behind all that was asked for before: at once where there is nothing. */
  inTurn<T>(work: () => Promise<T> | T): Promise<T> {
    if (this.isLeaving) return Promise.reject(new Error(`zone ${this.title} has gone`));
    const { tail: before } = this;
    const { promise: end, resolve } = Promise.withResolvers<void>();
    this.tail = end;
    return this.runBehind(before, work, () => {
      if (this.tail === end) this.tail = undefined;
      resolve();
    });
  }

  private async runBehind<T>(
    before: Promise<void> | undefined,
    work: () => Promise<T> | T,
    end: () => void,
  ): Promise<T> {
    if (before !== undefined) await before;
    try {
      return await work();
    } finally {
      end();
    }
  }

  /** Resolves when nobody works on it; nobody may begin any more. */
  async leave(): Promise<void> {
    this.isLeaving = true;
    while (this.tail !== undefined) await this.tail;
  }
}
