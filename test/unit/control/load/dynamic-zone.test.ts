import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LoaderHarness, soa } from './loader-harness.ts';

let harness: LoaderHarness;
beforeEach(() => {
  harness = new LoaderHarness();
});
afterEach(() => harness.end());

const lines = () => harness.lines.map(({ severity, message }) => `${severity} ${message}`);
const outcomes = () =>
  harness.outcomes.splice(0).map((outcome) => (outcome.kind === 'loaded' ? `loaded ${outcome.serial}` : outcome.kind));
const journaled = (): ReturnType<LoaderHarness['dynamic']> => harness.dynamic('d.test');

test('a change is in the journal and served; a stop writes it to the file, for people', async () => {
  harness.write('d.test', soa(7, 'old A 192.0.2.9 ; a comment\n'));
  await harness.load(journaled());
  await harness.change('d.test', 'old A 192.0.2.9', 'new 60 A 192.0.2.7\n*.w TXT "a b" ""\nNew.sub AAAA 2001:db8::1');
  expect(harness.published.map(({ serial, previousSerial, reason }) => [previousSerial, serial, reason])).toEqual([
    [undefined, 7, 'load'],
    [7, 8, 'update'],
  ]);
  const served = harness.records('d.test');
  expect(harness.read('d.test')).toContain('a comment');
  await harness.restart(journaled());
  expect(harness.records('d.test')).toEqual(served);
  expect(harness.read('d.test')).toBe(
    `$ORIGIN d.test.
$TTL 300
@                       300 IN SOA ns.d.test. root.d.test. (
                                8          ; serial
                                1800       ; refresh
                                600        ; retry
                                604800     ; expire
                                300        ; minimum
                                )
                        NS ns.d.test.
new                     60 A 192.0.2.7
ns                      A 192.0.2.1
New.sub                 AAAA 2001:db8::1
*.w                     TXT "a b" ""
`,
  );
  expect(lines()).toEqual([]);
});

test('after a crash the journal leads on from the file, whole', async () => {
  harness.write('d.test', soa(1));
  await harness.load(journaled());
  for (let i = 1; i <= 20; i++)
    await harness.change('d.test', i > 5 ? `h${i - 5} A 192.0.2.${i - 5}` : '', `h${i} A 192.0.2.${i}`);
  const served = harness.records('d.test');
  await harness.crash();
  await harness.restart(journaled());
  expect(harness.records('d.test')).toEqual(served);
  expect(harness.zone('d.test').serial).toBe(21);
  expect(harness.published).toMatchObject([{ serial: 21, previousSerial: undefined }]);
});

test('several changes of several zones that wait together share one flush', async () => {
  for (const name of ['d.test', 'e.test']) harness.write(name, soa(1));
  await harness.load(journaled(), harness.dynamic('e.test'));
  const done: string[] = [];
  const change = (name: string, i: number) =>
    harness.change(name, '', `h${i} A 192.0.2.${i}`).then(() => done.push(`${name} ${i}`));
  await Promise.all([change('d.test', 1), change('e.test', 1), change('d.test', 2), change('e.test', 2)]);
  // Of one zone one after the other, of both in one go.
  expect(done).toEqual(['d.test 1', 'e.test 1', 'd.test 2', 'e.test 2']);
});

test('freeze writes the file and stays over a restart; thaw takes the edited file as one difference', async () => {
  harness.write('d.test', soa(1));
  await harness.load(journaled());
  await harness.change('d.test', '', 'a A 192.0.2.5');
  expect(await harness.loader.command('freeze', undefined, false)).toEqual([
    { title: 'd.test/IN', problem: undefined },
  ]);
  expect(harness.zone('d.test').frozen).toBe(true);
  expect(harness.read('d.test')).toContain('192.0.2.5');
  await harness.restart(journaled());
  expect(harness.zone('d.test').frozen).toBe(true);
  harness.write('d.test', soa(1, 'b A 192.0.2.6\n'));
  // Being edited: a reload leaves it alone.
  await harness.load(journaled());
  expect(harness.zone('d.test').serial).toBe(2);
  const refused = await harness.loader.command('thaw', undefined, false);
  expect(refused[0]?.problem).toContain('its serial 1 is not newer than the served 2; raise it and thaw again');
  expect(harness.zone('d.test').frozen).toBe(true);
  harness.write('d.test', soa(9, 'b A 192.0.2.6\n'));
  expect(await harness.loader.command('thaw', undefined, false)).toEqual([{ title: 'd.test/IN', problem: undefined }]);
  expect(harness.zone('d.test')).toMatchObject({ frozen: false, serial: 9 });
  expect(harness.records('d.test')).toContain('b.d.test. 300 IN A 192.0.2.6');
  expect(lines().filter((line) => line.includes('thawing '))).toEqual([
    "error thawing zone 'd.test/IN': its file changed, but its serial 1 is not newer than the served 2; raise it and thaw again",
    'info thawing all zones: success',
  ]);
});

