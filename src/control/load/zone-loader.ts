import { type ViewDeclaration, ZoneStore } from '../../store/zone-store.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import { formatName } from '../../wire/name.ts';
import type {
  LoadSummary,
  ZoneCommand,
  ZoneCommandResult,
  ZoneDescription,
  ZoneOutcome,
  ZoneReloaded,
  ZoneToLoad,
} from '../loader-messages.ts';
import type { PublishOrder } from '../published/publish-messages.ts';
import { PublishedZones } from '../published/published-zones.ts';
import { describePlace } from './describe-place.ts';
import { DynamicFiles } from './dynamic-files.ts';
import { fileSignature } from './file-signature.ts';
import { JournalCare } from './journal-care.ts';
import { KeptZones } from './kept-zones.ts';
import type { LoaderReports } from './load-reports.ts';
import { type LoadMode, PrimaryZones } from './primary-zone.ts';
import { SecondaryZones } from './secondary-zone.ts';
import { formatZone } from './zone-log.ts';
import type { ZonePlace } from './zone-place.ts';
import { ZonePlaces } from './zone-places.ts';
import type { ZoneWriter } from './zone-writer.ts';

/** How long a watched file must stay as it is before it is read: copies and editors write in several steps. */
const quietMs = 1000;
/** A dynamic zone's master file is written so long after the first change that it lacks, as BIND does. */
const mostBehindMs = 15 * 60_000;

export interface LoadOptions {
  readonly strict: boolean;
  /** For journals and copies; taken at the first load that has one. */
  readonly dataDir?: string | undefined;
  /** Leave zones alone that are served from the file that the configuration names. */
  readonly newOnly?: boolean;
  /** In the order in which they are tried; none: all zones are in the default view. */
  readonly views?: readonly ViewDeclaration[];
}

/** Loads zones into the arena and keeps what becomes of them: the one writer. Lives on the loader thread. */
export class ZoneLoader {
  readonly store = ZoneStore.create();
  private readonly reports: LoaderReports;
  private readonly pause: (ms: number) => void;
  private readonly places = new ZonePlaces();
  private readonly kept: KeptZones;
  private readonly published: PublishedZones;
  private readonly primaries: PrimaryZones;
  private readonly secondaries: SecondaryZones;
  private readonly dynamic: DynamicFiles;
  private readonly journals: JournalCare;
  private loading: Promise<unknown> = Promise.resolve();
  private endLoan: () => void = () => undefined;
  /** Those that are in force. */
  private views: readonly ViewDeclaration[] = [];

  /** `pause` blocks this thread for that long; `publishBetweenMs`: see PublishedZones. */
  constructor(reports: LoaderReports, pause = blockThread, publishBetweenMs?: number) {
    this.reports = reports;
    this.pause = pause;
    this.kept = new KeptZones(this.store, this.places, reports);
    this.published = new PublishedZones(this.store, this.places, this.kept, reports, publishBetweenMs);
    this.primaries = new PrimaryZones(this.store, this.kept, reports, this.published);
    this.secondaries = new SecondaryZones(this.store, this.kept, reports);
    this.dynamic = new DynamicFiles(this.store, this.kept, this.primaries, reports);
    this.journals = new JournalCare(this.store, this.kept, this.dynamic);
  }

  /** All zones, for who looks into them on this thread. */
  get servedPlaces(): Pick<ZonePlaces, 'all' | 'find'> {
    return this.places;
  }

  /** For who changes zones: transfers in, updates. */
  get writer(): ZoneWriter {
    return this.kept;
  }

  /** Serve exactly these zones. Those whose files are as they were are left alone. One load after the other. */
  load(zones: readonly ZoneToLoad[], options: LoadOptions): Promise<LoadSummary> {
    const loaded = this.loading.then(() => this.loadNow(zones, options));
    this.loading = loaded.catch(() => undefined);
    return loaded;
  }

  /** Delete what is kept of zones that are not served any more, behind the loads before. */
  forget(zones: readonly ZoneId[]): Promise<void> {
    const forgotten = this.loading.then(async () => {
      for (const id of zones) if (this.findPlaces(id).length === 0) await this.forgetNow(id);
    });
    this.loading = forgotten;
    return forgotten;
  }

