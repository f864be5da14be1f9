import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultHealthSettings } from '../../../../src/control/health/health-plan.ts';
import type { ZoneToLoad } from '../../../../src/control/loader-messages.ts';
import type { PublishWish } from '../../../../src/control/published/publish-wish.ts';
import { asWritten, type SteeringSettings } from '../../../../src/control/steering/steering-settings.ts';
import { Reaction, TargetState } from '../../../../src/plane/steering/steering-policy.ts';
import { deltaKey } from '../../../../src/transfer/journal/journal-keys.ts';
import { journalFolder, lmdbOptions } from '../../../../src/transfer/journal/lmdb-options.ts';
import { publishedIdOf } from '../../../../src/transfer/journal/zone-id.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { LoaderHarness, soa } from '../load/loader-harness.ts';
import { Follower } from './follower.ts';

const name = 'p.test';
const srv = `_sip._udp 60 SRV 10 60 5060 sip1
_sip._udp 60 SRV 10 40 5060 sip2
_sip._tcp 60 SRV 10 0 5060 sip1
_sip._udp TXT "beside"
sip1 A 192.0.2.11
sip2 A 192.0.2.12
`;
const all = [
  '_sip._tcp.p.test. 60 IN SRV 10 0 5060 sip1.p.test.',
  '_sip._udp.p.test. 60 IN SRV 10 40 5060 sip2.p.test.',
  '_sip._udp.p.test. 60 IN SRV 10 60 5060 sip1.p.test.',
];
const withoutFirst = [
  '_sip._tcp.p.test. 15 IN SRV 10 0 5060 sip1.p.test.',
  '_sip._udp.p.test. 15 IN SRV 10 40 5060 sip2.p.test.',
];

let harness: LoaderHarness;
let follower: Follower;
let order = 0;

beforeEach(() => {
  harness = new LoaderHarness();
  follower = new Follower(harness, name);
});
afterEach(() => harness.end());

const health = { settings: defaultHealthSettings, transport: undefined, addresses: [], publish: true };
const steering: SteeringSettings = {
  policy: asWritten,
  health,
  owners: [],
  healthPlace: undefined,
  place: undefined,
};
const published = (more: Partial<ZoneToLoad> = {}) => harness.static(name, { steering, ...more });
const dynamic = (more: Partial<ZoneToLoad> = {}) => harness.dynamic(name, { steering, ...more });

function wish(owner: string, reaction: Reaction, ...targets: readonly [string, TargetState][]): PublishWish {
  return {
    owner: wireNameFrom(`${owner}.${name}.`),
    reaction,
    degradedTtlSeconds: 15,
    targets: targets.map(([target, state]) => ({ target: wireNameFrom(`${target}.${name}.`), port: 5060, state })),
  };
}

/** Resolves when the loader has said what came of it. */
async function say(wishes: readonly PublishWish[], isSettled = true): Promise<void> {
  harness.loader.publish({ kind: 'publish', zone: harness.zone(name).id, order: ++order, wishes, isSettled });
  await expect.poll(() => harness.publishReports.at(-1)?.order, { interval: 5 }).toBe(order);
}

const firstDown = [
  wish('_sip._udp', Reaction.withdraw, ['sip1', TargetState.down]),
  wish('_sip._tcp', Reaction.withdraw, ['sip1', TargetState.down]),
];
const lines = () => harness.lines.map(({ severity, message }) => `${severity} ${message}`);

async function followed(): Promise<readonly string[]> {
  await follower.refresh();
  expect(follower.records.toSorted()).toEqual(follower.axfr().records.toSorted());
  return follower.srv;
}

