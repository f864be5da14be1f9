import { Buffer } from 'node:buffer';
import { open } from 'lmdb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LookupName } from '../../../../src/store/index/lookup-name.ts';
import { ZoneState } from '../../../../src/store/zone-reader.ts';
import { copyKey, deltaKey, stateKey } from '../../../../src/transfer/journal/journal-keys.ts';
import { JournalReader } from '../../../../src/transfer/journal/journal-reader.ts';
import { journalFolder, lmdbOptions } from '../../../../src/transfer/journal/lmdb-options.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { LoaderHarness, soa } from './loader-harness.ts';

let harness: LoaderHarness;
beforeEach(() => {
  harness = new LoaderHarness();
});
afterEach(() => harness.end());

const lines = () => harness.lines.map(({ severity, message }) => `${severity} ${message}`);
const now = () => Date.now() / 1000;
const fresh = () => ({ refreshedAt: now(), expiresAt: now() + 1000, primary: '192.0.2.53#53' });

function stateOf(name: string): number {
  const { reader } = harness.loader.store;
  const lookup = new LookupName();
  lookup.assign(wireNameFrom(`${name}.`), 0);
  reader.enter();
  const state = reader.zoneState(reader.findZone(0, 1, lookup));
  reader.leave();
  return state;
}

async function transferred(name = 's.test', serial = 5, more = 'a A 192.0.2.7\n'): Promise<void> {
  await harness.replace(name, soa(serial, more));
  harness.loader.writer.noteRefreshed(harness.zone(name), fresh());
}

/** What the zone's own secondaries are told, in seconds since 1970; 0: nothing but the SOA's. */
function expiryOf(name: string): number {
  const { reader } = harness.loader.store;
  const lookup = new LookupName();
  lookup.assign(wireNameFrom(`${name}.`), 0);
  reader.enter();
  const expiresAt = reader.zoneExpiresAt(reader.findZone(0, 1, lookup));
  reader.leave();
  return expiresAt;
}

/** Change a value of the journal's database behind the server's back. */
async function damage(key: Buffer, change: (value: Buffer) => Buffer | undefined): Promise<void> {
  const database = open<Buffer, Buffer>(lmdbOptions(journalFolder(harness.dataDir)));
  const value = change(Buffer.from(database.get(key) as Buffer));
  // In a block: a promise given back would keep the transaction open.
  database.transactionSync(() => {
    if (value === undefined) database.remove(key);
    else database.put(key, value);
  });
  await database.close();
}

const flipLast = (value: Buffer): Buffer => {
  value[value.length - 1] = (value[value.length - 1] as number) ^ 1;
  return value;
};

test('without a copy it waits for its transfer; with one a restart serves at once', async () => {
  expect(await harness.load(harness.secondary('s.test'))).toMatchObject({
    loadedZones: 0,
    refusedZones: 0,
    waitingZones: 1,
  });
  expect(harness.secondaries).toMatchObject([{ name: 's.test', serial: undefined, timers: undefined }]);
  await transferred();
  await harness.change('s.test', 'a A 192.0.2.7', 'b A 192.0.2.8', 'transfer');
  const served = harness.records('s.test');
  await harness.crash();
  expect(await harness.load(harness.secondary('s.test'))).toMatchObject({ loadedZones: 1, waitingZones: 0 });
  expect(harness.records('s.test')).toEqual(served);
  expect(harness.secondaries.at(-1)).toMatchObject({
    serial: 6,
    isExpired: false,
    refreshSeconds: 1800,
    retrySeconds: 600,
    expireSeconds: 604800,
    timers: { primary: '192.0.2.53#53' },
  });
  expect(stateOf('s.test')).toBe(ZoneState.loaded);
  expect(lines()).toEqual([]);
});