  /** Read the file of one zone again where it has changed: also one that is frozen, and has been edited. */
  reload(id: ZoneId): Promise<ZoneReloaded> {
    const reloaded = this.loading.then(() => this.reloadNow(id));
    this.loading = reloaded.catch(() => undefined);
    return reloaded;
  }

  /** `undefined`: there is no such zone. */
  describe(id: ZoneId): ZoneDescription | undefined {
    const [place] = this.findPlaces(id);
    return place === undefined ? undefined : describePlace(this.store, place);
  }

  /** Look at watched files; read those that changed and have been quiet for a while. Call twice a second. */
  async pollWatched(nowMs: number): Promise<void> {
    for (const place of this.places.all) {
      // It has gone while those before it had their turns.
      if (place.isLeaving) continue;
      if (place.config.watch && !place.frozen && isQuietChange(place, nowMs)) await this.loadFile(place, 'raised');
      else if (place.behindSinceMs !== undefined && nowMs - place.behindSinceMs >= mostBehindMs)
        await this.catchUp(place, nowMs);
    }
    this.store.reclaim();
  }

  /** For one zone, or for all dynamic ones. */
  async command(command: ZoneCommand, id: ZoneId | undefined, clean: boolean): Promise<readonly ZoneCommandResult[]> {
    const places = id === undefined ? this.places.all.filter((place) => concerns(command, place)) : this.findPlaces(id);
    const results: ZoneCommandResult[] = [];
    for (const place of places) {
      // The same: there is nothing to be done any more.
      if (place.isLeaving) continue;
      const problem = await place.inTurn(() => this.run(command, place, clean));
      if (this.published.needsJoin(place)) await this.inTurn(place, () => this.published.join(place));
      this.published.review(place);
      if (id !== undefined || problem !== undefined) this.sayResult(command, place, clean, problem);
      results.push({ title: place.title, problem });
    }
    if (id === undefined && results.every(({ problem }) => problem === undefined)) this.sayAll(command, clean);
    return results;
  }

  /**
   * Write the master files of dynamic zones and close the journal, which another server opens then. Until `takeBack` loads, and all that
   * wants its turn with a zone that is kept, wait.
   */
  async lend(): Promise<void> {
    const { promise: returned, resolve } = Promise.withResolvers<void>();
    this.endLoan = resolve;
    const { loading } = this;
    this.loading = loading.then(() => returned);
    await loading;
    const kept = this.places.all.filter(({ takesTime }) => takesTime);
    await Promise.all(kept.map((place) => this.holdTurn(place, returned)));
    await this.kept.lend();
  }

  /** Open the journal again and let those go on who wait. */
  async takeBack(): Promise<void> {
    await this.kept.takeBack();
    this.endLoan();
  }

  /** Resolves when it is held, its file written. */
  private async holdTurn(place: ZonePlace, until: Promise<void>): Promise<void> {
    const { promise: held, resolve: hold } = Promise.withResolvers<void>();
    const turn = place.inTurn(async () => {
      try {
        await this.bringUp(place);
      } finally {
        hold();
      }
      await until;
    });
    // It may have gone before its turn came.
    turn.catch(hold);
    await held;
  }

  /** Of health, into what secondaries get. What comes of it is reported. */
  publish(order: PublishOrder): void {
    this.published.order(order);
  }

  /** Write the master files of dynamic zones and close the journal. Nothing may be asked for after this. */
  async stop(): Promise<void> {
    await this.loading;
    this.published.stop();
    for (const place of this.places.all) {
      await place.leave();
      await this.bringUp(place);
    }
    await this.kept.close();
  }

  private async bringUp(place: ZonePlace): Promise<void> {
    if (place.behindSinceMs === undefined || place.trouble !== undefined) return;
    const problem = await this.dynamic.sync(place);
    if (problem !== undefined) this.sayResult('sync', place, false, problem);
  }

