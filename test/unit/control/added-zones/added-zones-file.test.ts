import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AddedZone, AddedZones, placelessSource } from '../../../../src/control/added-zones/added-zones.ts';
import {
  editProblem,
  formatAddedZones,
  parseAddedZones,
  readAddedZones,
  writeAddedZones,
} from '../../../../src/control/added-zones/added-zones-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-added-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function zone(name: string, settings: AddedZone['settings'], view = '_default', isPassing = false): AddedZone {
  return { name, settings, view, isPassing, source: placelessSource(undefined) };
}

function plain(zones: readonly AddedZone[]) {
  return zones.map(({ view, name, settings }) => ({ view, name, settings }));
}

test('none where there is no file; what was written is read again', async () => {
  const none = readAddedZones(folder);
  if (!none.ok) throw new Error('refused');
  expect(none.value.all).toEqual([]);
  const added = none.value
    .with(zone('a.test', { type: 'primary', file: 'a' }))
    .with(zone('st.test', undefined, '_default', true))
    .with(zone('b.test', { type: 'secondary', primaries: ['192.0.2.1'] }, 'inside'));
  await writeAddedZones(added);
  const again = readAddedZones(folder);
  if (!again.ok) throw new Error(JSON.stringify(again.error));
  expect(plain(again.value.all)).toEqual(plain(added.kept));
  expect(readFileSync(join(folder, 'added-zones.yaml'), 'utf8')).toMatch(
    /^# Zones that `ringzone ctl addzone` has added/,
  );
  expect(statSync(join(folder, 'added-zones.yaml')).mode & 0o022).toBe(0);
});

test('an edit is seen, and so is a file that has gone or come', async () => {
  const path = join(folder, 'added-zones.yaml');
  const added = new AddedZones(path, undefined);
  expect(editProblem(added)).toBeUndefined();
  const written = await writeAddedZones(added.with(zone('a.test', {})));
  expect(editProblem(written)).toBeUndefined();
  expect(editProblem(added)).toMatch(/was edited/);
  rmSync(path);
  expect(editProblem(written)).toMatch(/was edited/);
  expect(editProblem(new AddedZones(undefined, undefined))).toMatch(/no data-dir/);
});

test.each([
  ['zones: [', 'CF02'],
  ['zone: {}\n', 'CF04'],
  ['zones: [a]\n', 'CF05'],
  ['zones: { a.test: file }\n', 'CF05'],
  ['zones: { a..b: {} }\n', 'CF15'],
  ['views: { inside: { match-clients: any } }\n', undefined],
])('%j', (text, code) => {
  const parsed = parseAddedZones('added-zones.yaml', text);
  expect(parsed.ok ? undefined : parsed.error[0]?.code).toBe(code);
});

const names = fc.constantFrom('a.test', '.', '__proto__', '1.2.3.in-addr.arpa', 'null', 'yes', '1', '#.test', '*.a');
const leaves = fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.array(fc.string(), { maxLength: 3 }));
const settings = fc.dictionary(fc.constantFrom('file', 'type', 'notify', 'x y', '- a'), leaves, { maxKeys: 4 });

test('whatever was added reads back as the same', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(names, settings, fc.constantFrom('_default', 'in side')), { maxLength: 5 }),
      (list) => {
        let added = new AddedZones('f', undefined);
        for (const [name, values, view] of list) added = added.with(zone(name, { ...values }, view));
        const parsed = parseAddedZones('f', formatAddedZones(added.kept));
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
        const byView = (zones: readonly AddedZone[]) =>
          plain(zones).toSorted((a, b) => `${a.view} ${a.name}`.localeCompare(`${b.view} ${b.name}`));
        expect(byView(parsed.value.all)).toEqual(byView(added.all));
      },
    ),
    { numRuns: 300 },
  );
});