describe('a static zone', () => {
  beforeEach(async () => {
    harness.write(name, soa(7, srv));
    await harness.load(published());
    expect(await followed()).toEqual(all);
  });

  test('is published as its file has it while all are up', () => {
    expect(follower.serial).toBe(7);
    expect(harness.records(name)).toEqual(follower.records.toSorted());
  });

  test('loses and regains what is down, by differences, while the zone itself stays as it is', async () => {
    await say(firstDown);
    expect(await followed()).toEqual(withoutFirst);
    expect(harness.records(name).filter((line) => line.includes(' SRV '))).toEqual(all);
    expect(follower.records).toContain('_sip._udp.p.test. 300 IN TXT "beside"');
    expect(harness.publishReports.at(-1)).toMatchObject({ serial: 8, degradedSets: 2, problem: undefined });
    await say([]);
    expect(await followed()).toEqual(all);
    expect(follower.transfers).toEqual(['AXFR 7', 'IXFR 7 8', 'IXFR 8 9']);
    expect(lines()).toEqual([
      'notice zone p.test/IN: serial 8 is published: _sip._udp.p.test, _sip._tcp.p.test without what is not up',
      'notice zone p.test/IN: serial 9 is published: _sip._udp.p.test, _sip._tcp.p.test as configured',
    ]);
  });

  test('keeps what all of a set being down would leave out, for a shorter time', async () => {
    await say([wish('_sip._udp', Reaction.withdraw, ['sip1', TargetState.down], ['sip2', TargetState.drained])]);
    expect((await followed()).filter((line) => line.startsWith('_sip._udp'))).toEqual([
      '_sip._udp.p.test. 15 IN SRV 10 40 5060 sip2.p.test.',
      '_sip._udp.p.test. 15 IN SRV 10 60 5060 sip1.p.test.',
    ]);
  });

  test('demotes what is down, and leaves out what is drained all the same', async () => {
    await say([wish('_sip._udp', Reaction.demote, ['sip1', TargetState.down])]);
    expect(await followed()).toContain('_sip._udp.p.test. 15 IN SRV 11 60 5060 sip1.p.test.');
    await say([wish('_sip._udp', Reaction.demote, ['sip1', TargetState.drained])]);
    expect((await followed()).join()).not.toContain('_sip._udp.p.test. 15 IN SRV 11');
  });

  test('what changes nothing has no serial', async () => {
    await say([wish('_other._udp', Reaction.withdraw, ['sip1', TargetState.down])]);
    await say([wish('_sip._udp', Reaction.withdraw, ['sip9', TargetState.down])]);
    expect(harness.zone(name).serial).toBe(7);
    expect(harness.publishReports.at(-1)).toMatchObject({ serial: 7, problem: undefined });
  });

  test.each(['restart', 'crash'] as const)('goes on over a %s', async (how) => {
    await say(firstDown);
    if (how === 'crash') await harness.crash();
    await harness.restart(published());
    expect(await followed()).toEqual(withoutFirst);
    expect([follower.serial, harness.zone(name).serial]).toEqual([8, 8]);
    await say([], false);
    expect(await followed()).toEqual(withoutFirst);
    await say([], true);
    expect(await followed()).toEqual(all);
    expect(follower.transfers).toEqual(['AXFR 7', 'IXFR 7 8', 'IXFR 8 9']);
    await harness.restart(published());
    expect([await followed(), follower.serial]).toEqual([all, 9]);
  });

  test('what is newly down is published although not all is settled, and what was down stays', async () => {
    await say([firstDown[1] as PublishWish]);
    await harness.restart(published());
    await say([firstDown[0] as PublishWish], false);
    expect(await followed()).toEqual(withoutFirst);
  });

  test('a file with a newer serial counts, with what is down left out', async () => {
    await say(firstDown);
    await followed();
    harness.write(name, soa(2024, `${srv}new A 192.0.2.99\n`));
    await harness.load(published());
    expect(await followed()).toEqual(withoutFirst);
    expect(follower.records).toContain('new.p.test. 300 IN A 192.0.2.99');
    expect(follower.transfers.at(-1)).toBe('IXFR 8 2024');
  });

  test('a file with an older serial than the published one is published as the next, and said', async () => {
    await say(firstDown);
    await followed();
    harness.write(name, soa(8, `${srv}new A 192.0.2.99\n`));
    await harness.load(published());
    await followed();
    expect(follower.records).toContain('new.p.test. 300 IN A 192.0.2.99');
    expect(follower.transfers.at(-1)).toBe('IXFR 8 9');
    expect(lines().at(-1)).toBe(
      'warning zone p.test/IN: its file has serial 8, and one that is as new has been published already: the file is published as 9',
    );
    expect(harness.loader.describe(harness.zone(name).id)).toMatchObject({ serial: 9, published: { fileSerial: 8 } });
  });

  test('a file that was touched and has the same content changes nothing', async () => {
    await say(firstDown);
    await followed();
    harness.write(name, `; a comment\n${soa(7, srv)}`);
    await harness.load(published());
    expect(harness.outcomes.at(-1)).toMatchObject({ kind: 'loaded', serial: 8, differences: 0 });
    expect(await followed()).toEqual(withoutFirst);
    await harness.restart(published());
    await followed();
    expect(follower.transfers).toEqual(['AXFR 7', 'IXFR 7 8']);
  });

  test('a file that was edited while the server was down is another serial', async () => {
    await say(firstDown);
    await followed();
    await harness.loader.stop();
    harness.write(name, soa(8, `${srv}new A 192.0.2.99\n`));
    await harness.restart(published());
    await followed();
    expect(follower.records).toContain('new.p.test. 300 IN A 192.0.2.99');
    expect(follower.transfers.at(-1)).toBe('AXFR 9');
    expect(follower.srv).toEqual(withoutFirst);
  });

  test('a watched file counts when its serial is newer than that of the file before', async () => {
    await say(firstDown);
    await harness.load(published({ watch: true }));
    const poll = async () => {
      await harness.loader.pollWatched(0);
      await harness.loader.pollWatched(5000);
    };
    harness.write(name, soa(7, `${srv}new A 192.0.2.99\n`));
    await poll();
    expect(harness.outcomes.at(-1)).toMatchObject({ kind: 'not-raised', serial: 7 });
    harness.write(name, soa(8, `${srv}new A 192.0.2.98\n`));
    await poll();
    expect(harness.zone(name).serial).toBe(9);
    await followed();
    expect(follower.records).toContain('new.p.test. 300 IN A 192.0.2.98');
  });

  test('without publish secondaries get all again, and the serial stays until the file has a newer one', async () => {
    await say(firstDown);
    await followed();
    await harness.load(harness.static(name));
    expect(await followed()).toEqual(all);
    expect(follower.serial).toBe(9);
    expect(lines().at(-1)).toBe(
      'notice zone p.test/IN: its health is published no more, and secondaries have serial 9: it stays until that of the file (7) is newer',
    );
    await harness.restart(harness.static(name));
    expect(harness.zone(name).serial).toBe(9);
    harness.write(name, soa(8, `${srv}new A 192.0.2.99\n`));
    await harness.load(harness.static(name));
    expect(harness.zone(name).serial).toBe(10);
    harness.write(name, soa(11, srv));
    await harness.load(harness.static(name));
    expect(harness.zone(name).serial).toBe(11);
    // From now on it is a zone as any other.
    harness.write(name, soa(5, srv));
    await harness.load(harness.static(name));
    expect(harness.zone(name).serial).toBe(5);
  });

  test('publish that was taken out while the server was down is ended at its start', async () => {
    await say(firstDown);
    await followed();
    await harness.restart(harness.static(name));
    expect(await followed()).toEqual(all);
    expect(follower.serial).toBe(9);
    await harness.load(published());
    await say(firstDown);
    expect(await followed()).toEqual(withoutFirst);
    expect(follower.serial).toBe(10);
  });

  test('with publish taken out before anything was published nothing changes', async () => {
    await harness.load(harness.static(name));
    expect(harness.loader.describe(harness.zone(name).id)?.published).toBeUndefined();
    expect(lines()).toEqual([]);
    await harness.restart(harness.static(name));
    expect(harness.zone(name).serial).toBe(7);
  });
});