  private async loadNow(zones: readonly ZoneToLoad[], options: LoadOptions): Promise<LoadSummary> {
    const { strict, dataDir, newOnly = false, views = [] } = options;
    const isStricter = strict && !this.primaries.strict;
    this.primaries.strict = strict;
    for (const place of this.places.endingDynamic(zones)) await place.inTurn(() => this.bringUp(place));
    for (const place of this.places.endingPublished(zones)) await this.inTurn(place, () => this.published.end(place));
    const leaving = await this.declare(zones, views);
    const { all } = this.places;
    if (this.kept.isNeeded(dataDir) || all.some((place) => place.takesTime)) await this.kept.open(dataDir);
    const changed: ZonePlace[] = [];
    for (const place of all) {
      if (leaving.has(place)) continue;
      if (place.isSecondary) this.secondaries.load(place, Date.now() / 1000);
      else if (newOnly && place.servedSignature !== undefined && !place.config.isGenerated) continue;
      else if (!isLeftAlone(place, isStricter) && (await this.loadFile(place, 'first-try')).kind === 'changed')
        changed.push(place);
    }
    // A copy in the middle: files are given the time that watched ones get, all of them once.
    if (changed.length > 0) this.pause(quietMs);
    for (const place of changed) await this.loadFile(place, 'last-try');
    for (const place of all)
      if (this.published.needsJoin(place)) await this.inTurn(place, () => this.published.join(place));
    if (!isSameViews(this.views, views)) await this.places.declare(zones, views, this.store);
    this.views = views;
    this.store.reclaim();
    return summarize(this.places.all);
  }

  /**
   * Say which zones there are. With other views than before first those of both, seen as before: what the new views have is loaded
   * while the old ones answer, and one word changes views and zones. Gives those that go then.
   */
  private async declare(
    zones: readonly ZoneToLoad[],
    views: readonly ViewDeclaration[],
  ): Promise<ReadonlySet<ZonePlace>> {
    const isFirst = this.places.all.length === 0;
    const leaving = isFirst || isSameViews(this.views, views) ? [] : this.places.goneFrom(zones);
    if (isFirst) this.views = views;
    await this.places.declare([...zones, ...leaving.map(({ config }) => config)], this.views, this.store);
    return new Set(leaving);
  }

  private async forgetNow(id: ZoneId): Promise<void> {
    try {
      await this.kept.forget(id);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `zone ${formatName(id.apex)}: what is kept of it can't be deleted: ${reason}`;
      this.reports.say({ category: 'general', severity: 'error', message });
    }
  }

  private async reloadNow(id: ZoneId): Promise<ZoneReloaded> {
    const [place] = this.findPlaces(id);
    if (place === undefined) return { kind: 'unknown' };
    if (place.files.length === 0 || place.servedSignature === fileSignature(place.files)) return { kind: 'left' };
    const outcome = await this.loadFile(place, 'first-try');
    if (outcome.kind !== 'changed') return outcome;
    this.pause(quietMs);
    return await this.loadFile(place, 'last-try');
  }

  private async loadFile(place: ZonePlace, mode: LoadMode): Promise<ZoneOutcome> {
    const outcome = await (place.takesTime || this.kept.mayHavePublished
      ? place.inTurn(() => this.primaries.load(place, mode))
      : this.primaries.load(place, mode));
    this.reports.outcome(outcome);
    return outcome;
  }

  /** What fails is said. */
  private async inTurn(place: ZonePlace, work: () => Promise<void>): Promise<void> {
    try {
      await place.inTurn(work);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `zone ${place.title}: its health can't be published: ${reason}`;
      this.reports.say({ category: 'health', severity: 'error', message });
    }
  }

  private async catchUp(place: ZonePlace, nowMs: number): Promise<void> {
    const problem = await place.inTurn(() => this.dynamic.sync(place));
    if (problem === undefined) return;
    // Tried again after the same time.
    place.behindSinceMs = nowMs;
    this.sayResult('sync', place, false, problem);
  }