test('an expired copy is there and not answered, until the primary is heard', async () => {
  await harness.load(harness.secondary('s.test'));
  await transferred();
  harness.loader.writer.noteRefreshed(harness.zone('s.test'), { ...fresh(), expiresAt: now() - 1 });
  await harness.restart(harness.secondary('s.test'));
  expect(harness.secondaries).toMatchObject([{ serial: 5, isExpired: true }]);
  expect(harness.published).toEqual([]);
  expect(stateOf('s.test')).toBe(ZoneState.expired);
  expect(lines()).toEqual(['warning zone s.test/IN: expired']);
  harness.loader.writer.noteRefreshed(harness.zone('s.test'), fresh());
  expect(stateOf('s.test')).toBe(ZoneState.loaded);
  harness.loader.writer.expire(harness.zone('s.test'));
  expect(stateOf('s.test')).toBe(ZoneState.expired);
  await transferred('s.test', 9);
  expect(stateOf('s.test')).toBe(ZoneState.loaded);
});

test('how long the copy lasts is there for its own secondaries, also after a restart, and not for a primary', async () => {
  await harness.load(harness.secondary('s.test'));
  expect(expiryOf('s.test')).toBe(0);
  await transferred();
  const expiresAt = Math.floor(now()) + 500;
  harness.loader.writer.noteRefreshed(harness.zone('s.test'), { ...fresh(), expiresAt });
  expect(expiryOf('s.test')).toBe(expiresAt);
  // A change at the primary doesn't put it off by itself.
  await harness.change('s.test', 'a A 192.0.2.7', 'b A 192.0.2.8', 'transfer');
  expect(expiryOf('s.test')).toBe(expiresAt);
  await harness.restart(harness.secondary('s.test'));
  expect(expiryOf('s.test')).toBe(expiresAt);
  harness.write('s.test', soa(9, 'a A 192.0.2.7\n'));
  await harness.load(harness.static('s.test'));
  expect(expiryOf('s.test')).toBe(0);
});

test('a damaged copy is named, not served, and replaced by the next transfer', async () => {
  await harness.load(harness.secondary('s.test'), harness.secondary('t.test'));
  await transferred();
  await transferred('t.test');
  await harness.loader.stop();
  await damage(copyKey(harness.zone('s.test').id, 1, 0), flipLast);
  await harness.restart(harness.secondary('s.test'), harness.secondary('t.test'));
  expect(lines()).toEqual([
    'error zone s.test/IN: its copy on disk is damaged: part 1 of 1 is damaged; the zone is not served until it is transferred anew',
  ]);
  expect(harness.zone('s.test').serial).toBeUndefined();
  expect(harness.zone('t.test').serial).toBe(5);
  await transferred('s.test', 8);
  await harness.restart(harness.secondary('s.test'));
  expect(harness.zone('s.test').serial).toBe(8);
});

test.each([
  ['damaged', (id: Parameters<typeof deltaKey>[0]) => damage(deltaKey(id, 6), flipLast)],
  ['missing', (id: Parameters<typeof deltaKey>[0]) => damage(deltaKey(id, 6), () => undefined)],
])('a change that is %s: served from the last good state, and goes on from there', async (word, hurt) => {
  await harness.load(harness.secondary('s.test'));
  await transferred();
  for (const i of [1, 2, 3]) await harness.change('s.test', '', `h${i} A 192.0.2.${i}`, 'transfer');
  await harness.loader.stop();
  await hurt(harness.zone('s.test').id);
  await harness.restart(harness.secondary('s.test'));
  expect(lines()).toEqual([
    `error zone s.test/IN: its journal is damaged: the change from serial 6 is ${word}; served from serial 6, before the damage`,
  ]);
  expect(harness.zone('s.test').serial).toBe(6);
  await harness.change('s.test', '', 'other A 192.0.2.9', 'transfer');
  const served = harness.records('s.test');
  await harness.restart(harness.secondary('s.test'));
  expect(harness.records('s.test')).toEqual(served);
  expect(lines()).toEqual([]);
});

test('a damaged record of the zone: transferred anew', async () => {
  await harness.load(harness.secondary('s.test'));
  await transferred();
  await harness.loader.stop();
  await damage(stateKey(harness.zone('s.test').id), (value) => value.subarray(0, 12));
  await harness.restart(harness.secondary('s.test'));
  expect(lines()[0]).toContain('its record in the journal is damaged');
  await transferred('s.test', 9);
  await harness.restart(harness.secondary('s.test'));
  expect(harness.zone('s.test').serial).toBe(9);
});

