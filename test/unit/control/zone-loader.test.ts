import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultZone } from '../../../src/control/config/default-zone.ts';
import type { LoaderReports } from '../../../src/control/load/load-reports.ts';
import { ZoneLoader } from '../../../src/control/load/zone-loader.ts';
import { formatLoaded } from '../../../src/control/load/zone-log.ts';
import type { ZoneOutcome, ZoneToLoad } from '../../../src/control/loader-messages.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';

let folder: string;
let outcomes: ZoneOutcome[];
let loader: ZoneLoader;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-load-'));
  outcomes = [];
  loader = new ZoneLoader(reports);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const reports: LoaderReports = {
  loading: () => undefined,
  outcome: (outcome) => outcomes.push(outcome),
  say: () => undefined,
  published: () => undefined,
  secondary: () => undefined,
};

let writes = 0;
function write(name: string, text: string): void {
  const path = join(folder, name);
  writeFileSync(path, text);
  // Two writes of a test may fall into one tick of the file system's clock.
  utimesSync(path, 1_700_000_000, 1_700_000_000 + ++writes);
}

const soa = (serial: number) => `$TTL 300\n@ SOA ns root ${serial} 1800 600 604800 300\n@ NS ns\nns A 192.0.2.1\n`;

function zone(name: string, watch = false): ZoneToLoad {
  return { ...defaultZone({ name, apex: wireNameFrom(`${name}.`), class: 1, file: join(folder, name) }), watch };
}

/** What was reported since the last call. */
function reported(): readonly string[] {
  return outcomes.splice(0).map((outcome) => {
    if (outcome.kind === 'loaded') return `${outcome.name} ${outcome.previousSerial ?? '-'}>${outcome.serial}`;
    return `${outcome.name} ${outcome.kind}`;
  });
}

test('only what changed is read again; what is included counts', async () => {
  write('a.test', `${soa(1)}$INCLUDE a.inc\n`);
  write('a.inc', 'x A 192.0.2.2\n');
  write('b.test', soa(1));
  const zones = [zone('a.test'), zone('b.test')];
  expect(await loader.load(zones, { strict: false })).toEqual({
    zones: 2,
    loadedZones: 2,
    refusedZones: 0,
    waitingZones: 0,
    records: 7,
  });
  expect(reported()).toEqual(['a.test ->1', 'b.test ->1']);
  await loader.load(zones, { strict: false });
  expect(reported()).toEqual([]);
  write('a.inc', 'x A 192.0.2.3\ny A 192.0.2.4\n');
  expect((await loader.load(zones, { strict: false })).records).toBe(8);
  expect(reported()).toEqual(['a.test 1>1']);
});

test('a refused zone is tried at each load until it is good', async () => {
  write('a.test', `${soa(1)}x A\n`);
  expect(await loader.load([zone('a.test')], { strict: false })).toMatchObject({ loadedZones: 0, refusedZones: 1 });
  await loader.load([zone('a.test')], { strict: false });
  expect(reported()).toEqual(['a.test refused', 'a.test refused']);
  write('a.test', soa(2));
  expect(await loader.load([zone('a.test')], { strict: false })).toMatchObject({ loadedZones: 1, refusedZones: 0 });
  write('a.test', 'rubbish\n');
  expect(await loader.load([zone('a.test')], { strict: false })).toMatchObject({ loadedZones: 1, refusedZones: 1 });
  expect(reported()).toEqual(['a.test ->2', 'a.test refused']);
});

