/** The glue: what the loader is given, and told to forget, as catalogs change. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type CatalogLoader, Catalogs } from '../../../../src/control/catalog/catalogs.ts';
import type { Config, ZoneConfig } from '../../../../src/control/config/config.ts';
import { parseConfig } from '../../../../src/control/config/read-config.ts';
import type { LoadSummary, ZonePublished } from '../../../../src/control/loader-messages.ts';
import type { Log } from '../../../../src/control/log/log.ts';
import { ZoneStore } from '../../../../src/store/zone-store.ts';
import type { ZoneId } from '../../../../src/transfer/journal/zone-id.ts';
import { formatName, type WireName, wireNameFrom } from '../../../../src/wire/name.ts';
import { parseZone } from '../../../../src/zonefile/parse-zone.ts';
import { openFromMemory } from '../../../../src/zonefile/zone-source.ts';

/** A loader thread whose catalogs are made by the test. */
class FakeLoader implements CatalogLoader {
  readonly store = ZoneStore.create();
  readonly arena = Promise.resolve(this.store.arena);
  readonly done: string[] = [];
  zones: readonly ZoneConfig[] = [];
  private numbers = new Map<string, number>();

  async load(zones: readonly ZoneConfig[]): Promise<LoadSummary> {
    this.zones = zones;
    this.done.push(`load ${zones.map(({ name, viewName }) => name + atOf(viewName)).join(' ')}`);
    const numbers = this.store.declareZones(
      zones.map(({ view, apex, class: zoneClass }) => ({
        view,
        class: zoneClass,
        apex,
        allowQuery: 0,
        allowTransfer: 1,
      })),
    );
    this.numbers = new Map(zones.map(({ view, name }, index) => [`${view} ${name}`, numbers[index] as number]));
    return { zones: zones.length, loadedZones: 0, refusedZones: 0, waitingZones: 0, records: 0 };
  }

  forget(zones: readonly ZoneId[]): void {
    this.done.push(`forget ${zones.map(({ apex, viewName }) => formatName(apex) + atOf(viewName)).join(' ')}`);
  }

  publish(name: string, records: string, view = 0): ZonePublished {
    const apex = wireNameFrom(`${name}.`);
    const builder = this.store.startZone(apex, 1);
    const text = `$TTL 0\n@ SOA invalid. invalid. 1 3600 600 2147483646 0\n@ NS invalid.\n${records}\n`;
    parseZone({
      file: 'zone',
      apex,
      zoneClass: 1,
      open: openFromMemory(new Map([['zone', text]])),
      sink: builder,
      onDiagnostic: () => {},
    });
    this.store.publish(this.numbers.get(`${view} ${name}`) as number, builder.finish());
    return { id: { view, class: 1, apex: apex as WireName } } as ZonePublished;
  }
}

const atOf = (viewName: string | undefined) => (viewName === undefined ? '' : `@${viewName}`);

const version = 'version TXT "2"\n';
const text = `
zones:
  c1.test: { type: secondary, primaries: [192.0.2.1] }
  c2.test: { type: secondary, primaries: [192.0.2.2] }
  hand.test: { type: secondary, primaries: [192.0.2.3] }
  made.test: { type: catalog }
catalogs:
  c1.test:
    members: { max-records: 7, catalog: made.test }
    groups: { big: { max-records: unlimited, primaries: [192.0.2.9] } }
  c2.test: {}
`;

let folder: string;
let loader: FakeLoader;
let catalogs: Catalogs;
let lines: string[];
let announced: Config[];

function start(): void {
  lines = [];
  announced = [];
  loader = new FakeLoader();
  const log = {
    info: (_: string, message: string) => lines.push(message),
    warning: (_: string, message: string) => lines.push(message),
    error: (_: string, message: string) => lines.push(`error: ${message}`),
    event: (_: string, severity: string, message: string, { detail }: { detail?: string }) =>
      lines.push(`${severity}: ${message}: ${detail}`),
  } as unknown as Log;
  catalogs = new Catalogs(loader, log, (config) => announced.push(config), 1);
}

