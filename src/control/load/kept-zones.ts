import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../../base/assert.ts';
import { isNewerSerial } from '../../base/serial.ts';
import type { BuiltZone, ZoneStore } from '../../store/zone-store.ts';
import type { Delta } from '../../transfer/journal/delta.ts';
import { journalFolder } from '../../transfer/journal/lmdb-options.ts';
import { emptyJournalAt, type StoredZone } from '../../transfer/journal/stored-zone.ts';
import { publishedIdOf, type ZoneId } from '../../transfer/journal/zone-id.ts';
import type { WireName } from '../../wire/name.ts';
import type { Journal, Step } from '../journal/journal.ts';
import type { PublishReason, SecondaryTimers } from '../loader-messages.ts';
import { publishedMark } from '../published/published-mark.ts';
import type { LoaderReports } from './load-reports.ts';
import { publishPlace, setExpired, setTimers } from './publish.ts';
import type { StagedPart } from './staged-part.ts';
import { writeCopy } from './zone-copy.ts';
import type { ZonePlace } from './zone-place.ts';
import type { ZonePlaces } from './zone-places.ts';
import { deltaBetween } from './zone-records.ts';
import { type ManagedZone, NotDurableError, type ZoneWriter } from './zone-writer.ts';

/** A copy is written anew when the deltas behind it are longer than it and than this. */
const worthNewCopyOctets = 256 * 1024;

/** Keeps on disk what is published, before it is published. Lives on the loader thread. */
export class KeptZones implements ZoneWriter {
  readonly store: ZoneStore;
  private readonly places: ZonePlaces;
  private readonly reports: LoaderReports;
  /** `undefined` before `open`, where no zone needs one, and where it can't be used. */
  journal: Journal | undefined;
  private dataDir: string | undefined;
  /** Why there is no journal. */
  private noJournal = 'no data-dir is configured';
  private isOpened = false;
  /** Writes the master file of a dynamic zone as it is published; set by who knows how. In the zone's turn. */
  writeFile: (place: ZonePlace) => Promise<void> = () => Promise.resolve();
  /** What secondaries get of a new version, where that is not the zone alone; set by who knows. In the zone's turn. */
  stagePart: (place: ZonePlace, built: BuiltZone) => StagedPart | undefined = () => undefined;
  /** Some zone had serials of its own, and may have them yet. */
  mayHavePublished = false;

  constructor(store: ZoneStore, places: ZonePlaces, reports: LoaderReports) {
    this.store = store;
    this.places = places;
    this.reports = reports;
  }

  /** Whether something must be known that only the journal tells, although no zone has one. */
  isNeeded(dataDir: string | undefined): boolean {
    this.mayHavePublished ||= dataDir !== undefined && existsSync(join(dataDir, publishedMark));
    return this.mayHavePublished;
  }

  /** There are zones with serials of their own from now on, also for those who start without them. */
  markPublished(): void {
    if (this.mayHavePublished || this.dataDir === undefined) return;
    writeFileSync(join(this.dataDir, publishedMark), 'Zones of which health was published: see docs/health.md.\n', {
      mode: 0o640,
    });
    this.mayHavePublished = true;
  }

  /** Open the journal, once: where a zone needs it. LMDB is not even loaded before. */
  async open(dataDir: string | undefined, patienceMs = 0): Promise<void> {
    if (this.isOpened || dataDir === undefined) return;
    this.isOpened = true;
    this.dataDir = dataDir;
    const { Journal } = await import('../journal/journal.ts');
    const opened = await Journal.open(journalFolder(dataDir), patienceMs);
    if (opened.ok) {
      this.journal = opened.value;
      return;
    }
    this.noJournal = opened.error;
    this.say('critical', `${opened.error}; until then no change of a zone is kept, and updates are refused`);
  }

  /** Why changes of the zone can't be kept for want of a journal; a secondary lives without. */
  get missing(): string | undefined {
    return this.journal === undefined ? this.noJournal : undefined;
  }

  get(zoneNumber: number): ZonePlace | undefined {
    return this.places.get(zoneNumber);
  }

  find(view: number, zoneClass: number, apex: WireName): ZonePlace | undefined {
    return this.places.find(view, zoneClass, apex);
  }

  async inTurn<T>(zone: ManagedZone, work: () => Promise<T> | T): Promise<T> {
    const place = this.places.get(zone.number);
    if (place !== zone) throw new Error(`zone ${zone.title} has gone`);
    return await place.inTurn(work);
  }

