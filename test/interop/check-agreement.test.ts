/** named-checkzone as a second opinion on what makes a zone bad, named-compilezone on the canonical form. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { printZone } from '../../src/cli/print-zone.ts';
import { loadZoneFile } from '../../src/store/load-zone.ts';
import { ZoneStore } from '../../src/store/zone-store.ts';
import { wireNameFrom } from '../../src/wire/name.ts';
import { openFromMemory } from '../../src/zonefile/zone-source.ts';
import { contentCases } from '../unit/store/check/content-cases.ts';
import { loadText } from '../unit/store/check/load-text.ts';

const isInstalled = spawnSync('named-checkzone', ['-v']).status === 0;
if (!isInstalled) console.warn('skipped: named-checkzone (bind9-utils) is not installed');

const folder = mkdtempSync(join(tmpdir(), 'ringzone-agreement-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(command: string, args: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 10_000 });
  return { status, output: `${stdout}${stderr}` };
}

describe.skipIf(!isInstalled)('named-checkzone', () => {
  test.each(contentCases)('$title', ({ title, lines, bind, verdictDiffers }) => {
    const file = join(folder, `${title.replaceAll(/\W/g, '-')}.zone`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    // Local: names outside of the zone must not be looked up in whatever network the tests run in.
    const judged = run('named-checkzone', ['-i', 'local', 'z.test', file]);
    const isGood = loadText(lines).zone !== undefined;
    expect(isGood === (judged.status === 0)).toBe(verdictDiffers === undefined);
    if (bind === undefined) expect(judged.output).toMatch(isGood ? /loaded serial/ : /./);
    else expect(judged.output).toMatch(bind);
  });
});

const golden = join(import.meta.dirname, '../zonefile');
const zones = new Map(
  readdirSync(golden)
    .filter((name) => name.endsWith('.out'))
    .map((name) => [name, readFileSync(join(golden, name), 'utf8')]),
);
zones.set('rapidtech.phones', readFileSync(join(import.meta.dirname, '../../zones/rapidtech.phones'), 'utf8'));

/** `undefined` where the zone is refused: some golden files show syntax alone. */
function print(apex: string, text: string): string | undefined {
  const store = ZoneStore.create();
  const open = openFromMemory(new Map([['zone', text]]));
  const { zone } = loadZoneFile(store, { file: 'zone', apex: wireNameFrom(apex), zoneClass: 1, strict: false, open });
  if (zone === undefined) return undefined;
  const pieces: string[] = [];
  store.reader.renew();
  printZone(store.reader, zone.version, (piece) => pieces.push(piece));
  return pieces.join('');
}

function apexOf(text: string): string {
  return /^(\S+)\s+\d+\s+IN\s+SOA\s/m.exec(text)?.[1] ?? 'rapidtech.phones.';
}

const printed = [...zones].map(([name, text]) => [name, apexOf(text), print(apexOf(text), text)] as const);
const good = printed.filter((entry): entry is readonly [string, string, string] => entry[2] !== undefined);

test('there are zones to print', () => {
  expect(good.length).toBeGreaterThan(3);
});

test.each(good)('%s read again is the same', (_name, apex, text) => {
  expect(print(apex, text)).toBe(text);
});

describe.skipIf(!isInstalled)('named-compilezone', () => {
  test.each(good)('%s has the same owners and types in the same order', (name, apex, text) => {
    const file = join(folder, `${name}.in`);
    const out = join(folder, `${name}.text`);
    writeFileSync(file, text);
    const flags = ['-i', 'none', '-k', 'ignore', '-s', 'full', '-F', 'text'];
    const { output } = run('named-compilezone', [...flags, '-o', out, apex, file]);
    expect(output).toContain('OK');
    expect(keysOf(readFileSync(out, 'utf8'))).toEqual(keysOf(text));
  });
});

/** Owner, TTL, class and type of each record, owners in the order of the text, the records of an owner sorted. */
function keysOf(text: string): string[] {
  const keys: string[] = [];
  let group: string[] = [];
  let owner = '';
  for (const line of text.split('\n')) {
    const fields = line.split(/\s+/);
    if (fields.length < 5 || line.startsWith(';') || line.startsWith(' ')) continue;
    if ((fields[0] as string).toLowerCase() !== owner) {
      keys.push(...group.toSorted());
      group = [];
      owner = (fields[0] as string).toLowerCase();
    }
    group.push(fields.slice(0, 4).join(' ').toLowerCase());
  }
  keys.push(...group.toSorted());
  // named-compilezone keeps NSEC3 in a tree of its own and prints it behind all else.
  const isNsec3 = (key: string): boolean => key.endsWith(' nsec3');
  return [...keys.filter((key) => !isNsec3(key)), ...keys.filter(isNsec3)];
}
