/** Zones of views: kept on disk by the names of their views, and seen from one word to the next by other views. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ZoneToLoad } from '../../../../src/control/loader-messages.ts';
import { AccessList } from '../../../../src/plane/access/access-list-table.ts';
import { LookupName } from '../../../../src/store/index/lookup-name.ts';
import { ZoneReader } from '../../../../src/store/zone-reader.ts';
import type { ViewDeclaration } from '../../../../src/store/zone-store.ts';
import { Class } from '../../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { LoaderHarness, soa } from './loader-harness.ts';

let harness: LoaderHarness;

beforeEach(() => {
  harness = new LoaderHarness();
  for (const file of ['in', 'out', 'third']) harness.write(file, soa(1, `www A 192.0.2.1\nfile TXT ${file}\n`));
});
afterEach(() => harness.end());

const any = { matchClients: AccessList.any, matchDestinations: AccessList.any, matchRecursiveOnly: false };
const view = (number: number): ViewDeclaration => ({ number, ...any });

function inView(number: number, viewName: string, file: string, more: Partial<ZoneToLoad> = {}): ZoneToLoad {
  return harness.dynamic('d.test', { view: number, viewName, file: harness.path(file), ...more });
}

/** The TXT records of the zone in this view. */
function textsIn(number: number): readonly string[] {
  harness.view = number;
  return harness.records('d.test').filter((line) => line.includes(' TXT '));
}

test('what is kept of a zone is found by the name of its view, whatever number that has', async () => {
  await harness.load(inView(1, 'inside', 'in'), inView(2, 'outside', 'out'));
  harness.view = 1;
  await harness.change('d.test', '', 'a TXT "inside"');
  harness.view = 2;
  await harness.change('d.test', '', 'a TXT "outside"');
  await harness.change('d.test', '', 'b TXT "outside"');
  await harness.crash();
  await harness.load(inView(1, 'outside', 'out'), inView(2, 'inside', 'in'));
  expect(textsIn(1)).toEqual([
    'a.d.test. 300 IN TXT "outside"',
    'b.d.test. 300 IN TXT "outside"',
    'file.d.test. 300 IN TXT "out"',
  ]);
  expect(textsIn(2)).toEqual(['a.d.test. 300 IN TXT "inside"', 'file.d.test. 300 IN TXT "in"']);
  expect(harness.published.slice(-2).map(({ title, serial }) => [title, serial])).toEqual([
    ['d.test/IN/outside', 3],
    ['d.test/IN/inside', 2],
  ]);
});

test('what is done to a zone of a view is logged in the words of BIND', async () => {
  await harness.load(inView(1, 'inside', 'in'));
  harness.view = 1;
  const { id } = harness.zone('d.test');
  await harness.loader.command('freeze', id, false);
  await harness.loader.command('thaw', id, false);
  await harness.loader.command('sync', id, true);
  const said = harness.lines.map(({ message }) => message).filter((line) => /^(?:freez|thaw|sync)/.test(line));
  expect(said).toEqual([
    "freezing zone 'd.test/IN' inside: success",
    "thawing zone 'd.test/IN' inside: success",
    "sync: dumping zone 'd.test/IN' inside, removing journal file: success",
  ]);
});

test('a copy of a secondary stays with its view', async () => {
  const copyIn = (number: number, viewName: string) => harness.secondary('s.test', { view: number, viewName });
  await harness.load(copyIn(1, 'inside'), copyIn(2, 'outside'));
  harness.view = 1;
  await harness.replace('s.test', soa(5, 'www A 10.0.0.1\n'));
  harness.view = 2;
  await harness.replace('s.test', soa(7, 'www A 192.0.2.1\n'));
  await harness.restart(copyIn(3, 'outside'), copyIn(4, 'inside'), copyIn(5, 'third'));
  expect(harness.secondaries.map(({ title, serial }) => [title, serial])).toEqual([
    ['s.test/IN/outside', 7],
    ['s.test/IN/inside', 5],
    ['s.test/IN/third', undefined],
  ]);
});

test('what a file lacks is set aside under the name of the view', async () => {
  await harness.load(inView(1, 'inside', 'in'));
  harness.view = 1;
  await harness.change('d.test', '', 'a TXT "inside"');
  await harness.crash();
  harness.write('in', soa(40));
  await harness.load(inView(1, 'inside', 'in'));
  const aside = join(harness.dataDir, 'aside');
  expect(existsSync(aside) ? readdirSync(aside).map((name) => name.split('.').slice(0, 3).join('.')) : []).toEqual([
    'd.test.inside',
  ]);
});

test('zones of new views are loaded while the old views answer; then one word changes both', async () => {
  harness.views = [view(1), view(2)];
  const first = [inView(1, 'inside', 'in'), inView(2, 'outside', 'out')];
  await harness.load(...first);
  const reader = new ZoneReader(harness.loader.store.arena, 0);
  const name = new LookupName();
  name.assign(wireNameFrom('www.d.test.'), 0);
  /** The numbers of the views in force, and whether each of the three has its zone. */
  const look = () => {
    reader.enter();
    const views = Array.from({ length: reader.viewCount() }, (_, i) => reader.viewNumber(i));
    const zones = [1, 2, 3].map((number) => {
      const zone = reader.findZone(number, Class.in, name);
      return zone !== 0 && reader.takeVersion(zone) !== 0;
    });
    reader.leave();
    return { views, zones };
  };
  const seen: ReturnType<typeof look>[] = [];
  harness.published.push = (...published) => {
    seen.push(look());
    return published.length;
  };
  expect(look()).toEqual({ views: [1, 2], zones: [true, true, false] });
  harness.views = [view(3), view(2)];
  await harness.load(inView(3, 'third', 'third'), inView(2, 'outside', 'out'));
  // At the publication of the third view's zone the first one still answers, and has its zone.
  expect(seen).toEqual([{ views: [1, 2], zones: [true, true, true] }]);
  expect(look()).toEqual({ views: [3, 2], zones: [false, true, true] });
  // Only the order.
  harness.views = [view(2), view(3)];
  await harness.load(inView(2, 'outside', 'out'), inView(3, 'third', 'third'));
  expect(seen).toHaveLength(1);
  expect(look()).toEqual({ views: [2, 3], zones: [false, true, true] });
  harness.views = [];
  await harness.load(harness.static('d.test', { file: harness.path('out') }));
  expect(look()).toEqual({ views: [], zones: [false, false, false] });
});