  async commit(
    zone: ManagedZone,
    built: BuiltZone,
    delta: Delta | readonly Delta[],
    reason: PublishReason = 'update',
  ): Promise<void> {
    const place = this.placeOf(zone);
    const deltas: readonly Delta[] = 'octets' in delta ? [delta] : delta;
    const part = this.stageOrDiscard(place, built);
    await this.durably(place, built, part, async (journal) => {
      if (this.isRound(journal, place, deltas)) await this.rebase(place);
      const before = place.stored ?? emptyJournalAt(place.serial as number);
      return this.append(journal, place, before, deltas);
    });
    part?.publish();
    publishPlace(this.store, this.reports, place, built, reason);
    if (place.isDynamic) place.behindSinceMs ??= performance.now();
    if (this.isRebaseDue(place)) this.wantRebase(place);
  }

  async replace(zone: ManagedZone, built: BuiltZone, reason: PublishReason = 'transfer'): Promise<void> {
    const place = this.placeOf(zone);
    assert(place.isSecondary, 'only secondaries are replaced');
    await this.durably(place, built, undefined, (journal) => this.replacement(journal, place, built));
    publishPlace(this.store, this.reports, place, built, reason);
  }

  noteRefreshed(zone: ManagedZone, timers: SecondaryTimers): void {
    const place = this.placeOf(zone);
    setTimers(this.store, place, timers);
    setExpired(this.store, place, false);
    // Lost in a crash they are older ones: the zone is refreshed sooner, which does no harm.
    this.journal
      ?.write(this.journal.putTimers(place.id, timers))
      .catch((error: Error) => this.sayNotKept(place, error));
  }

  expire(zone: ManagedZone): void {
    setExpired(this.store, this.placeOf(zone), true);
  }

  async forget(id: ZoneId): Promise<void> {
    assert(this.places.find(id.view, id.class, id.apex) === undefined, 'the zone is configured');
    const { journal } = this;
    if (journal === undefined) return;
    await journal.write({ writes: [...journal.forget(id).writes, ...journal.forget(publishedIdOf(id)).writes] });
  }

  /**
   * Put deltas behind the newest one; `before` must be of the published version. A serial that comes round a second time ends
   * the journal before it; the base must be the newest serial then.
   */
  append(journal: Journal, place: ZonePlace, before: StoredZone, deltas: readonly Delta[]): Step {
    const { id } = place;
    const { journalOctets } = place.config;
    if (!this.isRound(journal, place, deltas)) return journal.append(id, before, deltas, journalOctets);
    const restart = journal.restart(id, before, (deltas[0] as Delta).fromSerial, {});
    const step = journal.append(id, restart.zone, deltas, journalOctets);
    return { writes: [...restart.writes, ...step.writes], zone: step.zone };
  }

  /** Write a record of what is kept, and what belongs to it; throws `NotDurableError`. */
  async keep(place: ZonePlace, step: (journal: Journal) => Step | Promise<Step>, part?: StagedPart): Promise<void> {
    const { journal } = this;
    if (journal === undefined) throw new NotDurableError(this.noJournal);
    try {
      const { writes, zone } = await step(journal);
      if (part !== undefined) this.markPublished();
      await journal.write({ writes: [...writes, ...(part?.writes(journal) ?? [])] });
      place.stored = zone;
    } catch (error) {
      throw new NotDurableError(error instanceof Error ? error.message : String(error));
    }
  }

  /** Bring what the next start begins with to the published version: the master file, or the copy. In the zone's turn. */
  async rebase(place: ZonePlace): Promise<void> {
    if (place.isDynamic) await this.writeFile(place);
    else if (place.isSecondary) await this.rewriteCopy(place);
  }

  private async rewriteCopy(place: ZonePlace): Promise<void> {
    const { id, stored, config } = place;
    if (stored === undefined || place.serial !== stored.newest.serial) return;
    await this.keep(place, (journal) => {
      const { copy, writes } = writeCopy(journal, this.store, id, stored, this.store.currentVersion(place.number));
      const step = journal.rebase(id, stored, { copy }, config.journalOctets);
      return { writes: [...writes, ...step.writes], zone: step.zone };
    });
  }

