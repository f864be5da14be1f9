/** `ringzone init` at a terminal, colours at one, and what is built besides. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { findCommand } from '../interop/lib/judge.ts';
import { Folder } from './serve-process.ts';

// The program starts five times in one of them, on a machine that has other things to do.
vi.setConfig({ testTimeout: 120_000 });

const root = join(import.meta.dirname, '../..');
const ringzone = join(root, 'bin/ringzone.js');
const folder = new Folder();
const esc = String.fromCharCode(27);

/** util-linux: gives a program a terminal. */
const hasScript = findCommand('script') !== undefined;
if (!hasScript) console.warn('skipped: init and colours at a terminal, because script is not installed');

afterAll(() => folder.remove());

/** What a terminal shows, and the exit code. `answers` are typed, each once its question is there. */
async function atTerminal(
  args: readonly string[],
  answers: readonly (readonly [RegExp, string])[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly code: number | null; readonly shown: string }> {
  const { NO_COLOR: _no, FORCE_COLOR: _force, ...inherited } = process.env;
  const command = [process.execPath, ringzone, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: folder.path,
    env: { ...inherited, TERM: 'xterm', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const rest = [...answers];
  let shown = '';
  let seen = 0;
  child.stdout.on('data', (data: Buffer) => {
    shown += data;
    const [question, answer] = rest[0] ?? [];
    if (question === undefined || !question.test(shown.slice(seen))) return;
    rest.shift();
    seen = shown.length;
    child.stdin.write(`${answer}\r`);
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 100_000);
  const code = await new Promise<number | null>((done) => child.once('close', done));
  clearTimeout(timer);
  return { code, shown };
}

test.skipIf(!hasScript)('a conversation (skipped without script)', async () => {
  const { code, shown } = await atTerminal(
    ['init'],
    [
      [/Domain .*: /, 'a..b'],
      [/is not a domain name[\s\S]*Domain .*: /, 'a.test'],
      [/Server 1 .*: /, '192.0.2.1'],
      [/Server 2 .*: /, '192.0.2.2'],
      [/Server 3 .*: /, ''],
      [/Weight of .*: /, '30'],
      [/Weight of .*: /, '70'],
      [/Backup.*: /, ''],
      [/Transports.*: /, ''],
      [/NAPTR.*: /, ''],
      [/Answer questions at .*: /, '127.0.0.1:5399'],
      [/Address of this .*: /, '192.0.2.3'],
    ],
  );
  expect(code, shown).toBe(0);
  expect(shown).toContain('written: zones/a.test');
  const zone = readFileSync(join(folder.path, 'zones/a.test'), 'utf8');
  expect(zone.match(/^_sip._udp.*/gm)).toEqual([
    '_sip._udp   5m IN SRV 0 30 5060 sip1',
    '_sip._udp   5m IN SRV 0 70 5060 sip2',
  ]);
  const { status, stdout } = spawnSync(process.execPath, [ringzone, 'check'], { cwd: folder.path, encoding: 'utf8' });
  expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining('OK\n') });
});

test.skipIf(!hasScript)('who leaves gets no files (skipped without script)', async () => {
  const { code, shown } = await atTerminal(['init', '--dir', 'left'], [[/Domain .*: /, '\u0004']]);
  expect(code, shown).toBe(1);
  expect(shown).toContain('nothing is written');
});

// Node's own way of making folders with all above them turns for ever there.
test('a folder below which nobody can make another', () => {
  const args = ['init', '--dir', '/proc', '--domain', 'a.test', '--server', '192.0.2.1'];
  const { status, stderr } = spawnSync(process.execPath, [ringzone, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('cannot write below /proc') });
});

test.skipIf(!hasScript)('colours at a terminal, unless told otherwise (skipped without script)', async () => {
  const file = folder.write('b.test', '$TTL 1h\n@ SOA ns root 1 1h 10m 2w 5m\n@ NS ns\nns A 192.0.2.1\nx A oops\n');
  const args = ['check', '--zone', 'b.test', file];
  const error = `${esc}[1m${esc}[31merror:`;
  expect((await atTerminal(args)).shown).toContain(error);
  expect((await atTerminal(args, [], { NO_COLOR: '1' })).shown).not.toContain(esc);
  expect((await atTerminal(args, [], { TERM: 'dumb' })).shown).not.toContain(esc);
  expect((await atTerminal([...args, '--no-color'], [], { FORCE_COLOR: '1' })).shown).not.toContain(esc);
  expect((await atTerminal(['--no-color', ...args])).shown).not.toContain(esc);
});

test('the build has the manual pages as they are made now', async () => {
  const { makeManuals } = await import('../../src/cli/manual/make-manuals.ts');
  for (const { name, text } of makeManuals()) expect(readFileSync(join(root, 'dist/man', name), 'utf8')).toBe(text);
});