describe('a dynamic zone', () => {
  beforeEach(async () => {
    harness.write(name, soa(7, srv));
    await harness.load(dynamic());
    expect(await followed()).toEqual(all);
  });

  test('UPDATEs see and change what it is, whatever is published', async () => {
    await say(firstDown);
    expect(await followed()).toEqual(withoutFirst);
    await harness.change(
      name,
      '_sip._udp 60 SRV 10 60 5060 sip1',
      '_sip._udp 60 SRV 10 70 5060 sip1\nnew A 192.0.2.99',
    );
    expect(await followed()).toEqual(withoutFirst);
    expect(follower.serial).toBe(9);
    await say([]);
    expect(await followed()).toEqual([...all.slice(0, 2), '_sip._udp.p.test. 60 IN SRV 10 70 5060 sip1.p.test.']);
    expect(follower.transfers).toEqual(['AXFR 7', 'IXFR 7 8', 'IXFR 8 9', 'IXFR 9 10']);
  });

  test('an UPDATE takes what has come of health meanwhile along', async () => {
    harness.publishBetweenMs = 60_000;
    await harness.restart(dynamic());
    await say(firstDown);
    harness.loader.publish({
      kind: 'publish',
      zone: harness.zone(name).id,
      order: ++order,
      wishes: [],
      isSettled: true,
    });
    await harness.change(name, '', 'new A 192.0.2.99');
    expect(await followed()).toEqual(all);
    expect(follower.serial).toBe(9);
  });

  test('sync writes what it is, under the published serial', async () => {
    await say(firstDown);
    expect(await harness.loader.command('sync', undefined, false)).toMatchObject([{ problem: undefined }]);
    const file = harness.read(name);
    expect(file).toMatch(/8\s+; serial/);
    expect(file).toContain('SRV 10 60 5060 sip1.p.test.');
    await harness.restart(dynamic());
    expect(await followed()).toEqual(withoutFirst);
    expect(follower.transfers).toEqual(['AXFR 7', 'IXFR 7 8']);
  });

  test('while it is frozen no serial moves; after thaw what has come meanwhile is published', async () => {
    await harness.loader.command('freeze', undefined, false);
    await say(firstDown);
    expect(harness.publishReports.at(-1)).toMatchObject({ serial: 7, problem: expect.stringContaining('frozen') });
    harness.write(name, soa(8, `${srv}new A 192.0.2.99\n`));
    expect(await harness.loader.command('thaw', undefined, false)).toMatchObject([{ problem: undefined }]);
    await expect.poll(() => harness.publishReports.at(-1)?.problem).toBeUndefined();
    expect(await followed()).toEqual(withoutFirst);
    expect(follower.records).toContain('new.p.test. 300 IN A 192.0.2.99');
    expect(follower.serial).toBe(8);
  });

  test('a crash at any moment leaves what was published', async () => {
    await say(firstDown);
    await harness.change(name, '', 'new A 192.0.2.99');
    await harness.crash();
    await harness.restart(dynamic());
    expect(await followed()).toEqual(withoutFirst);
    expect(follower.transfers).toEqual(['AXFR 7', 'IXFR 7 9']);
    await say([]);
    expect(await followed()).toEqual(all);
    expect(follower.transfers.at(-1)).toBe('IXFR 9 10');
  });

  test.each(['reload', 'restart'] as const)('without publish, by %s, secondaries get all again', async (how) => {
    await say(firstDown);
    await followed();
    if (how === 'reload') await harness.load(harness.dynamic(name));
    else await harness.restart(harness.dynamic(name));
    expect(await followed()).toEqual(all);
    expect(follower.transfers.at(-1)).toBe('AXFR 9');
    await harness.change(name, '', 'new A 192.0.2.99');
    await followed();
    expect(follower.transfers.at(-1)).toBe('IXFR 9 10');
  });

  test.each(['reload', 'restart'] as const)('that was static until a %s, or will be', async (how) => {
    const change = (zone: ZoneToLoad) => (how === 'reload' ? harness.load(zone) : harness.restart(zone));
    await change(published());
    await say(firstDown);
    expect([await followed(), follower.serial]).toEqual([withoutFirst, 8]);
    await change(dynamic());
    await followed();
    await harness.change(name, '', 'new A 192.0.2.99');
    expect(await followed()).toEqual(withoutFirst);
    await harness.crash();
    await harness.restart(dynamic());
    expect(await followed()).toEqual(withoutFirst);
    expect(follower.records).toContain('new.p.test. 300 IN A 192.0.2.99');
    expect(lines().filter((line) => line.includes('failed'))).toEqual([]);
    await change(published());
    expect(await followed()).toEqual(withoutFirst);
    expect(harness.read(name)).toContain('new ');
    await say([]);
    expect(await followed()).toEqual(all);
    expect(lines().filter((line) => line.startsWith('warning') || line.startsWith('error'))).toEqual([]);
  });

  test('publish said later begins with what is served', async () => {
    await harness.load(harness.dynamic(name));
    await harness.change(name, '', 'new A 192.0.2.99');
    await followed();
    await harness.load(dynamic());
    await say(firstDown);
    expect(await followed()).toEqual(withoutFirst);
    expect(follower.serial).toBe(9);
  });
});

