/** The completions in the shells themselves; zsh and fish where they are installed. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../../../../src/cli/main.ts';
import { controlWords } from '../../../../src/control/channel/words.ts';

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-completion-'));
  for (const shell of ['bash', 'zsh', 'fish'])
    writeFileSync(join(folder, `ringzone.${shell}`), await completion(shell));
  mkdirSync(join(folder, 'here/zones'), { recursive: true });
  writeFileSync(join(folder, 'here/named.conf'), '');
  writeFileSync(join(folder, 'here/with blank.zone'), '');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function completion(shell: string): Promise<string> {
  const output = { stdout: new PassThrough(), stderr: new PassThrough() };
  expect(await runProgram(['node', 'ringzone', 'completion', shell], output)).toBe(0);
  return String(output.stdout.read());
}

/** Readline's `insert-completions` (Esc *) puts all that is offered into the line; a function shows the words that come. */
function completeInBash(lines: readonly string[]): string[][] {
  const input = [
    `source ${join(folder, 'ringzone.bash')}`,
    `ringzone() { printf '<%s>' "$@"; echo; }`,
    ...lines.map((line) => `ringzone ${line}\x1b*`),
    'exit',
    '',
  ].join('\n');
  const { stdout, error } = spawnSync('bash', ['--norc', '--noprofile', '-i'], {
    cwd: join(folder, 'here'),
    input,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, TERM: 'dumb', HISTFILE: '/dev/null', INPUTRC: '/dev/null', LC_ALL: 'C.UTF-8' },
    timeout: 20_000,
  });
  if (error !== undefined) throw error;
  const shown = stdout.split('\n').filter((line) => /^<.*>\r?$/.test(line));
  return shown.map((line) => [...line.matchAll(/<([^>]*)>/g)].map((match) => match[1] ?? ''));
}

test('bash completes commands, options, words of ctl, files and values', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['co', ['convert', 'compare', 'completion']],
    ['--v', ['--version']],
    ['--no-color che', ['--no-color', 'check']],
    ['check --pr', ['check', '--print']],
    ['check -c na', ['check', '-c', 'named.conf']],
    ['check --config=na', ['check', '--config=named.conf']],
    ['check --config=named.conf --js', ['check', '--config=named.conf', '--json']],
    ['serve --zone a.test=na', ['serve', '--zone', 'a.test=named.conf']],
    ['serve --listen 127.0.0.1:5300 --stri', ['serve', '--listen', '127.0.0.1:5300', '--strict']],
    ['serve --data-dir zo', ['serve', '--data-dir', 'zones']],
    ['convert wi', ['convert', 'with blank.zone']],
    ['ctl re', ['ctl', ...controlWords.map(({ name }) => name).filter((name) => name.startsWith('re'))]],
    ['ctl -c named.conf retr', ['ctl', '-c', 'named.conf', 'retransfer']],
    // The zone's name: nobody knows it.
    ['ctl reload na', ['ctl', 'reload', 'na']],
    ['resolve --as cis', ['resolve', '--as', 'cisco']],
    ['tsig-keygen --format kn', ['tsig-keygen', '--format', 'knot']],
    ['completion fi', ['completion', 'fish']],
    ['help ser', ['help', 'serve']],
  ];
  const completed = completeInBash(cases.map(([line]) => line));
  const sorted = (words: readonly string[]) => words.toSorted();
  expect(completed.map(sorted)).toEqual(cases.map(([, words]) => sorted(words)));
});

test('bash offers every option of every command', () => {
  const [offered = []] = completeInBash(['serve --']);
  expect(offered).toEqual(expect.arrayContaining(['--takeover', '--http', '--help', '--no-color']));
});

test.for([
  ['bash', '-n'],
  ['zsh', '-n'],
  ['fish', '--no-execute'],
] as const)('%s can read it', ([shell, option], { skip }) => {
  const { status, stderr, error } = spawnSync(shell, [option, join(folder, `ringzone.${shell}`)], { encoding: 'utf8' });
  skip(isMissing(error), `${shell} is not installed`);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('zsh completes the file of NAME=FILE', async () => {
  const text = await completion('zsh');
  expect(text).toContain(`:NAME=FILE:{compset -P "*="; _files}'`);
});

test('fish completes', ({ skip }) => {
  const lines = ['ringzone co', 'ringzone ctl ret', 'ringzone check --pr', 'ringzone resolve --as cis'];
  const script = `source ${join(folder, 'ringzone.fish')}; ${lines.map((line) => `complete -C ${JSON.stringify(line)}`).join('; ')}`;
  const { stdout, error } = spawnSync('fish', ['--no-config', '-c', script], {
    encoding: 'utf8',
    env: { ...process.env, HOME: folder },
  });
  skip(isMissing(error), 'fish is not installed');
  const words = stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0]]));
  expect(words).toEqual(['compare', 'completion', 'convert', 'retransfer', '--print', 'cisco']);
});

function isMissing(error: Error | undefined): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}

test('another shell is wrong usage', async () => {
  const output = { stdout: new PassThrough(), stderr: new PassThrough() };
  expect(await runProgram(['node', 'ringzone', 'completion', 'csh'], output)).toBe(2);
  expect(String(output.stderr.read())).toContain('Allowed choices are bash, zsh, fish');
});
