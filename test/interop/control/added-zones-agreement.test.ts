/** addzone, modzone, delzone, showzone and the words for resolvers: to BIND by rndc, to Ringzone by ctl, with the same answers. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusalOf } from '../../../src/control/channel/refused-words.ts';
import { findWord } from '../../../src/control/channel/words.ts';
import { findCommand } from '../lib/judge.ts';
import { type Controlled, startBind, startRingzone, zoneText } from './controlled.ts';

let bind: Controlled | undefined;
let ringzone: Controlled | undefined;
/** Without allow-new-zones. */
let closedBind: Controlled | undefined;
let closedRingzone: Controlled | undefined;

beforeAll(async () => {
  [bind, ringzone] = await Promise.all([startBind(true), startRingzone(true)]);
  [closedBind, closedRingzone] = await Promise.all([startBind(false), startRingzone(false)]);
  for (const server of [bind, ringzone]) {
    if (server === undefined) continue;
    for (const name of ['a', 'b', 'c']) writeFileSync(join(server.folder, name), zoneText);
  }
}, 60_000);
afterAll(async () => {
  await Promise.all([bind, ringzone, closedBind, closedRingzone].map((server) => server?.stop()));
});

const a = '{ type primary; file "a"; };';

/** In this order: a word depends on those before it. */
const lines = [
  `addzone a.test ${a}`,
  `addzone a.test ${a}`,
  `addzone A.TEST. ${a}`,
  `addzone a.test IN _default ${a}`,
  `addzone x.test IN nope ${a}`,
  `addzone st.test ${a}`,
  'addzone b.test { type primary; file "b" };',
  'addzone "b.test" { type primary; file "b"; };',
  'addzone bad1.test { type primary; };',
  'addzone bad2.test { file "a"; };',
  'addzone bad3.test { type nope; file "a"; };',
  'addzone bad4.test { type primary; file "a"; nonsense yes; };',
  'addzone bad5.test type primary; file "a";',
  'addzone bad6.test { type hint; file "a"; };',
  `addzone a..b ${a}`,
  `addzone x.test CH ${a}`,
  `addzone x.test XX ${a}`,
  'addzone x.test extra',
  'addzone x.test',
  'addzone',
  'addzone dyn2.test { type primary; file "c"; allow-update { key "rndc-key"; }; notify no; };',
  'addzone sec2.test { type secondary; primaries { 127.0.0.1 port 9; }; };',
  'showzone a.test',
  'showzone dyn2.test',
  'showzone sec2.test',
  'showzone nope.test',
  'showzone',
  'zonestatus a.test',
  'zonestatus st.test',
  'zonestatus dyn2.test',
  'zonestatus sec2.test',
  'modzone a.test { type primary; file "b"; };',
  'showzone a.test',
  'modzone A.test { type primary; file "b"; notify explicit; };',
  'showzone a.test',
  'modzone a.test { type primary; file "b" };',
  'modzone a.test',
  'modzone nope.test { type primary; file "b"; };',
  'delzone nope.test',
  'delzone a.test',
  'delzone a.test',
  'zonestatus a.test',
  'delzone -clean b.test',
  'delzone sec2.test',
  'delzone dyn2.test',
  'delzone',
  'delzone st.test XX',
  'flush',
  'flushname',
  'validation',
  'validation xx',
  'tsig-delete',
  'tsig-delete nope',
  'dnssec',
  'dnssec -status st.test',
  'dnssec -status nope.test',
  'null',
  'nonsense',
];

/** What each prints below the first line may say more here; what BIND says there is said here too. */
function firstLine(text: string): string {
  return text.replace(/^(?:rndc|ringzone ctl): /, '').split('\n')[0] ?? '';
}

/** Ringzone says that there is no cache where BIND says nothing. */
const more = ['flush'];

/** Below the first line BIND names a function of its own. */
const bindsOwn = /^(?:dns_zone_loadnew|configure_zone) failed: |^zone type not specified$|^$/;

