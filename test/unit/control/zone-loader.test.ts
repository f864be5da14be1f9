import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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
  loader = new ZoneLoader({ loading: () => undefined, outcome: (outcome) => outcomes.push(outcome) });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

let writes = 0;
function write(name: string, text: string): void {
  const path = join(folder, name);
  writeFileSync(path, text);
  // Two writes of a test may fall into one tick of the file system's clock.
  utimesSync(path, 1_700_000_000, 1_700_000_000 + ++writes);
}

const soa = (serial: number) => `$TTL 300\n@ SOA ns root ${serial} 1800 600 604800 300\n@ NS ns\nns A 192.0.2.1\n`;

function zone(name: string, watch = false): ZoneToLoad {
  return { name, apex: wireNameFrom(`${name}.`), class: 1, file: join(folder, name), watch };
}

/** What was reported since the last call. */
function reported(): readonly string[] {
  return outcomes.splice(0).map((outcome) => {
    if (outcome.kind === 'loaded') return `${outcome.name} ${outcome.previousSerial ?? '-'}>${outcome.serial}`;
    return `${outcome.name} ${outcome.kind}`;
  });
}

test('only what changed is read again; what is included counts', () => {
  write('a.test', `${soa(1)}$INCLUDE a.inc\n`);
  write('a.inc', 'x A 192.0.2.2\n');
  write('b.test', soa(1));
  const zones = [zone('a.test'), zone('b.test')];
  expect(loader.load(zones, false)).toEqual({ zones: 2, loadedZones: 2, refusedZones: 0, records: 7 });
  expect(reported()).toEqual(['a.test ->1', 'b.test ->1']);
  loader.load(zones, false);
  expect(reported()).toEqual([]);
  write('a.inc', 'x A 192.0.2.3\ny A 192.0.2.4\n');
  expect(loader.load(zones, false).records).toBe(8);
  expect(reported()).toEqual(['a.test 1>1']);
});

test('a refused zone is tried at each load until it is good', () => {
  write('a.test', `${soa(1)}x A\n`);
  expect(loader.load([zone('a.test')], false)).toMatchObject({ loadedZones: 0, refusedZones: 1 });
  loader.load([zone('a.test')], false);
  expect(reported()).toEqual(['a.test refused', 'a.test refused']);
  write('a.test', soa(2));
  expect(loader.load([zone('a.test')], false)).toMatchObject({ loadedZones: 1, refusedZones: 0 });
  write('a.test', 'rubbish\n');
  expect(loader.load([zone('a.test')], false)).toMatchObject({ loadedZones: 1, refusedZones: 1 });
  expect(reported()).toEqual(['a.test ->2', 'a.test refused']);
});

test('a watched zone is read when its file has been quiet for a second, and taken if its serial was raised', () => {
  write('a.test', soa(5));
  loader.load([zone('a.test', true)], false);
  reported();
  write('a.test', soa(6));
  loader.pollWatched(0);
  loader.pollWatched(900);
  write('a.test', soa(7));
  loader.pollWatched(1000);
  loader.pollWatched(1900);
  expect(reported()).toEqual([]);
  loader.pollWatched(2000);
  expect(reported()).toEqual(['a.test 5>7']);
  write('a.test', soa(6));
  loader.pollWatched(3000);
  for (let ms = 4000; ms < 10_000; ms += 500) loader.pollWatched(ms);
  expect(reported()).toEqual(['a.test not-raised']);
  // An explicit reload takes it all the same.
  loader.load([zone('a.test', true)], false);
  expect(reported()).toEqual(['a.test 7>6']);
});

test('a zone that is not watched is left alone', () => {
  write('a.test', soa(1));
  loader.load([zone('a.test')], false);
  write('a.test', soa(2));
  for (let ms = 0; ms < 5000; ms += 500) loader.pollWatched(ms);
  expect(reported()).toEqual(['a.test ->1']);
});

test("whether a zone was signed is told, and logged in BIND's words", () => {
  const file = join(import.meta.dirname, '../../golden/signed-nsec/signed.zone');
  write('a.test', soa(1));
  loader.load([{ ...zone('signed.test'), file }, zone('a.test')], false);
  const lines = outcomes.map((outcome) => (outcome.kind === 'loaded' ? formatLoaded(outcome) : ''));
  expect(lines).toEqual(['zone signed.test/IN: loaded serial 1 (DNSSEC signed)', 'zone a.test/IN: loaded serial 1']);
});

test('zones that go and come back are loaded anew', () => {
  write('a.test', soa(1));
  write('b.test', soa(1));
  loader.load([zone('a.test'), zone('b.test')], false);
  expect(loader.load([zone('b.test')], false)).toMatchObject({ zones: 1, loadedZones: 1 });
  loader.load([zone('a.test'), zone('b.test')], false);
  expect(reported()).toEqual(['a.test ->1', 'b.test ->1', 'a.test ->1']);
});

describe('a file that changes while it is read', () => {
  const pauses: number[] = [];
  /** A loader whose zones change by `during` while they are read, and by `after` in the pause before the second try. */
  function changing(during: () => void, after: () => void): ZoneLoader {
    pauses.length = 0;
    return new ZoneLoader({ loading: during, outcome: (outcome) => outcomes.push(outcome) }, (ms) => {
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

  test('is read again after a second, and served when it is whole by then', () => {
    loader = changing(copyMoreOnce, () => write('a.test', `${soa(2)}x A 192.0.2.2\n`));
    write('b.test', soa(1));
    const summary = loader.load([zone('a.test'), zone('b.test')], false);
    expect(summary).toMatchObject({ loadedZones: 2, refusedZones: 0 });
    expect(reported()).toEqual(['a.test changed', 'b.test ->1', 'a.test ->2']);
    expect(pauses).toEqual([1000]);
  });

  test('is refused when the second try fails as well, though it changes still', () => {
    loader = changing(
      () => write('a.test', `${soa(2)}x A ${++reads}\n`),
      () => undefined,
    );
    expect(loader.load([zone('a.test')], false)).toMatchObject({ loadedZones: 0, refusedZones: 1 });
    expect(reported()).toEqual(['a.test changed', 'a.test refused']);
  });

  test('one that is bad and stays as it is is refused at once', () => {
    loader = changing(
      () => undefined,
      () => undefined,
    );
    loader.load([zone('a.test')], false);
    expect(reported()).toEqual(['a.test refused']);
    expect(pauses).toEqual([]);
  });
});