test('many changes are taken into a new copy, and the journal stays within its bound', async () => {
  const zone = harness.secondary('s.test', { journalOctets: 3000 });
  await harness.load(zone);
  await transferred();
  for (let i = 0; i < 30; i++) await harness.change('s.test', '', `h${i} A 192.0.2.${i}`, 'transfer');
  await harness.loader.writer.inTurn(harness.zone('s.test'), () => undefined);
  const reader = await JournalReader.open(journalFolder(harness.dataDir));
  const { id, serial = 0 } = harness.zone('s.test');
  expect(reader.chain(id, 5, serial)).toBeUndefined();
  const chain = reader.chain(id, serial - 5, serial);
  expect(chain?.octets).toBeLessThan(3000);
  expect(chain?.next()).toMatchObject({ fromSerial: serial - 5, toSerial: serial - 4 });
  await reader.close();
  const served = harness.records('s.test');
  await harness.restart(zone);
  expect(harness.records('s.test')).toEqual(served);
});

test('a whole transfer begins the journal anew, or goes on with a difference where that is configured', async () => {
  await harness.load(harness.secondary('s.test'), harness.secondary('t.test', { ixfrFromDifferences: true }));
  for (const name of ['s.test', 't.test']) {
    await transferred(name);
    await transferred(name, 8, 'c A 192.0.2.3\n');
  }
  const reader = await JournalReader.open(journalFolder(harness.dataDir));
  expect(reader.chain(harness.zone('s.test').id, 5, 8)).toBeUndefined();
  expect(reader.chain(harness.zone('t.test').id, 5, 8)?.next()).toMatchObject({ fromSerial: 5, toSerial: 8 });
  await reader.close();
  await harness.restart(harness.secondary('s.test'), harness.secondary('t.test', { ixfrFromDifferences: true }));
  expect([harness.zone('s.test').serial, harness.zone('t.test').serial]).toEqual([8, 8]);
});

test('a copy of many chunks', async () => {
  await harness.load(harness.secondary('s.test'));
  const more = Array.from({ length: 3000 }, (_, i) => `h${i} TXT "${'x'.repeat(200)}"`).join('\n');
  await transferred('s.test', 5, `${more}\n`);
  const served = harness.records('s.test');
  await harness.restart(harness.secondary('s.test'));
  expect(harness.records('s.test')).toEqual(served);
});

test('forgotten zones leave nothing', async () => {
  await harness.load(harness.secondary('s.test'), harness.secondary('t.test'));
  await transferred();
  await harness.change('s.test', '', 'b A 192.0.2.8', 'transfer');
  const { id } = harness.zone('s.test');
  await harness.load(harness.secondary('t.test'));
  await harness.loader.writer.forget(id);
  await harness.loader.stop();
  const database = open<Buffer, Buffer>(lmdbOptions(journalFolder(harness.dataDir)));
  expect([...database.getKeys()]).toEqual([]);
  await database.close();
});

test('without a journal it is served from memory', async () => {
  await harness.loader.load([harness.secondary('s.test')], { strict: false });
  await harness.replace('s.test', soa(5));
  expect(harness.zone('s.test').serial).toBe(5);
});

test('what is kept of a zone that has gone can be forgotten, behind the loads before', async () => {
  await harness.load(harness.secondary('s.test'), harness.secondary('t.test'));
  await transferred('s.test');
  await transferred('t.test');
  const loaded = harness.load(harness.secondary('t.test'));
  const ids = ['s.test', 't.test'].map((name) => ({ view: 0, class: 1, apex: wireNameFrom(`${name}.`) }));
  // The one that is still served is left alone.
  await harness.loader.forget(ids);
  await loaded;
  await harness.restart(harness.secondary('s.test'), harness.secondary('t.test'));
  expect(harness.secondaries).toMatchObject([
    { name: 's.test', serial: undefined, timers: undefined },
    { name: 't.test', serial: 5 },
  ]);
});
