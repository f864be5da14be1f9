/** `ringzone compare` as a process, from the bundle: a server compared with itself, and with another version of its zone. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Judge } from '../interop/lib/judge.ts';
import { startRingzone } from '../interop/lib/ringzone.ts';

const root = resolve(import.meta.dirname, '../..');
const file = join(root, 'zones/rapidtech.phones');
const folder = mkdtempSync(join(tmpdir(), 'ringzone-compare-e2e-'));
let one: Judge | undefined;
let other: Judge | undefined;

beforeAll(async () => {
  const changed = join(folder, 'changed');
  writeFileSync(changed, readFileSync(file, 'utf8').replace(/^(sipserver1\s.*?)192\.0\.2\.\d+/m, '$1192.0.2.99'));
  [one, other] = await Promise.all([
    startRingzone([{ name: 'rapidtech.phones', file }]),
    startRingzone([{ name: 'rapidtech.phones', file: changed }]),
  ]);
});
afterAll(async () => {
  await Promise.all([one?.stop(), other?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

async function compare(...args: readonly string[]) {
  const command = [join(root, 'bin/ringzone.js'), 'compare', '--bind', `127.0.0.1:${one?.port}`, ...args];
  const child = spawn(process.execPath, command);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}

test('no difference: 0, and nothing on stderr, which is no terminal', async () => {
  const { code, stdout, stderr } = await compare(
    '--with',
    `127.0.0.1:${one?.port}`,
    '--zone',
    'rapidtech.phones',
    file,
  );
  expect(stdout).toMatch(/^1 zone, 8 names, .* questions, asked in 4 ways each, in \d+\.\d s\n(.*\n)*no difference\n$/);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('a difference: 1, as a diff', async () => {
  const { code, stdout } = await compare('--with', `127.0.0.1:${other?.port}`, '--zone', 'rapidtech.phones', file);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^-sipserver1\.rapidtech\.phones\.\t\d+\tIN\tA\t192\.0\.2\.\d+\n\+sipserver1\.rapidtech\.phones\.\t\d+\tIN\tA\t192\.0\.2\.99$/m,
  );
});

test('--json', async () => {
  const { code, stdout } = await compare(
    '--with',
    `127.0.0.1:${other?.port}`,
    '--zone',
    'rapidtech.phones',
    file,
    '--json',
  );
  expect(code).toBe(1);
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ ok: false, unanswered: 0, zones: [{ name: 'rapidtech.phones', namesFrom: 'file' }] });
  expect(result.answers).toBe(4 * result.questions);
  expect(result.equal + result.harmless + result.different).toBe(result.answers);
  expect(result.differences[0].answers[0].diff).toContainEqual(expect.stringMatching(/^\+sipserver1.*192\.0\.2\.99$/));
});
