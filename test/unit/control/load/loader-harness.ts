/** A loader with zones in a folder of its own and everything it tells, for tests of what changes zones. */
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultZone } from '../../../../src/control/config/default-zone.ts';
import type { LoaderReports } from '../../../../src/control/load/load-reports.ts';
import { ZoneLoader } from '../../../../src/control/load/zone-loader.ts';
import { deltaBetween, visitRecords } from '../../../../src/control/load/zone-records.ts';
import type { ManagedZone } from '../../../../src/control/load/zone-writer.ts';
import type {
  LoaderLine,
  LoadSummary,
  PublishReason,
  SecondaryZone,
  ZoneOutcome,
  ZonePublished,
  ZoneToLoad,
} from '../../../../src/control/loader-messages.ts';
import type { PublishReport } from '../../../../src/control/published/publish-messages.ts';
import type { ViewDeclaration } from '../../../../src/store/zone-store.ts';
import { Type } from '../../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { parseZone } from '../../../../src/zonefile/parse-zone.ts';
import { printRecord } from '../../../../src/zonefile/print-record.ts';
import type { ParsedRecord } from '../../../../src/zonefile/record-sink.ts';
import { openFromMemory } from '../../../../src/zonefile/zone-source.ts';

let writes = 0;

export class LoaderHarness {
  readonly folder: string;
  readonly dataDir: string;
  readonly outcomes: ZoneOutcome[] = [];
  readonly lines: LoaderLine[] = [];
  readonly published: ZonePublished[] = [];
  readonly secondaries: SecondaryZone[] = [];
  readonly publishReports: PublishReport[] = [];
  /** The least time between two serials of a zone for its health. */
  publishBetweenMs = 0;
  loader = this.newLoader();
  /** Given at each load. */
  views: readonly ViewDeclaration[] = [];
  /** The view in which zones are looked for. */
  view = 0;

  /** In a folder that is there already, or in one of its own. */
  constructor(folder = mkdtempSync(join(tmpdir(), 'ringzone-loader-'))) {
    this.folder = folder;
    this.dataDir = join(folder, 'data');
  }

  reports(): LoaderReports {
    return {
      loading: () => undefined,
      outcome: (outcome) => this.outcomes.push(outcome),
      say: (line) => this.lines.push(line),
      published: (published) => this.published.push(published),
      secondary: (secondary) => this.secondaries.push(secondary),
      publishedHealth: (report) => this.publishReports.push(report),
    };
  }

  private newLoader(): ZoneLoader {
    return new ZoneLoader(this.reports(), undefined, this.publishBetweenMs);
  }

  load(...zones: ZoneToLoad[]): Promise<LoadSummary> {
    return this.loader.load(zones, { strict: false, dataDir: this.dataDir, views: this.views });
  }

  /** Stop as the server does, and begin with a new loader that knows nothing. */
  async restart(...zones: ZoneToLoad[]): Promise<LoadSummary> {
    await this.loader.stop();
    this.forgetTold();
    this.loader = this.newLoader();
    return await this.load(...zones);
  }

  /** End as by kill -9: nothing is on disk but what was there at this moment. `restart` goes on from it. */
  async crash(): Promise<void> {
    const image = mkdtempSync(join(tmpdir(), 'ringzone-image-'));
    cpSync(this.folder, image, { recursive: true, preserveTimestamps: true });
    await this.loader.stop();
    rmSync(this.folder, { recursive: true });
    renameSync(image, this.folder);
    this.loader = this.newLoader();
  }

