/** Progress as a person sees it: on a pseudo terminal of script(1), and not in a pipe, nor where a script reads. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findCommand } from '../interop/lib/judge.ts';
import { Folder } from './serve-process.ts';

const program = join(import.meta.dirname, '../../bin/ringzone.js');
const restart = '\r\u001b[2K';
const hasScript = findCommand('script') !== undefined;

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

/** All that a terminal gets, stdout and stderr. */
function onTerminal(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const command = [process.execPath, program, ...words].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: folder.path,
    env: { ...process.env, TERM: 'xterm', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (data) => {
    text += data;
  });
  return new Promise((done) => child.on('close', () => done(text)));
}

/** What is left to see: of a line that was written over only what came last. */
function visible(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.split(restart).at(-1))
    .join('\n');
}

async function writeZone(records: number): Promise<void> {
  const out = createWriteStream(join(folder.path, 'big.zone'));
  out.write('$TTL 300\n@ SOA ns root 1 3600 600 604800 300\n@ NS ns\nns A 192.0.2.1\n');
  const lines = Array.from({ length: 1000 }, (_, i) => `-${i} A 192.0.2.7\n`);
  for (let block = 0; block < records / 1000; block++) {
    if (!out.write(lines.map((line) => `n${block}${line}`).join(''))) await once(out, 'drain');
  }
  await new Promise<void>((done) => out.end(() => done()));
}

/** Check ever larger zones until reading one takes long enough for something to be drawn. */
async function checkLarge(check: readonly string[]): Promise<string> {
  let text = '';
  for (let records = 400_000; records <= 6_400_000 && !text.includes(' % of '); records *= 2) {
    await writeZone(records);
    text = await onTerminal(check);
  }
  return text;
}

describe.skipIf(!hasScript)('progress (skipped without script)', () => {
  test('of a load: a line that is written over and taken away, on a terminal alone', async () => {
    const check = ['check', '--zone', 'big.test', 'big.zone'];
    const text = await checkLarge(check);
    expect(text.split(restart)).toContainEqual(expect.stringMatching(/^big\.zone: \d+ % of [\d.]+ MB, \d+ s$/));
    expect(visible(text)).toMatch(/^zone big\.test\/IN: loaded serial 1 \(\d+ records\)\nOK\n$/);

    const piped = spawnSync(process.execPath, [program, ...check], { cwd: folder.path, encoding: 'utf8' });
    expect(piped.stdout + piped.stderr).toBe(visible(text));
    // A script reads it; nor can every terminal go back on its line.
    expect(await onTerminal([...check, '--json'])).not.toMatch(/ % of /);
    expect(await onTerminal(check, { TERM: 'dumb' })).not.toMatch(/ % of /);
  }, 120_000);

  test('of a command that takes its time', async () => {
    const server = await slowServer(join(folder.path, 'control.sock'), 2500);
    const words = ['ctl', '--control', 'control.sock', 'reload'];
    const text = await onTerminal(words);
    expect(text.split(restart)).toContain('reload: waiting for the server, 1 s');
    expect(visible(text)).toBe('zones reloaded\n');
    expect(await onTerminal([...words, '--json'])).not.toMatch(/waiting/);
    server.close();
  }, 60_000);
});

/** Has each request at once, and an answer to it later. */
function slowServer(path: string, answerMs: number): Promise<Server> {
  const server = createServer(async (socket) => {
    socket.on('error', () => undefined);
    socket.write('{"received":true}\n');
    await sleep(answerMs);
    socket.write('{"ok":true,"text":"zones reloaded"}\n');
  });
  return new Promise((done) => server.listen(path, () => done(server)));
}