  /** Put changes that the zone's file doesn't have where a person finds them. Gives the path, or why it could not be written. */
  setAside(place: ZonePlace, text: string, name: string): string {
    try {
      const folder = join(this.dataDir as string, 'aside');
      mkdirSync(folder, { recursive: true, mode: 0o750 });
      const { name: zone, viewName } = place.config;
      const view = viewName === undefined ? '' : `.${viewName}`;
      const path = join(folder, `${zone.replaceAll('/', '_')}${view}.${name}`);
      writeFileSync(path, text, { mode: 0o640, flush: true });
      return path;
    } catch (error) {
      return `nowhere: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** Close the journal for another server to open. Each zone's turn is taken. */
  async lend(): Promise<void> {
    const { journal } = this;
    this.journal = undefined;
    this.noJournal = 'another server has the journal';
    await journal?.close();
  }

  /** Open it again. Zones that the other one has changed in it are served as they are, and not changed any more. */
  async takeBack(): Promise<void> {
    this.isOpened = false;
    await this.open(this.dataDir, lockPatienceMs);
    const { journal } = this;
    if (journal === undefined) return;
    for (const place of this.places.all) {
      if (place.stored === undefined || isSameStored(place.stored, journal.readZone(place.id))) continue;
      place.trouble = 'its journal was changed by another server, which has gone: a restart reads it';
      this.say('error', `zone ${place.title}: ${place.trouble}; until then updates are refused`);
    }
  }

  async close(): Promise<void> {
    const { journal } = this;
    this.journal = undefined;
    this.noJournal = 'the server is stopping';
    await journal?.close();
  }

  private stageOrDiscard(place: ZonePlace, built: BuiltZone): StagedPart | undefined {
    try {
      return this.stagePart(place, built);
    } catch (error) {
      this.store.discard(built);
      throw error;
    }
  }

  private placeOf(zone: ManagedZone): ZonePlace {
    const place = this.places.get(zone.number);
    assert(place === zone, 'the zone has gone');
    return place;
  }

  /** Keep what the step says, or discard the version and throw. A secondary without a journal is served from memory. */
  private async durably(
    place: ZonePlace,
    built: BuiltZone,
    part: StagedPart | undefined,
    step: (journal: Journal) => Step | Promise<Step>,
  ): Promise<void> {
    assert(place.isBusy, 'a zone is changed in its turn');
    if (place.isSecondary && this.journal === undefined) return;
    try {
      if (place.trouble !== undefined) throw new NotDurableError(place.trouble);
      await this.keep(place, step, part);
    } catch (error) {
      part?.discard();
      this.store.discard(built);
      throw error;
    }
  }

  private replacement(journal: Journal, place: ZonePlace, built: BuiltZone): Step {
    const { id, stored, serial, config } = place;
    const { copy, writes } = writeCopy(journal, this.store, id, stored, built.version);
    const isDiffed =
      config.ixfrFromDifferences && stored !== undefined && serial !== undefined && isNewerSerial(built.serial, serial);
    if (!isDiffed || stored.newest.serial !== serial) {
      const step = journal.restart(id, stored, built.serial, { copy });
      return { writes: [...writes, ...step.writes], zone: step.zone };
    }
    const delta = deltaBetween(this.store.reader, this.store.currentVersion(place.number), built.version).finish();
    const appended = this.append(journal, place, stored, [delta]);
    const step = journal.rebase(id, appended.zone, { copy }, config.journalOctets, stored.newest.mark);
    return { writes: [...writes, ...appended.writes, ...step.writes], zone: step.zone };
  }

  /** Whether the deltas since the base are too many: for the bound on the journal, or for the next start. */
  private isRebaseDue({ isRebasing, isSecondary, stored, config }: ZonePlace): boolean {
    if (isRebasing || stored === undefined || stored.base.mark === stored.newest.mark) return false;
    if (stored.newest.mark - stored.oldest.mark > config.journalOctets) return true;
    const sinceBase = stored.newest.mark - stored.base.mark;
    return isSecondary && sinceBase > Math.max(worthNewCopyOctets, stored.copy?.octets ?? 0);
  }

  private wantRebase(place: ZonePlace): void {
    place.isRebasing = true;
    const rebased = place.inTurn(() => this.rebase(place));
    rebased
      .catch((error: Error) => this.say('error', `zone ${place.title}: the journal stays long: ${error.message}`))
      .finally(() => {
        place.isRebasing = false;
      });
  }

  private isRound(journal: Journal, { id, stored }: ZonePlace, deltas: readonly Delta[]): boolean {
    return stored !== undefined && deltas.some(({ toSerial }) => journal.hasSerial(id, stored, toSerial));
  }

  private sayNotKept(place: ZonePlace, error: Error): void {
    this.say('error', `zone ${place.title}: times of its refresh could not be kept: ${error.message}`);
  }

  private say(severity: 'critical' | 'error', message: string): void {
    this.reports.say({ category: 'general', severity, message });
  }
}

/** The process that had the journal has closed its connections first, and is about to end. */
const lockPatienceMs = 10_000;

function isSameStored(before: StoredZone, now: StoredZone | 'damaged' | undefined): boolean {
  return JSON.stringify(before) === JSON.stringify(now);
}