function config(written = text): Config {
  const parsed = parseConfig(written, '/etc/ringzone.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return { ...parsed.value, dataDir: folder };
}

/** A new version of a catalog, and what was done by the time that all was done. */
async function publish(name: string, records: string, view = 0): Promise<readonly string[]> {
  loader.done.length = 0;
  lines.length = 0;
  catalogs.published(loader.publish(name, records, view));
  await vi.waitFor(() => expect(lines[0]).toMatch(/^catz: updating/), { timeout: 3000, interval: 2 });
  // What follows waits for no timer.
  await sleep(20);
  return loader.done;
}

const zone = (name: string) => loader.zones.find((one) => one.name === name);
const byHand = 'c1.test c2.test hand.test made.test';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-catalogs-'));
  start();
  await catalogs.load(config());
});
afterEach(() => {
  catalogs.stop();
  rmSync(folder, { recursive: true });
});

it('serves members as the catalog is configured, and their group', async () => {
  const done = await publish(
    'c1.test',
    `${version}a.zones PTR a.test.\nb.zones PTR B.test.\ngroup.b.zones TXT other\ngroup.b.zones TXT big`,
  );
  expect(done).toEqual([`load ${byHand} a.test B.test`]);
  expect(zone('a.test')).toMatchObject({
    type: 'secondary',
    primaries: [{ address: '192.0.2.1' }],
    limits: { maxRecords: 7 },
  });
  expect(zone('B.test')).toMatchObject({
    primaries: [{ address: '192.0.2.9' }],
    limits: { maxRecords: Number.POSITIVE_INFINITY },
  });
  expect(announced.at(-1)?.zones).toBe(loader.zones);
  expect(lines).toEqual([
    "catz: updating catalog zone 'c1.test' with serial 1",
    "catz: adding zone 'a.test' from catalog 'c1.test' - success",
    "catz: adding zone 'B.test' from catalog 'c1.test' - success",
  ]);
});

it('lists members in a catalog that is made here', async () => {
  await publish('c1.test', `${version}a.zones PTR a.test.`);
  const file = zone('made.test')?.file as string;
  expect(file).toBe(join(folder, 'made.test.catalog'));
  expect(readFileSync(file, 'latin1')).toMatch(/\.zones 0 IN PTR a\.test\.$/m);
});

it('forgets what goes, after it is not served any more', async () => {
  await publish('c1.test', `${version}a.zones PTR a.test.\nb.zones PTR b.test.`);
  expect(await publish('c1.test', `${version}b.zones PTR b.test.`)).toEqual([
    `load ${byHand} b.test`,
    'forget a.test.',
  ]);
});

it('serves a member anew whose label changes', async () => {
  await publish('c1.test', `${version}a.zones PTR a.test.`);
  const done = await publish('c1.test', `${version}z.zones PTR a.test.\nb.zones PTR b.test.`);
  expect(done).toEqual([`load ${byHand} b.test`, 'forget a.test.', `load ${byHand} a.test b.test`]);
  expect(lines).toContain("catz: zone 'a.test' unique label has changed, reset state");
});

it('does nothing about a broken catalog', async () => {
  await publish('c1.test', `${version}a.zones PTR a.test.`);
  expect(await publish('c1.test', 'a.zones PTR b.test.')).toEqual([]);
  expect(lines[1]).toBe(
    "error: catz: new catalog zone 'c1.test' is broken and will not be processed: no 'version' record; its members stay as they were until it is mended",
  );
  expect(await publish('c1.test', `${version}a.zones PTR a.test.`)).toEqual([]);
});