function masked(text: string, folder: string): string {
  return text.replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, 'TIME').replaceAll(`${folder}/`, '');
}

async function both(line: string, theirs = bind, ours = ringzone) {
  if (theirs === undefined || ours === undefined) return undefined;
  const [bindSaid, said] = await Promise.all([theirs.say(line), ours.say(line)]);
  return { theirs: bindSaid, ours: said };
}

test.each(lines.map((line, index) => [index, line] as const))('%i %s', async (_, line) => {
  const said = await both(line);
  if (said === undefined) return;
  const { theirs, ours } = said;
  if (line === 'nonsense') {
    // A word that neither knows: ours says it before it asks the server.
    expect([theirs.code, ours.code]).toEqual([1, 2]);
    return;
  }
  expect(ours.code).toBe(theirs.code);
  if (!more.includes(line)) expect(masked(ours.stdout, ringzone?.folder ?? '')).toBe(masked(theirs.stdout, ''));
  expect(firstLine(ours.stderr)).toBe(firstLine(theirs.stderr));
  const below = theirs.stderr
    .split('\n')
    .slice(1)
    .filter((text) => !bindsOwn.test(text));
  for (const text of below) expect(ours.stderr).toContain(text);
});

describe('without allow-new-zones', () => {
  test.each([`addzone a.test ${a}`, `modzone st.test ${a}`, 'addzone', 'delzone nope.test'])('%s', async (line) => {
    const said = await both(line, closedBind, closedRingzone);
    if (said === undefined) return;
    expect(said.ours.code).toBe(said.theirs.code);
    const [first, second = ''] = said.theirs.stderr.replace(/^rndc: /, '').split('\n');
    expect(firstLine(said.ours.stderr)).toBe(first);
    expect(said.ours.stderr).toContain(second);
  });
});

test('a zone of the configuration: both take it out until it is read again, and name their file', async () => {
  const said = await both('delzone st.test', closedBind, closedRingzone);
  if (said === undefined) return;
  expect(said.ours).toEqual({ ...said.theirs, stdout: said.theirs.stdout.replace('named.conf', 'ringzone.yaml') });
  const changed = await both('modzone dyn.test { type primary; file "c"; };');
  if (changed === undefined) return;
  expect(changed.ours).toEqual({
    ...changed.theirs,
    stdout: changed.theirs.stdout.replace('named.conf', 'ringzone.yaml'),
  });
  // reconfig brings it back in both.
  await both('reconfig', closedBind, closedRingzone);
  const back = await both('zonestatus st.test', closedBind, closedRingzone);
  expect([back?.theirs.code, back?.ours.code]).toEqual([0, 0]);
});

describe('zonestatus has the lines of BIND', () => {
  /** Times are each server's own. */
  const linesOf = (text: string) => text.replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, 'TIME').split('\n');

  test('of a signed zone; when it would be signed again is for whom signs', async () => {
    if (bind === undefined || ringzone === undefined || findCommand('dnssec-signzone') === undefined) return;
    for (const { folder } of [bind, ringzone]) signZone(folder, bind.folder);
    await both('addzone signed.test { type primary; file "signed.test"; };');
    const said = await both('zonestatus signed.test');
    const theirs = linesOf(said?.theirs.stdout ?? '').filter((line) => !line.startsWith('next resign '));
    expect(linesOf(said?.ours.stdout.replace(`${ringzone.folder}/`, '') ?? '')).toEqual(theirs);
    expect(theirs).toContain('secure: yes');
  });

  test('of a secondary zone; its copy is no file of ours', async () => {
    if (bind === undefined || ringzone === undefined) return;
    const options = 'file "a"; allow-transfer { any; };';
    // Each is the other's secondary.
    for (const [server, name] of [
      [bind, 'ours.test'],
      [ringzone, 'theirs.test'],
    ] as const) {
      expect((await server.say(`addzone ${name} { type primary; ${options} };`)).code).toBe(0);
    }
    const secondaryOf = (port: number) => `{ type secondary; file "copy"; primaries { 127.0.0.1 port ${port}; }; };`;
    await bind.say(`addzone theirs.test ${secondaryOf(ringzone.port)}`);
    await ringzone.say(`addzone ours.test ${secondaryOf(bind.port)}`);
    const theirs = await statusOnce(bind, 'theirs.test');
    const ours = await statusOnce(ringzone, 'ours.test');
    expect(linesOf(ours.replace('ours.test', 'theirs.test'))).toEqual(
      linesOf(theirs).filter((line) => !line.startsWith('files: ')),
    );
    expect(linesOf(theirs)).toContain('expires: TIME');
  });
});

