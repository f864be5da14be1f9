/**
 * Zones of which health is written into what secondaries get (`publish: true`). Lives on the loader thread.
 *
 *     the zone itself   as its operator has it: answers, steering, UPDATE, freeze and sync know nothing of this
 *     beside it         a small zone of the same serial with the sets that differ (overlay.ts), for transfers (dataplane/transfer-desk.ts)
 *     a second journal  the differences of what secondaries have had, for IXFR, and what is to be in force after a restart
 *
 * Each publication gives the zone the next serial: in one transaction with the zone's own change, if it has one, then the part beside it
 * is published, then the zone.
 */
import { isNewerSerial } from '../../base/serial.ts';
import type { BuiltZone, ZoneStore } from '../../store/zone-store.ts';
import type { StoredZone } from '../../transfer/journal/stored-zone.ts';
import { publishedIdOf } from '../../transfer/journal/zone-id.ts';
import { raiseSerial, serialBehind } from '../../transfer/update/apply-updates.ts';
import { contentSignature } from '../load/file-signature.ts';
import type { KeptZones } from '../load/kept-zones.ts';
import type { LoaderReports } from '../load/load-reports.ts';
import { publishPlace } from '../load/publish.ts';
import type { StagedPart } from '../load/staged-part.ts';
import type { ZonePlace } from '../load/zone-place.ts';
import type { ZonePlaces } from '../load/zone-places.ts';
import { deltaBetween } from '../load/zone-records.ts';
import { NotDurableError } from '../load/zone-writer.ts';
import { emptyOverlay, findObstacle, findOverlay } from './overlay.ts';
import { PartStager, type TakenFile } from './part-stager.ts';
import type { PublishOrder, PublishReport } from './publish-messages.ts';
import { joinWishes, readWishes } from './publish-wish.ts';
import { PublishedLog } from './published-log.ts';
import { PublishedPart } from './published-part.ts';

/** A zone's serial moves so often at most for its health: each move costs every secondary a transfer. */
const leastBetweenMs = 5000;

/** Where the disk did not take it. */
const retryMs = 30_000;

export class PublishedZones {
  private readonly store: ZoneStore;
  private readonly places: ZonePlaces;
  private readonly kept: KeptZones;
  private readonly reports: LoaderReports;
  private readonly tell: (report: PublishReport) => void;
  private readonly betweenMs: number;
  private readonly log: PublishedLog;
  private readonly stager: PartStager;

  constructor(
    store: ZoneStore,
    places: ZonePlaces,
    kept: KeptZones,
    reports: LoaderReports,
    betweenMs = leastBetweenMs,
  ) {
    this.store = store;
    this.places = places;
    this.kept = kept;
    this.reports = reports;
    this.tell = (report) => reports.publishedHealth?.(report);
    this.betweenMs = betweenMs;
    this.log = new PublishedLog(reports);
    this.stager = new PartStager(store, kept, this.log);
    kept.stagePart = (place, built) => this.stager.stage(place, built);
  }

  /** Before the zone's first version: what was published of it when the server ended. */
  recall(place: ZonePlace): void {
    const { journal } = this.kept;
    const { wantsPublishing } = place;
    if (wantsPublishing) place.published ??= new PublishedPart();
    const isKnown = place.published?.stored !== undefined;
    if (place.isSecondary || isKnown || journal === undefined) {
      if (place.published !== undefined && journal === undefined) place.published.trouble = this.kept.missing;
      return;
    }
    if (!wantsPublishing && !this.kept.mayHavePublished) return;
    const stored = journal.readZone(publishedIdOf(place.id));
    if (stored === 'damaged') this.log.sayDamaged(place);
    if (stored === undefined || stored === 'damaged') return;
    const part = place.published ?? new PublishedPart();
    part.stored = stored;
    part.isWanted = wantsPublishing;
    part.wishes = wantsPublishing ? readWishes(stored.published?.wishes) : [];
    place.published = part;
  }

  /** Whether this version of a static zone gets its serial here, not from its file alone. */
  givesSerial(place: ZonePlace, built: BuiltZone): boolean {
    const { published } = place;
    if (published === undefined || place.isDynamic || this.kept.journal === undefined) return false;
    return findObstacle(this.store.reader, built.version) === undefined;
  }

  /** Publish what lies beside the zone for a version that is published, and was not staged here. */
  follow(place: ZonePlace): void {
    const { published } = place;
    if (published === undefined || place.serial === undefined) return;
    const version = this.store.currentVersion(place.number);
    published.trouble = this.kept.missing ?? findObstacle(this.store.reader, version) ?? place.trouble;
    this.stager.publishBeside(place, version, emptyOverlay);
    this.log.sayTrouble(place, published);
  }

  /** Whether `join` has something to do. */
  needsJoin(place: ZonePlace): boolean {
    const { published, serial, wantsPublishing } = place;
    if (serial === undefined) return false;
    if (!wantsPublishing) return published !== undefined;
    if (published?.isWanted !== true || published.besideSerial !== serial) return true;
    return published.stored === undefined && published.trouble === undefined;
  }