test('a file edited by hand with a newer serial counts at a reload and at the stop', async () => {
  harness.write('d.test', soa(1));
  await harness.load(journaled());
  await harness.change('d.test', '', 'a A 192.0.2.5');
  harness.write('d.test', soa(10, 'hand A 192.0.2.8\n'));
  outcomes();
  await harness.load(journaled());
  expect(outcomes()).toEqual(['loaded 10']);
  expect(harness.records('d.test').join()).toContain('hand.d.test.');
  await harness.change('d.test', '', 'b A 192.0.2.6');
  harness.write('d.test', soa(20, 'second A 192.0.2.8 ; by hand\n'));
  await harness.restart(journaled());
  expect(harness.zone('d.test').serial).toBe(20);
  expect(harness.read('d.test')).toContain('; by hand');
});

test('one without a newer serial does not: what is served is written at the stop, the edited file is kept beside it', async () => {
  harness.write('d.test', soa(1));
  await harness.load(journaled());
  await harness.change('d.test', '', 'a A 192.0.2.5');
  harness.write('d.test', soa(1, 'hand A 192.0.2.8\n'));
  outcomes();
  await harness.load(journaled());
  expect(outcomes()).toEqual(['not-raised']);
  await harness.restart(journaled());
  expect(harness.records('d.test').join()).not.toContain('hand');
  expect(harness.zone('d.test').serial).toBe(2);
  expect(harness.read('d.test.edited')).toContain('hand');
});

test('a file edited while the server was down: newer counts, and changes that it may lack are set aside', async () => {
  harness.write('d.test', soa(1));
  await harness.load(journaled());
  await harness.change('d.test', '', 'a A 192.0.2.5');
  await harness.crash();
  harness.write('d.test', soa(30, 'hand A 192.0.2.8\n'));
  await harness.restart(journaled());
  expect(harness.zone('d.test')).toMatchObject({ serial: 30, trouble: undefined });
  expect(lines()).toEqual([
    expect.stringContaining('changes from serial 1 to 2 which the file may lack are set aside: '),
    expect.stringContaining('has a newer serial (30) than the journal (2): the file counts'),
  ]);
  const [aside = ''] = readdirSync(`${harness.dataDir}/aside`);
  expect(harness.read(`data/aside/${aside}`)).toContain('add a.d.test. 300 IN A 192.0.2.5');
  await harness.change('d.test', '', 'c A 192.0.2.6');
  expect(harness.zone('d.test').serial).toBe(31);
});

test('a zone that takes no updates any more after a crash: what its file lacks of them is set aside', async () => {
  harness.write('d.test', soa(1));
  await harness.load(journaled());
  await harness.change('d.test', '', 'a A 192.0.2.5');
  await harness.crash();
  await harness.restart(harness.static('d.test', { ixfrFromDifferences: true }));
  expect(harness.zone('d.test').serial).toBe(1);
  expect(lines()).toEqual([
    expect.stringContaining('changes from serial 1 to 2 which the file may lack are set aside: '),
  ]);
  const [aside = ''] = readdirSync(`${harness.dataDir}/aside`);
  expect(harness.read(`data/aside/${aside}`)).toContain('add a.d.test. 300 IN A 192.0.2.5');
});

test('the same serial with other content: the journal is put on it, and it is said', async () => {
  harness.write('d.test', soa(1));
  await harness.load(journaled());
  await harness.change('d.test', '', 'a A 192.0.2.5');
  await harness.crash();
  harness.write('d.test', soa(1, 'hand A 192.0.2.8\n'));
  await harness.restart(journaled());
  expect(harness.zone('d.test').serial).toBe(2);
  expect(lines()[0]).toContain('was changed by hand and its serial (1) was not raised');
});

test('an older file from a backup is led on by the journal where that reaches back', async () => {
  harness.write('d.test', soa(1));
  await harness.load(journaled());
  await harness.change('d.test', '', 'a A 192.0.2.5');
  await harness.loader.command('sync', undefined, false);
  await harness.change('d.test', '', 'b A 192.0.2.6');
  const served = harness.records('d.test');
  await harness.loader.stop();
  harness.write('d.test', soa(1));
  await harness.restart(journaled());
  expect(harness.records('d.test')).toEqual(served);
  // Written at once: the journal may drop what leads there.
  expect(harness.read('d.test')).toContain('192.0.2.6');
});

test('a file that the journal does not know: served, no changes taken, until a thaw accepts it', async () => {
  harness.write('d.test', soa(5));
  await harness.load(journaled());
  await harness.change('d.test', '', 'a A 192.0.2.5');
  await harness.crash();
  harness.write('d.test', soa(3));
  await harness.restart(journaled());
  expect(harness.zone('d.test')).toMatchObject({ serial: 3 });
  expect(lines()[0]).toBe(
    'error zone d.test/IN: journal rollforward failed: journal out of sync with zone: its file has serial 3, the journal begins at 5 and ends at 6',
  );
  await expect(harness.change('d.test', '', 'b A 192.0.2.6')).rejects.toThrow('journal out of sync');
  expect((await harness.loader.command('sync', undefined, false))[0]?.problem).toContain('out of sync');
  // Giving up changes is for whoever names the zone.
  expect(await harness.loader.command('thaw', undefined, false)).toEqual([]);
  expect((await harness.loader.command('thaw', harness.zone('d.test').id, false))[0]?.problem).toBeUndefined();
  // Newer than what secondaries may have.
  expect(harness.zone('d.test').serial).toBe(7);
  await harness.change('d.test', '', 'b A 192.0.2.6');
  await harness.restart(journaled());
  expect(harness.zone('d.test').serial).toBe(8);
});