/** Of a zone that is being transferred. */
async function statusOnce(server: Controlled, zone: string): Promise<string> {
  for (let i = 0; i < 100; i++) {
    const { code, stdout } = await server.say(`zonestatus ${zone}`);
    if (code === 0) return stdout;
    await sleep(100);
  }
  throw new Error(`${zone} was not transferred\n${server.log()}`);
}

/** Into `folder`; keys are made once, in `keys`. */
function signZone(folder: string, keys: string): void {
  const run = (command: string, args: readonly string[]) => execFileSync(command, args, { cwd: folder, stdio: 'pipe' });
  if (folder === keys) {
    for (const flags of [['-f', 'KSK'], []]) {
      run('dnssec-keygen', ['-q', '-K', keys, '-a', 'ECDSAP256SHA256', ...flags, 'signed.test']);
    }
  }
  run('dnssec-signzone', ['-S', '-K', keys, '-o', 'signed.test', '-f', 'signed.test', 'a']);
}

test('what cannot be loaded is not added in either; ours tells the error with its place', async () => {
  for (const server of [bind, ringzone])
    if (server !== undefined) writeFileSync(join(server.folder, 'bad'), 'garbage\n');
  const said = await both('addzone broken.test { type primary; file "bad"; };');
  if (said === undefined) return;
  expect([said.theirs.code, said.ours.code]).toEqual([1, 1]);
  expect(said.ours.stderr).toMatch(/bad:1:8: error: /);
  const after = await both('zonestatus broken.test');
  expect(firstLine(after?.ours.stderr ?? '')).toBe(firstLine(after?.theirs.stderr ?? ''));
});

test('delzone -clean has deleted the file in both', () => {
  if (bind === undefined || ringzone === undefined) return;
  expect([bind, ringzone].map(({ folder }) => existsSync(join(folder, 'b')))).toEqual([false, false]);
});

test('the log has the same lines', () => {
  if (bind === undefined || ringzone === undefined) return;
  const about =
    /general: info: (?:added zone|updated zone|deleting zone|zone \S+ scheduled for removal|addzone failed)/;
  const linesOf = (log: string) =>
    log
      .split('\n')
      .filter((line) => about.test(line))
      .map((line) => line.replace(/^.*?general: /, ''));
  // Two zones were added to each in another order.
  expect(linesOf(ringzone.log()).toSorted()).toEqual(linesOf(bind.log()).toSorted());
});

test('the file says what was kept', () => {
  if (ringzone === undefined) return;
  const text = readFileSync(join(ringzone.folder, 'data', 'added-zones.yaml'), 'utf8');
  const names = text.split('\n').flatMap((line) => /^ {2}(\S+): /.exec(line)?.[1] ?? []);
  expect(names).toEqual(['signed.test', 'theirs.test', 'ours.test']);
});

test('every word of the rndc that is installed is done, or refused with a reason', async () => {
  const usage = (await bind?.say('-h'))?.stderr ?? '';
  const words = [...usage.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, word]) => String(word));
  if (bind !== undefined) expect(words.length).toBeGreaterThan(30);
  expect(words.filter((word) => findWord(word) === undefined && refusalOf(word) === undefined)).toEqual([]);
});