  /**
   * A dynamic zone is served as its file and its journal have it, or a zone that was served already shall be published from now on:
   * go on from what secondaries have. In the zone's turn.
   */
  async join(place: ZonePlace): Promise<void> {
    this.recall(place);
    const { published, serial } = place;
    if (published === undefined || serial === undefined) return;
    if (!place.wantsPublishing) return this.leave(place, published);
    published.isWanted = true;
    const { reader } = this.store;
    const version = this.store.currentVersion(place.number);
    published.trouble = this.kept.missing ?? findObstacle(reader, version) ?? place.trouble;
    if (published.trouble !== undefined) return this.follow(place);
    const { stored } = published;
    const overlay = findOverlay(reader, version, published.wishes);
    const isAsBefore = stored?.newest.serial === serial && stored.published?.digest === overlay.digest;
    if (isAsBefore) return this.stager.publishBeside(place, version, overlay);
    if (stored !== undefined && !isNewerSerial(serial, stored.newest.serial)) {
      this.stager.publishBeside(place, version, emptyOverlay);
      // Secondaries have something else under this serial, or a newer one: no difference leads on from that.
      published.stored = undefined;
      await this.raise(place, stored.newest.serial);
      return;
    }
    const file = place.isDynamic ? undefined : { signature: contentSignature(place.files), serial };
    const part = this.stager.stage(place, undefined, file);
    await this.stager.write(part?.writes);
    part?.publish();
  }

  /** The first version of a static zone since the start is what secondaries have had before it. */
  resume(place: ZonePlace, built: BuiltZone): boolean {
    const part = place.published as PublishedPart;
    const overlay = part.isWanted ? findOverlay(this.store.reader, built.version, part.wishes) : emptyOverlay;
    if (overlay.digest !== part.stored?.published?.digest) return false;
    this.stager.publishBeside(place, built.version, overlay);
    return true;
  }

  /** What main wants to be published. */
  order({ zone, order, wishes, isSettled }: PublishOrder): void {
    const place = this.places.find(zone.view, zone.class, zone.apex);
    const part = place?.published;
    if (place === undefined || part === undefined || !part.isWanted) {
      this.tell({ zone, order, serial: undefined, degradedSets: 0, problem: 'the zone is not published' });
      return;
    }
    part.order = order;
    part.wishes = isSettled ? wishes : joinWishes(readWishes(part.stored?.published?.wishes), wishes);
    const waitMs = part.lastMs + this.betweenMs - performance.now();
    this.lookAfter(place, part, Math.max(0, waitMs));
  }

  /** Something has changed that may have been in the way. */
  review(place: ZonePlace): void {
    const part = place.published;
    if (part?.isWanted === true) this.lookAfter(place, part, 0);
  }

  /** The configuration says no more that it be published: secondaries get it as configured, under one more serial. In its turn. */
  async end(place: ZonePlace): Promise<void> {
    const { published } = place;
    if (published === undefined) return;
    clearTimeout(published.timer);
    published.timer = undefined;
    published.wishes = [];
    if (published.stored !== undefined && place.serial !== undefined && published.overlay.sets.size > 0) {
      await this.raise(place, place.serial);
    }
    published.isWanted = false;
    await this.release(place, published);
  }

  /** A zone that was published when the server ended, and is not to be any more. */
  private async leave(place: ZonePlace, published: PublishedPart): Promise<void> {
    const { stored } = published;
    const serial = place.serial as number;
    if (place.isDynamic && stored !== undefined && place.trouble === undefined) {
      const hasOther = stored.published?.digest !== emptyOverlay.digest || isNewerSerial(stored.newest.serial, serial);
      published.stored = undefined;
      if (hasOther)
        await this.raise(place, isNewerSerial(stored.newest.serial, serial) ? stored.newest.serial : serial);
    }
    await this.release(place, published);
  }

  /** Forget a zone that is published no more: a static one when its file's own serial is the served one. */
  private async release(place: ZonePlace, published: PublishedPart): Promise<void> {
    const { fileSerial } = published;
    const { stored } = place;
    const { journal } = this.kept;
    if (journal === undefined || place.serial === undefined) return;
    if (!place.isDynamic && fileSerial !== undefined && place.serial !== fileSerial) {
      this.log.sayKeptSerial(place, published, fileSerial);
      return;
    }
    // Differences of the zone itself don't fit what secondaries had until now.
    const own = place.isDynamic && stored !== undefined ? { ...stored, oldest: stored.newest } : stored;
    const step = own === undefined ? undefined : journal.putZone(place.id, own);
    await journal.write({ writes: [...journal.forget(publishedIdOf(place.id)).writes, ...(step?.writes ?? [])] });
    place.stored = own;
    place.published = undefined;
  }