it('leaves zones that are configured by hand', async () => {
  expect(await publish('c2.test', `${version}a.zones PTR hand.test.\nb.zones PTR c1.test.`)).toEqual([]);
  expect(lines.slice(1)).toEqual([
    "error: catz: zone 'hand.test' will not be added because it is an explicitly configured zone",
    "error: catz: zone 'c1.test' will not be added because it is an explicitly configured zone",
  ]);
  expect(zone('hand.test')?.primaries).toMatchObject([{ address: '192.0.2.3' }]);
});

it('moves a member by coo without forgetting it, its label being the same', async () => {
  await publish('c1.test', `${version}a.zones PTR a.test.\ncoo.a.zones PTR c2.test.`);
  expect(await publish('c2.test', `${version}a.zones PTR a.test.`)).toEqual([`load ${byHand} a.test`]);
  expect(lines.at(-1)).toBe("catz: zone 'a.test' change of ownership from 'c1.test' to 'c2.test'");
  expect(zone('a.test')?.primaries).toMatchObject([{ address: '192.0.2.2' }]);
  expect(await publish('c1.test', version)).toEqual([]);
});

it('serves the members of before at a restart, whatever the catalogs are then', async () => {
  await publish('c1.test', `${version}a.zones PTR a.test.`);
  await publish('c2.test', `${version}a.zones PTR a.test.\nb.zones PTR b.test.`);
  catalogs.stop();
  start();
  await catalogs.load(config());
  expect(loader.done).toEqual([`load ${byHand} a.test b.test`]);
  expect(zone('a.test')?.primaries).toMatchObject([{ address: '192.0.2.1' }]);
  expect(await publish('c1.test', version)).toEqual([
    `load ${byHand} b.test`,
    'forget a.test.',
    `load ${byHand} b.test a.test`,
  ]);
});

it('serves what a catalog lists in its view, each view for itself', async () => {
  const catalog = (octet: number) => `
    zones: { c.test: { type: secondary, primaries: [192.0.2.${octet}] }, made.test: { type: catalog } }
    catalogs: { c.test: { members: { max-records: ${octet}, catalog: made.test } } }`;
  const views = `views:
  inside:
    match-clients: 10/8${catalog(1)}
  outside:${catalog(2)}
`;
  const both = 'c.test@inside made.test@inside c.test@outside made.test@outside';
  catalogs.stop();
  start();
  await catalogs.load(config(views));
  const viewOf = (name: string, view: number) => loader.zones.find((one) => one.name === name && one.view === view);
  expect(await publish('c.test', `${version}a.zones PTR a.test.`, 1)).toEqual([`load ${both} a.test@inside`]);
  expect(viewOf('a.test', 1)).toMatchObject({ primaries: [{ address: '192.0.2.1' }], limits: { maxRecords: 1 } });
  expect(await publish('c.test', `${version}a.zones PTR a.test.\nb.zones PTR b.test.`, 2)).toEqual([
    `load ${both} a.test@inside a.test@outside b.test@outside`,
  ]);
  expect(viewOf('a.test', 2)).toMatchObject({ primaries: [{ address: '192.0.2.2' }], limits: { maxRecords: 2 } });
  const listed = (view: number) => readFileSync(viewOf('made.test', view)?.file as string, 'latin1').match(/PTR \S+/g);
  expect([listed(1), listed(2)]).toEqual([['PTR a.test.'], ['PTR a.test.', 'PTR b.test.']]);
  expect(await publish('c.test', version, 1)).toEqual([
    `load ${both} a.test@outside b.test@outside`,
    'forget a.test.@inside',
  ]);
  // The views have changed places: their numbers are other ones, their names are not.
  catalogs.stop();
  start();
  const [, first = '', second = ''] = /( {2}inside:.*)( {2}outside:.*)/s.exec(views) ?? [];
  await catalogs.load(config(`views:\n${second.replace(':', ':\n    match-destinations: 10/8')}${first}`));
  expect(loader.done.at(-1)).toContain('a.test@outside b.test@outside');
  expect(loader.done.at(-1)).not.toContain('a.test@inside');
});