describe('a zone that cannot be published', () => {
  test.each([
    ['ZONEMD', '@ ZONEMD 7 1 240 0123456789abcdef01234567\n', 'it has a ZONEMD, which a change would falsify'],
    ['DNSKEY', '@ DNSKEY 257 3 13 AAAA\n', 'it is signed'],
  ])('%s: is served as it is, and that is said once', async (_, more, why) => {
    harness.write(name, soa(7, srv + more));
    await harness.load(published({ zonemdVerify: false }));
    await say(firstDown);
    expect(harness.publishReports.at(-1)).toMatchObject({ serial: 7, problem: why });
    expect(await followed()).toEqual(all);
    expect(lines().filter((line) => line.includes('not published'))).toEqual([
      `error zone p.test/IN: its health is not published: ${why}`,
    ]);
    harness.write(name, soa(8, srv));
    await harness.load(published());
    expect(await followed()).toEqual(withoutFirst);
  });

  test('without a data folder: the same', async () => {
    harness.write(name, soa(7, srv));
    await harness.loader.load([published()], { strict: false });
    await say(firstDown);
    expect(harness.publishReports.at(-1)?.problem).toBe('no data-dir is configured');
    expect(await followed()).toEqual(all);
  });
});

test('several changes in a moment are one serial, and serials keep their distance', async () => {
  harness.publishBetweenMs = 300;
  harness.write(name, soa(7, srv));
  await harness.restart(published());
  const zone = harness.zone(name).id;
  const startMs = performance.now();
  for (const wishes of [firstDown, [], firstDown.slice(0, 1), firstDown])
    harness.loader.publish({ kind: 'publish', zone, order: ++order, wishes, isSettled: true });
  await expect.poll(() => harness.publishReports.at(-1)?.order, { interval: 5 }).toBe(order);
  expect(harness.zone(name).serial).toBe(8);
  await say([]);
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(299);
  expect(harness.zone(name).serial).toBe(9);
});