test('sync -clean forgets the journal; commands on other zones say why not', async () => {
  harness.write('d.test', soa(1));
  harness.write('s.test', soa(1));
  await harness.load(journaled(), harness.static('s.test'));
  await harness.change('d.test', '', 'a A 192.0.2.5');
  await harness.loader.command('sync', harness.zone('d.test').id, true);
  expect(lines()).toEqual(["info sync: dumping zone 'd.test/IN', removing journal file: success"]);
  expect(await harness.loader.command('freeze', harness.zone('s.test').id, false)).toEqual([
    { title: 's.test/IN', problem: 'it is not a dynamic zone' },
  ]);
  await harness.change('d.test', '', 'b A 192.0.2.6');
  await harness.crash();
  await harness.restart(journaled());
  expect(harness.zone('d.test').serial).toBe(3);
});

test('the file is written by itself a quarter of an hour after a change', async () => {
  harness.write('d.test', soa(1));
  await harness.load(journaled());
  await harness.change('d.test', '', 'a A 192.0.2.5');
  await harness.loader.pollWatched(performance.now() + 14 * 60_000);
  expect(harness.read('d.test')).not.toContain('192.0.2.5');
  await harness.loader.pollWatched(performance.now() + 15 * 60_000 + 1000);
  expect(harness.read('d.test')).toContain('192.0.2.5');
});

test('a journal that grows over its bound writes the file and drops the oldest changes', async () => {
  harness.write('d.test', soa(1));
  await harness.load(harness.dynamic('d.test', { journalOctets: 2000 }));
  for (let i = 1; i <= 25; i++) await harness.change('d.test', '', `h${i} A 192.0.2.${i}`);
  await harness.loader.writer.inTurn(harness.zone('d.test'), () => undefined);
  expect(harness.read('d.test')).toContain('192.0.2.10');
  const served = harness.records('d.test');
  await harness.crash();
  await harness.restart(harness.dynamic('d.test', { journalOctets: 2000 }));
  expect(harness.records('d.test')).toEqual(served);
});

test('a serial that comes round begins the journal anew, with the file written before', async () => {
  const far = 2 ** 31 - 1;
  harness.write('d.test', soa(1));
  await harness.load(journaled());
  await harness.change('d.test', '', 'a A 192.0.2.5');
  for (const serial of [1 + far, (1 + 2 * far) >>> 0]) {
    harness.write('d.test', soa(serial));
    await harness.load(journaled());
    expect(harness.zone('d.test').serial).toBe(serial);
  }
  for (let i = 0; i < 5; i++) await harness.change('d.test', '', `b${i} A 192.0.2.6`);
  expect(harness.zone('d.test').serial).toBe(4);
  const served = harness.records('d.test');
  await harness.crash();
  await harness.restart(journaled());
  expect(harness.records('d.test')).toEqual(served);
});

test('without a data folder changes are refused, the zone is served', async () => {
  harness.write('d.test', soa(1));
  await harness.loader.load([journaled()], { strict: false });
  expect(harness.zone('d.test').trouble).toBe('no data-dir is configured');
  await expect(harness.change('d.test', '', 'a A 192.0.2.5')).rejects.toThrow('no data-dir is configured');
  expect(harness.zone('d.test').serial).toBe(1);
});

test('a zone that becomes dynamic, static, and dynamic again keeps all its changes', async () => {
  harness.write('d.test', soa(1));
  const isStatic = () => harness.static('d.test');
  await harness.load(isStatic());
  await harness.load(journaled());
  await harness.change('d.test', '', 'a A 192.0.2.5');
  await harness.load(isStatic());
  expect(harness.read('d.test')).toContain('192.0.2.5');
  harness.write('d.test', soa(9));
  await harness.load(isStatic());
  await harness.load(journaled());
  await harness.change('d.test', '', 'b A 192.0.2.6');
  expect(harness.zone('d.test').serial).toBe(10);
  const served = harness.records('d.test');
  await harness.crash();
  await harness.restart(journaled());
  expect(harness.records('d.test')).toEqual(served);
  expect(lines().filter((line) => !line.includes('rollforward completed'))).toEqual([]);
});

test('a zone that goes is written before', async () => {
  harness.write('d.test', soa(1));
  harness.write('e.test', soa(1));
  await harness.load(journaled(), harness.dynamic('e.test'));
  await harness.change('d.test', '', 'a A 192.0.2.5');
  const zone = harness.zone('d.test');
  await harness.load(harness.dynamic('e.test'));
  expect(harness.read('d.test')).toContain('192.0.2.5');
  await expect(harness.loader.writer.inTurn(zone, () => undefined)).rejects.toThrow('zone d.test/IN has gone');
});