  private findPlaces({ view, class: zoneClass, apex }: ZoneId): readonly ZonePlace[] {
    const place = this.places.find(view, zoneClass, apex);
    return place === undefined ? [] : [place];
  }

  private async run(command: ZoneCommand, place: ZonePlace, clean: boolean): Promise<string | undefined> {
    switch (command) {
      case 'freeze':
        return await this.dynamic.freeze(place);
      case 'thaw':
        return await this.dynamic.thaw(place);
      case 'sync':
        return await this.dynamic.sync(place, clean);
      case 'check-journal':
        return this.journals.check(place);
      case 'reset-journal':
        return await this.journals.reset(place);
    }
  }

  /** In BIND's words, which have the view behind the quotes. */
  private sayResult(
    command: ZoneCommand,
    { config, title }: ZonePlace,
    clean: boolean,
    problem: string | undefined,
  ): void {
    const { viewName, ...zone } = config;
    const quoted = `'${formatZone(zone)}'${viewName === undefined ? '' : ` ${viewName}`}`;
    const what = {
      freeze: `freezing zone ${quoted}`,
      thaw: `thawing zone ${quoted}`,
      sync: `sync: dumping zone ${quoted}${clean ? ', removing journal file' : ''}`,
      'check-journal': `checking the journal of zone '${title}'`,
      'reset-journal': `beginning the journal of zone '${title}' anew`,
    }[command];
    const severity = problem === undefined ? 'info' : 'error';
    this.reports.say({ category: 'general', severity, message: `${what}: ${problem ?? 'success'}` });
  }

  private sayAll(command: ZoneCommand, clean: boolean): void {
    const what = {
      freeze: 'freezing all zones',
      thaw: 'thawing all zones',
      sync: `dumping all zones${clean ? ', removing journal files' : ''}`,
      'check-journal': 'checking all journals',
      'reset-journal': 'beginning all journals anew',
    }[command];
    this.reports.say({ category: 'general', severity: 'info', message: `${what}: success` });
  }
}

function blockThread(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Its file is the one that is served, or somebody is editing it. */
function isLeftAlone(place: ZonePlace, isStricter: boolean): boolean {
  if (place.frozen && place.serial !== undefined) return true;
  return !isStricter && place.servedSignature !== undefined && place.servedSignature === fileSignature(place.files);
}

/** Whether a command for all zones is for this one, too. What loses changes is done for zones that were named only. */
function concerns(command: ZoneCommand, place: ZonePlace): boolean {
  switch (command) {
    case 'freeze':
      return place.isDynamic && !place.frozen;
    case 'thaw':
      return place.isDynamic && place.frozen && place.trouble === undefined;
    case 'sync':
      return place.isDynamic;
    case 'check-journal':
      return place.hasJournal;
    case 'reset-journal':
      return false;
  }
}

function isSameViews(before: readonly ViewDeclaration[], after: readonly ViewDeclaration[]): boolean {
  const textOf = (views: readonly ViewDeclaration[]) =>
    JSON.stringify(
      views.map((view) => [view.number, view.matchClients, view.matchDestinations, view.matchRecursiveOnly]),
    );
  return textOf(before) === textOf(after);
}

function isQuietChange(place: ZonePlace, nowMs: number): boolean {
  const signature = fileSignature(place.files);
  if (signature === place.readSignature) {
    place.changing = undefined;
    return false;
  }
  if (place.changing?.signature !== signature) {
    place.changing = { signature, sinceMs: nowMs };
    return false;
  }
  return nowMs - place.changing.sinceMs >= quietMs;
}

function summarize(places: readonly ZonePlace[]): LoadSummary {
  const isCurrent = (place: ZonePlace) =>
    place.isSecondary ||
    (place.servedSignature !== undefined && (place.frozen || place.servedSignature === place.readSignature));
  return {
    zones: places.length,
    loadedZones: places.filter(({ serial }) => serial !== undefined).length,
    refusedZones: places.filter((place) => !isCurrent(place)).length,
    waitingZones: places.filter((place) => place.isSecondary && place.serial === undefined).length,
    records: places.reduce((sum, { records }) => sum + records, 0),
  };
}