test('a watched zone is read when its file has been quiet for a second, and taken if its serial was raised', async () => {
  write('a.test', soa(5));
  await loader.load([zone('a.test', true)], { strict: false });
  reported();
  write('a.test', soa(6));
  await loader.pollWatched(0);
  await loader.pollWatched(900);
  write('a.test', soa(7));
  await loader.pollWatched(1000);
  await loader.pollWatched(1900);
  expect(reported()).toEqual([]);
  await loader.pollWatched(2000);
  expect(reported()).toEqual(['a.test 5>7']);
  write('a.test', soa(6));
  await loader.pollWatched(3000);
  for (let ms = 4000; ms < 10_000; ms += 500) await loader.pollWatched(ms);
  expect(reported()).toEqual(['a.test not-raised']);
  // An explicit reload takes it all the same.
  await loader.load([zone('a.test', true)], { strict: false });
  expect(reported()).toEqual(['a.test 7>6']);
});

test('a zone that is not watched is left alone', async () => {
  write('a.test', soa(1));
  await loader.load([zone('a.test')], { strict: false });
  write('a.test', soa(2));
  for (let ms = 0; ms < 5000; ms += 500) await loader.pollWatched(ms);
  expect(reported()).toEqual(['a.test ->1']);
});

test("whether a zone was signed is told, and logged in BIND's words", async () => {
  const file = join(import.meta.dirname, '../../golden/signed-nsec/signed.zone');
  write('a.test', soa(1));
  await loader.load([{ ...zone('signed.test'), file }, zone('a.test')], { strict: false });
  const lines = outcomes.map((outcome) => (outcome.kind === 'loaded' ? formatLoaded(outcome) : ''));
  expect(lines).toEqual(['zone signed.test/IN: loaded serial 1 (DNSSEC signed)', 'zone a.test/IN: loaded serial 1']);
});

test('zones that go and come back are loaded anew', async () => {
  write('a.test', soa(1));
  write('b.test', soa(1));
  await loader.load([zone('a.test'), zone('b.test')], { strict: false });
  expect(await loader.load([zone('b.test')], { strict: false })).toMatchObject({ zones: 1, loadedZones: 1 });
  await loader.load([zone('a.test'), zone('b.test')], { strict: false });
  expect(reported()).toEqual(['a.test ->1', 'b.test ->1', 'a.test ->1']);
});

describe('a file that changes while it is read', () => {
  const pauses: number[] = [];
  /** A loader whose zones change by `during` while they are read, and by `after` in the pause before the second try. */
  function changing(during: () => void, after: () => void): ZoneLoader {
    pauses.length = 0;
    return new ZoneLoader({ ...reports, loading: during }, (ms) => {
      pauses.push(ms);
      after();
    });
  }
  let reads = 0;
  /** The first reading meets the file as it was, since it is refused anyway; by its end more has been copied. */
  const copyMoreOnce = () => {
    if (++reads === 1) write('a.test', `${soa(2)}x A 192.0.\n`);
  };
  beforeEach(() => {
    reads = 0;
    write('a.test', `${soa(2)}x A\n`);
  });

  test('is read again after a second, and served when it is whole by then', async () => {
    loader = changing(copyMoreOnce, () => write('a.test', `${soa(2)}x A 192.0.2.2\n`));
    write('b.test', soa(1));
    const summary = await loader.load([zone('a.test'), zone('b.test')], { strict: false });
    expect(summary).toMatchObject({ loadedZones: 2, refusedZones: 0 });
    expect(reported()).toEqual(['a.test changed', 'b.test ->1', 'a.test ->2']);
    expect(pauses).toEqual([1000]);
  });

  test('is refused when the second try fails as well, though it changes still', async () => {
    loader = changing(
      () => write('a.test', `${soa(2)}x A ${++reads}\n`),
      () => undefined,
    );
    expect(await loader.load([zone('a.test')], { strict: false })).toMatchObject({ loadedZones: 0, refusedZones: 1 });
    expect(reported()).toEqual(['a.test changed', 'a.test refused']);
  });

  test('one that is bad and stays as it is is refused at once', async () => {
    loader = changing(
      () => undefined,
      () => undefined,
    );
    await loader.load([zone('a.test')], { strict: false });
    expect(reported()).toEqual(['a.test refused']);
    expect(pauses).toEqual([]);
  });
});