  /** For a static zone: the serial of a file that is taken, and whether that is another than it has. */
  nextSerial(place: ZonePlace, file: TakenFile): number {
    const known = [place.published?.stored?.newest.serial, place.serial].filter((serial) => serial !== undefined);
    if (known.every((serial) => isNewerSerial(file.serial, serial))) return file.serial;
    return serialBehind(known.reduce((last, serial) => (isNewerSerial(serial, last) ? serial : last)));
  }

  /** Of a static zone: what secondaries have had before this server served it. */
  lastSerial({ published }: ZonePlace): number | undefined {
    return published?.stored?.newest.serial;
  }

  fileSerialOf({ published }: ZonePlace): number | undefined {
    return published?.fileSerial;
  }

  /** The same after a restart, with a file that is the one of before. */
  isFileAsBefore(place: ZonePlace, file: TakenFile): boolean {
    const stored = place.published?.stored;
    // It took updates until now: its file is what the server wrote last.
    if (stored?.file === undefined) return stored?.newest.serial === file.serial;
    return stored.file === file.signature;
  }

  /** Keep and publish a version of a static zone. Rejects with `NotDurableError`, and discards it, where it can't be kept. */
  async take(place: ZonePlace, built: BuiltZone, file: TakenFile | undefined, publish: () => void): Promise<void> {
    let part: StagedPart | undefined;
    try {
      part = this.stager.stage(place, built, file);
      await this.stager.write(part?.writes);
    } catch (error) {
      part?.discard();
      this.store.discard(built);
      throw error;
    }
    part?.publish();
    publish();
  }

  /** The file is another one with the same content. */
  async noteFile(place: ZonePlace, { signature, serial }: TakenFile): Promise<void> {
    const { published } = place;
    if (published?.stored === undefined) return;
    const stored = withFile(published.stored, signature, serial);
    await this.stager.write((journal) => journal.putZone(publishedIdOf(place.id), stored).writes);
    published.stored = stored;
  }

  stop(): void {
    for (const { published } of this.places.all) clearTimeout(published?.timer);
  }

  /** At the earliest of the times that are asked for. */
  private lookAfter(place: ZonePlace, part: PublishedPart, delayMs: number): void {
    const dueMs = performance.now() + delayMs;
    if (part.timer !== undefined && part.dueMs <= dueMs) return;
    clearTimeout(part.timer);
    part.dueMs = dueMs;
    part.timer = setTimeout(() => this.takeTurn(place), delayMs);
  }

  private takeTurn(place: ZonePlace): void {
    // It may have gone since.
    if (this.places.get(place.number) !== place) return;
    place.inTurn(() => this.run(place)).catch((error: Error) => this.fail(place, error));
  }

  private fail(place: ZonePlace, error: Error): void {
    if (place.published !== undefined) this.log.sayFailed(place, place.published, error.message);
  }

  private async run(place: ZonePlace): Promise<void> {
    const { published } = place;
    if (published === undefined) return;
    published.timer = undefined;
    const { order } = published;
    const problem = await this.putIntoEffect(place, published);
    const { serial } = place;
    this.tell({ zone: place.id, order, serial, degradedSets: published.overlay.sets.size, problem });
  }

  /** Gives why not. */
  private async putIntoEffect(place: ZonePlace, part: PublishedPart): Promise<string | undefined> {
    if (place.serial === undefined) return 'the zone is not loaded';
    const problem = this.kept.missing ?? place.trouble ?? part.trouble;
    if (problem !== undefined) return problem;
    // Its file is the zone, until it is thawed: a serial that moved would be in the way of the one that the editor writes.
    if (place.frozen) return 'the zone is frozen; its health is published when it is thawed';
    const { reader } = this.store;
    const overlay = findOverlay(reader, this.store.currentVersion(place.number), part.wishes);
    if (overlay.digest === part.overlay.digest) return undefined;
    try {
      await this.raise(place, place.serial);
      return undefined;
    } catch (error) {
      if (!(error instanceof NotDurableError)) throw error;
      this.log.sayFailed(place, part, error.message);
      // The disk may have room again.
      this.lookAfter(place, part, retryMs);
      return error.message;
    }
  }

  /** The same zone under a serial behind `serial`, with what is wished for now. */
  private async raise(place: ZonePlace, serial: number): Promise<void> {
    const { store } = this;
    const { apex, class: zoneClass } = place.id;
    if (place.published !== undefined) place.published.lastMs = performance.now();
    const change = store.startChange(place.number);
    raiseSerial(change, apex, zoneClass, serial);
    const built = change.finish();
    if (place.isDynamic) {
      const delta = deltaBetween(store.reader, store.currentVersion(place.number), built.version).finish();
      await this.kept.commit(place, built, delta, 'update');
      return;
    }
    await this.take(place, built, undefined, () => publishPlace(store, this.reports, place, built, 'update'));
  }
}

function withFile(stored: StoredZone, signature: string, fileSerial: number): StoredZone {
  const published = { wishes: [], digest: '', ...stored.published, fileSerial };
  return { ...stored, file: signature, published };
}
