/**
 * The zones to serve: those of the configuration, the members of its catalogs, and the catalogs made of them (RFC 9432). What a
 * catalog lists is in its view.
 */
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import { Class } from '../../wire/codes.ts';
import { nameText } from '../../wire/name.ts';
import type { CatalogConfig, Config, ViewConfig, ZoneConfig } from '../config/config.ts';
import { writtenViews } from '../config/views.ts';
import type { LoaderListener } from '../load/loader.ts';
import type { LoadSummary, ZonePublished } from '../loader-messages.ts';
import type { Log } from '../log/log.ts';
import { logMemberEvent } from './catalog-log.ts';
import { CatalogReader } from './catalog-reader.ts';
import { readMembers, writeMembers } from './member-file.ts';
import { type MemberEvent, MemberTable, nameKey, type OwnedMember } from './member-table.ts';

/** What it needs of the loader thread. */
export interface CatalogLoader {
  readonly arena: Promise<SharedArrayBuffer>;
  load(
    zones: readonly ZoneConfig[],
    strict: boolean,
    dataDir?: string,
    newOnly?: boolean,
    views?: readonly ViewConfig[],
  ): Promise<LoadSummary>;
  /** Behind the loads before it. */
  forget(zones: readonly ZoneId[]): void;
}

/** Something that a catalog leads to, in its view. */
interface ViewEvent {
  readonly catalog: CatalogConfig;
  readonly event: MemberEvent;
}

/** After an update the next ones are taken together, so long at least (BIND's min-update-interval is 5 s). */
const usualPauseMs = 1000;

export class Catalogs implements LoaderListener {
  private readonly loader: CatalogLoader;
  private readonly log: Log;
  private readonly announce: (config: Config) => void;
  private readonly pauseMs: number;
  /** By the numbers of views. */
  private tables = new Map<number, MemberTable>();
  private config: Config | undefined;
  private catalogs: ReadonlyMap<string, CatalogConfig> = new Map();
  private reader: CatalogReader | undefined;
  private isRestored = false;
  /** Catalogs that were published since they were read. */
  private readonly news = new Set<string>();
  private turn: Promise<unknown> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private updatedMs = Number.NEGATIVE_INFINITY;
  private isStopped = false;

  /** `announce` is told of the configuration with all zones, before the loader gets them. */
  constructor(loader: CatalogLoader, log: Log, announce: (config: Config) => void, pauseMs = usualPauseMs) {
    this.loader = loader;
    this.log = log;
    this.announce = announce;
    this.pauseMs = pauseMs;
  }

  /** Serve the zones of the configuration, and what follows from those of them that are catalogs. `newOnly`: see LoadOptions. */
  load(config: Config, newOnly = false): Promise<LoadSummary> {
    return this.inTurn(async () => {
      this.take(config);
      const summary = await this.serve(config, undefined, newOnly);
      return (await this.follow(config)) ?? summary;
    });
  }

