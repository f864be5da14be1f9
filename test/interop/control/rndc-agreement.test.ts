/** The same words to BIND by rndc and to Ringzone by ctl, the same answers: text, exit code, and what the log says. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Controlled, startBind, startRingzone, zoneText } from './controlled.ts';

let bind: Controlled | undefined;
let ringzone: Controlled | undefined;
beforeAll(async () => {
  [bind, ringzone] = await Promise.all([startBind(false), startRingzone(false)]);
}, 30_000);
afterAll(async () => {
  await Promise.all([bind?.stop(), ringzone?.stop()]);
});

async function both(line: string) {
  if (bind === undefined || ringzone === undefined) return undefined;
  const [theirs, ours] = await Promise.all([bind.say(line), ringzone.say(line)]);
  return { theirs, ours };
}

/** In this order: a word depends on those before it. */
const lines = [
  'reload st.test',
  'reload st.test.',
  'reload ST.test IN _default',
  'reload dyn.test',
  'reload nope.test',
  'reload st.test XX',
  'reload st.test IN inside',
  'reload a..b',
  'refresh st.test',
  'refresh nope.test',
  'refresh',
  'retransfer st.test',
  'retransfer',
  'notify st.test',
  'notify nope.test',
  'zonestatus st.test',
  'zonestatus dyn.test',
  'ZONESTATUS dyn.test',
  'zonestatus bad.test',
  'zonestatus sec.test',
  'zonestatus nope.test',
  'freeze st.test',
  'freeze sec.test',
  'freeze nope.test',
  'freeze dyn.test',
  'zonestatus dyn.test',
  'freeze dyn.test',
  'reload dyn.test',
  'thaw dyn.test',
  'thaw dyn.test',
  'thaw st.test',
  'thaw nope.test',
  'zonestatus dyn.test',
  'freeze',
  'zonestatus dyn.test',
  'thaw',
  'sync',
  'sync dyn.test',
  'sync -clean dyn.test',
  'sync -clean',
  'sync st.test',
  'sync nope.test',
  'querylog on',
  'querylog',
  'querylog off',
  'querylog x',
];

/** What Ringzone adds to BIND's words, a line below them: what to do about it. */
const hints = [
  /^freeze it, edit its file, thaw it$/,
  /^no class "XX"$/,
  /^"a\.\.b" is not a domain name$/,
  /^a zone is missing$/,
  /^querylog \[on\|off\]$/,
];

function withoutHints(text: string): string {
  return text
    .split('\n')
    .filter((line) => !hints.some((hint) => hint.test(line)))
    .join('\n');
}

function masked(text: string, folder: string): string {
  return text
    .replace(/^(?:rndc|ringzone ctl): /gm, '')
    .replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, 'TIME')
    .replaceAll(folder === '' ? /^$/g : `${folder}/`, '');
}

test.each(lines.map((line, index) => [index, line] as const))('%i %s', async (_, line) => {
  const said = await both(line);
  if (said === undefined) return;
  const { theirs, ours } = said;
  expect(ours.code).toBe(theirs.code);
  expect(masked(ours.stdout, ringzone?.folder ?? '')).toBe(masked(theirs.stdout, ''));
  // The case of the word is that of the command line in both.
  expect(withoutHints(masked(ours.stderr, ringzone?.folder ?? ''))).toBe(masked(theirs.stderr, ''));
});

test('a reload that changes a zone is done when ctl returns', async () => {
  if (bind === undefined || ringzone === undefined) return;
  for (const { folder } of [bind, ringzone]) writeFileSync(join(folder, 'st.test'), zoneText.replace(' 1 ', ' 2 '));
  const { theirs, ours } = (await both('reload st.test')) ?? {};
  // BIND answers before it has read the file; its word for the other case is ours.
  expect(theirs).toMatchObject({ code: 0, stdout: 'zone reload queued\n' });
  expect(ours).toMatchObject({ code: 0, stdout: 'zone reload successful\n' });
  expect((await ringzone.say('zonestatus st.test')).stdout).toContain('\nserial: 2\n');
});

test('a zone that can not be read fails in both; Ringzone tells every reason', async () => {
  const { theirs, ours } = (await both('reload bad.test')) ?? {};
  if (theirs === undefined || ours === undefined) return;
  expect([theirs.code, ours.code]).toEqual([1, 1]);
  expect(theirs.stderr).toMatch(/^rndc: 'reload' failed: /);
  expect(ours.stderr).toMatch(/^ringzone ctl: 'reload' failed: 1 error .*\n.*bad\.test:1:8: error: /);
});

test('status has the same lines', async () => {
  const said = await both('status');
  if (said === undefined) return;
  const keys = (text: string) =>
    text.split('\n').map((line) => line.replace(/(?<=:| is (?:ON|OFF|up)).*/, '').replace(/ on .*:/, ':'));
  expect(keys(said.ours.stdout)).toEqual(keys(said.theirs.stdout));
});

test('the log has the same lines', async () => {
  if (bind === undefined || ringzone === undefined) return;
  const about = /general: \w+: (?:received control channel command|freezing|thawing|sync:|dumping|query logging)/;
  // What has been refused, or needed nothing, is told to who asked; BIND says that too.
  const bindOnly = /(?:thawing|dumping) zone 'st\.test\/IN'|already frozen$/;
  const linesOf = (log: string) => {
    const found = log.split('\n').filter((line) => about.test(line) && !line.includes("'status'"));
    return new Set(found.map((line) => line.replace(/^.*?(?=general: )/, '')));
  };
  const theirs = [...linesOf(bind.log())].filter((line) => !bindOnly.test(line));
  expect([...linesOf(ringzone.log())].toSorted()).toEqual(theirs.toSorted());
});