test('each view has its own serial and its own journal, found by its name', async () => {
  const inView = (view: number, viewName: string) => published({ view, viewName, file: harness.path(viewName) });
  harness.write('inside', soa(7, srv));
  harness.write('outside', soa(70, srv));
  const anybody = { matchClients: 0, matchDestinations: 0, matchRecursiveOnly: false };
  harness.views = [1, 2].map((number) => ({ number, ...anybody }));
  await harness.load(inView(1, 'inside'), inView(2, 'outside'));
  harness.view = 1;
  expect(await followed()).toEqual(all);
  await say(firstDown);
  expect([await followed(), follower.serial]).toEqual([withoutFirst, 8]);
  harness.view = 2;
  expect(follower.axfr().soa).toBe(70);
  await harness.restart(inView(1, 'outside'), inView(2, 'inside'));
  expect([await followed(), follower.serial]).toEqual([withoutFirst, 8]);
  harness.view = 1;
  expect(follower.axfr().soa).toBe(70);
});

test('a journal of what is published is checked, and begun anew', async () => {
  harness.write(name, soa(7, srv));
  await harness.load(published());
  await followed();
  await say(firstDown);
  await followed();
  const { id } = harness.zone(name);
  const run = async (command: 'check-journal' | 'reset-journal') =>
    (await harness.loader.command(command, id, false))[0]?.problem;
  expect(await run('check-journal')).toBeUndefined();
  const database = open<Buffer, Buffer>(lmdbOptions(journalFolder(harness.dataDir)));
  await database.remove(Buffer.from(deltaKey(publishedIdOf(id), 7)));
  await database.close();
  expect(await run('check-journal')).toBe('the change from serial 7 is missing');
  expect(await run('reset-journal')).toBeUndefined();
  expect(await run('check-journal')).toBeUndefined();
  expect(harness.loader.describe(id)?.journal).toEqual({ oldestSerial: 8, newestSerial: 8, octets: 0 });
  await say([]);
  expect(await followed()).toEqual(all);
  expect(follower.transfers.at(-1)).toBe('IXFR 8 9');
});

test.each(['static', 'dynamic'] as const)('what the disk does not take is not published: a %s zone', async (kind) => {
  harness.write(name, soa(7, srv));
  await harness.load(kind === 'static' ? published() : dynamic());
  await followed();
  const { journal } = harness.loader.writer as unknown as { readonly journal: { write(): Promise<void> } };
  const { write } = journal;
  journal.write = () => Promise.reject(new Error('ENOSPC: no space left on device'));
  await say(firstDown);
  expect(harness.publishReports.at(-1)).toMatchObject({ serial: 7, problem: expect.stringContaining('ENOSPC') });
  expect([await followed(), follower.serial]).toEqual([all, 7]);
  journal.write = write;
  await say(firstDown.slice(0, 1));
  await say(firstDown);
  expect([await followed(), follower.serial]).toEqual([withoutFirst, 9]);
});

test('a zone that has gone leaves nothing behind', async () => {
  harness.write(name, soa(7, srv));
  await harness.load(published());
  await say(firstDown);
  const { id } = harness.zone(name);
  await harness.load(harness.static('other.test', { file: harness.path(name) }));
  await harness.loader.forget([id]);
  await harness.restart(published());
  expect(harness.zone(name).serial).toBe(7);
});

test('a server that publishes nothing makes no journal', async () => {
  harness.write(name, soa(7, srv));
  await harness.load(harness.static(name));
  expect(existsSync(join(harness.dataDir, 'journal'))).toBe(false);
});

test('serials come round', async () => {
  harness.write(name, soa(4_294_967_295, srv));
  await harness.load(published());
  await followed();
  await say(firstDown);
  expect(await followed()).toEqual(withoutFirst);
  expect(follower.serial).toBe(1);
});