  published({ id }: ZonePublished): void {
    const key = catalogKey(id);
    if (id.class !== Class.in || !this.catalogs.has(key)) return;
    this.news.add(key);
    this.timer ??= setTimeout(() => this.catchUp(), Math.max(0, this.updatedMs + this.pauseMs - performance.now()));
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private catchUp(): void {
    this.timer = undefined;
    const { config } = this;
    if (config === undefined) return;
    this.inTurn(() => this.follow(this.config ?? config)).catch((error: Error) => {
      if (!this.isStopped) this.log.error('general', `catz: failed merging zones: ${error.message}`);
    });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private take(config: Config): void {
    const before = this.catalogs;
    this.config = config;
    this.catalogs = new Map(config.catalogs.map((catalog) => [catalogKey(catalog), catalog]));
    this.tables = new Map(
      [...new Set(config.catalogs.map(({ view }) => view))].map((view) => [view, this.tableFor(view, config)]),
    );
    if (!this.isRestored) this.restore(config);
    // Those that were served already, without being catalogs.
    for (const key of this.catalogs.keys()) if (!before.has(key)) this.news.add(key);
  }

  private tableFor(view: number, { zones, catalogs }: Config): MemberTable {
    const table = this.tables.get(view) ?? new MemberTable();
    table.configure(
      zones.filter((zone) => zone.view === view).map(({ apex }) => apex),
      catalogs.filter((catalog) => catalog.view === view).map(({ apex }) => nameKey(apex)),
    );
    return table;
  }

  private tableOf({ view }: Pick<CatalogConfig, 'view'>): MemberTable {
    return this.tables.get(view) as MemberTable;
  }

  private restore({ dataDir }: Config): void {
    if (dataDir === undefined || this.catalogs.size === 0) return;
    this.isRestored = true;
    const kept = readMembers(dataDir);
    if (typeof kept === 'string') {
      this.log.warning('general', `catz: ${kept}; members are served when their catalogs have been read`);
      return;
    }
    for (const catalog of this.catalogs.values()) {
      this.tableOf(catalog).restore(nameKey(catalog.apex), kept.get(keptKey(catalog)) ?? []);
    }
  }

  /** Read the catalogs that have news, and serve what they say. Gives what came of the last load, if there was one. */
  private async follow(config: Config): Promise<LoadSummary | undefined> {
    let summary: LoadSummary | undefined;
    while (this.news.size > 0 && !this.isStopped) {
      this.updatedMs = performance.now();
      // In the order of the configuration: of two that list the same zone the first one has it.
      const keys = [...this.catalogs.keys()].filter((key) => this.news.has(key));
      this.news.clear();
      this.reader ??= new CatalogReader(await this.loader.arena);
      const { reader } = this;
      const events = keys.flatMap((key) => this.read(reader, key));
      const isChange = events.some(({ event }) => event.kind !== 'clash');
      if (isChange) summary = await this.apply(config, events);
      else for (const { event } of events) logMemberEvent(this.log, event);
      await this.keep(config);
    }
    return summary;
  }

  private read(reader: CatalogReader, key: string): readonly ViewEvent[] {
    const catalog = this.catalogs.get(key) as CatalogConfig;
    const { view, apex } = catalog;
    const content = reader.read(view, apex);
    const name = nameText(apex);
    if (content === undefined) return [];
    this.log.info('general', `catz: updating catalog zone '${name}' with serial ${content.serial}`);
    if (content.kind === 'good') {
      return this.tableOf(catalog)
        .take(nameKey(apex), content.members)
        .map((event) => ({ catalog, event }));
    }
    const detail = 'its members stay as they were until it is mended';
    this.log.event('general', 'error', `catz: new catalog zone '${name}' is broken and will not be processed`, {
      detail: `${content.problem}; ${detail}`,
    });
    return [];
  }

  private async apply(config: Config, events: readonly ViewEvent[]): Promise<LoadSummary> {
    const gone = events
      .filter(({ event }) => isStateGone(event))
      .map(({ catalog: { view, viewName }, event }): ZoneId => {
        return { view, viewName, class: Class.in, apex: event.member.apex };
      });
    const resets = gone.filter((id) => this.tableOf(id).has(id.apex));
    if (resets.length > 0) {
      await this.serve(config, new Set(resets.map(catalogKey)));
      this.forget(resets);
    }
    for (const { event } of events) logMemberEvent(this.log, event);
    const summary = await this.serve(config);
    this.forget(gone.filter((id) => !this.tableOf(id).has(id.apex)));
    return summary;
  }

  private forget(zones: readonly ZoneId[]): void {
    if (zones.length > 0) this.loader.forget(zones);
  }

  private async keep({ dataDir }: Config): Promise<void> {
    if (dataDir === undefined) return;
    try {
      const lists = [...this.catalogs.values()].map(
        (catalog) => [keptKey(catalog), this.tableOf(catalog).listOf(nameKey(catalog.apex))] as const,
      );
      await writeMembers(dataDir, new Map(lists));
    } catch (error) {
      this.log.error('general', `catz: members can't be kept over a restart: ${(error as Error).message}`);
    }
  }

  private async serve(config: Config, hidden?: ReadonlySet<string>, newOnly = false): Promise<LoadSummary> {
    const members = [...this.tables]
      .flatMap(([view, table]) => [...table.members].map((owned) => this.configOf(view, owned)))
      .filter((zone) => hidden?.has(catalogKey(zone)) !== true);
    const zones = [...config.zones, ...members];
    const complete = await this.generate(zones, config);
    this.announce({ ...config, zones: complete });
    return await this.loader.load(complete, config.strict, config.dataDir, newOnly, writtenViews(config));
  }

  /** The zones, with the files of those that are generated. */
  private async generate(zones: readonly ZoneConfig[], { dataDir }: Config): Promise<readonly ZoneConfig[]> {
    if (dataDir === undefined || !zones.some(({ isGenerated }) => isGenerated)) return zones;
    const { generateCatalog, listedZones } = await import('./generated-catalogs.ts');
    const now = Math.floor(Date.now() / 1000);
    const complete: ZoneConfig[] = [];
    for (const written of zones) {
      if (!written.isGenerated) {
        complete.push(written);
        continue;
      }
      const listed = listedZones(zones.filter(({ view }) => view === written.view)).get(nameKey(written.apex));
      const { zone, problem } = await generateCatalog(dataDir, written, listed ?? [], now);
      if (problem !== undefined) this.log.error('general', `catalog ${zone.name} can't be written: ${problem}`);
      complete.push(zone);
    }
    return complete;
  }

  /** The zone that a member is served as: as its group says, the first one that is known here, else as all members. */
  private configOf(view: number, { member, catalog }: OwnedMember): ZoneConfig {
    const { members, groups } = this.catalogs.get(`${view} ${catalog}`) as CatalogConfig;
    const group = member.groups.find((name) => groups.has(name));
    const template = group === undefined ? members : (groups.get(group) as ZoneConfig);
    return { ...template, name: nameText(member.apex), apex: member.apex };
  }
}

/** Among the zones of all views. */
function catalogKey({ view, apex }: Pick<ZoneConfig, 'view' | 'apex'>): string {
  return `${view} ${nameKey(apex)}`;
}

/** On disk, where a view has its name. A name of the DNS has no blank in it that isn't escaped. */
function keptKey({ viewName, apex }: CatalogConfig): string {
  return viewName === undefined ? nameKey(apex) : `${viewName} ${nameKey(apex)}`;
}

/** Whether what is kept of the zone goes (RFC 9432 §5.3, §5.4). */
function isStateGone(event: MemberEvent): boolean {
  return event.kind === 'deleted' || event.kind === 'reset' || (event.kind === 'moved' && event.isReset);
}