  async end(): Promise<void> {
    await this.loader.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  forgetTold(): void {
    const { outcomes, lines, published, secondaries, publishReports } = this;
    for (const told of [outcomes, lines, published, secondaries, publishReports]) told.length = 0;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): void {
    writeFileSync(this.path(name), text);
    // Two writes of a test may fall into one tick of the file system's clock.
    utimesSync(this.path(name), 1_700_000_000, 1_700_000_000 + ++writes);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  static(name: string, more: Partial<ZoneToLoad> = {}): ZoneToLoad {
    return { ...defaultZone({ name, apex: wireNameFrom(`${name}.`), class: 1, file: this.path(name) }), ...more };
  }

  dynamic(name: string, more: Partial<ZoneToLoad> = {}): ZoneToLoad {
    return this.static(name, { update: { kind: 'list', list: 0 }, ...more });
  }

  secondary(name: string, more: Partial<ZoneToLoad> = {}): ZoneToLoad {
    return this.static(name, { type: 'secondary', file: undefined, ...more });
  }

  zone(name: string): ManagedZone {
    const zone = this.loader.writer.find(this.view, 1, wireNameFrom(`${name}.`));
    if (zone === undefined) throw new Error(`no zone ${name}`);
    return zone;
  }

  /** As an UPDATE does it: these records out and in, the serial raised. Resolves when it is durable and published. */
  change(name: string, removed: string, added: string, reason?: PublishReason): Promise<void> {
    const { writer } = this.loader;
    const zone = this.zone(name);
    return writer.inTurn(zone, async () => {
      const { store } = writer;
      const base = store.currentVersion(zone.number);
      const change = store.startChange(zone.number);
      const soa = this.soaText(name);
      for (const record of parsed(name, `${removed}\n${soa}`)) change.removeRecord(record);
      const raised = soa.replace(
        /SOA (\S+ \S+) (\d+)/,
        (_, names, serial) => `SOA ${names} ${(Number(serial) + 1) >>> 0}`,
      );
      for (const record of parsed(name, `${added}\n${raised}`)) change.addRecord(record);
      const built = change.finish();
      await writer.commit(zone, built, deltaBetween(store.reader, base, built.version).finish(), reason);
    });
  }

  /** As a transfer does it. */
  replace(name: string, text: string): Promise<void> {
    const { writer } = this.loader;
    const zone = this.zone(name);
    return writer.inTurn(zone, async () => {
      const builder = writer.store.startZone(zone.id.apex, 1);
      for (const record of parsed(name, text)) builder.addRecord(record);
      await writer.replace(zone, builder.finish());
    });
  }

  /** The published records, sorted. */
  records(name: string): readonly string[] {
    const { store } = this.loader.writer;
    const lines: string[] = [];
    store.reader.renew();
    visitRecords(store.reader, store.currentVersion(this.zone(name).number), (record) => lines.push(textOf(record)));
    return lines.toSorted();
  }

  private soaText(name: string): string {
    const soa = this.records(name).find((line) => line.includes(' SOA '));
    if (soa === undefined) throw new Error('no SOA');
    return soa;
  }
}

export function soa(serial: number, more = ''): string {
  return `$TTL 300\n@ SOA ns root ${serial} 1800 600 604800 300\n@ NS ns\nns A 192.0.2.1\n${more}`;
}

function textOf({ owner, ttlSeconds, class: recordClass, type, rdata, rdataOctets }: ParsedRecord): string {
  return printRecord(owner, 0, ttlSeconds, recordClass, type, rdata, 0, rdataOctets);
}

/** Records of a text, whatever a zone must have. */
function parsed(name: string, text: string): readonly ParsedRecord[] {
  const records: ParsedRecord[] = [];
  parseZone({
    file: name,
    apex: wireNameFrom(`${name}.`),
    zoneClass: 1,
    defaultTtl: 300,
    open: openFromMemory(new Map([[name, `${text}\n`]])),
    sink: {
      addRecord: (record) => {
        records.push({ ...fieldsOf(record), owner: record.owner.slice(), rdata: record.rdata.slice() });
      },
    },
    onDiagnostic: (diagnostic) => {
      if (diagnostic.severity === 'error') throw new Error(diagnostic.message);
    },
  });
  // The SOA last: a delta begins with the old one whatever the order here.
  return records.toSorted((a, b) => Number(a.type === Type.soa) - Number(b.type === Type.soa));
}

function fieldsOf({ ownerOctets, type, class: recordClass, ttlSeconds, rdata, rdataOctets, owner }: ParsedRecord) {
  return { ownerOctets, type, class: recordClass, ttlSeconds, rdata, rdataOctets, owner };
}
