/** `ringzone compare` as a person calls it wrongly, and what it writes while it runs. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/main.ts';
import { Progress } from '../../../src/control/compare/report/progress.ts';

async function run(...args: readonly string[]) {
  const output = { stdout: new PassThrough(), stderr: new PassThrough() };
  const code = await runProgram(['node', 'ringzone', 'compare', ...args], output);
  return { code, stdout: String(output.stdout.read() ?? ''), stderr: String(output.stderr.read() ?? '') };
}

const servers = ['--bind', '127.0.0.1:1', '--with', '127.0.0.1:2'];

test.each([
  [[], /required option '--bind <ADDR:PORT>' not specified/],
  [['--bind', '127.0.0.1:1'], /required option '--with <ADDR:PORT>' not specified/],
  [servers, /give either --config FILE or --zone NAME FILE\nhint: ringzone compare/],
  [
    [...servers, '--zone', 'ex.test'],
    /no file is given for the zone ex\.test\nhint: ringzone compare --zone ex\.test FILE/,
  ],
  [[...servers, '-c', 'a', '--zone', 'ex.test', 'f'], /give either/],
  [['--bind', 'ns1', '--with', '::1', '--zone', 'a', 'f'], /--bind: "ns1" is not the address of a server\nhint: /],
  [[...servers, '--limit', 'all', '--zone', 'a', 'f'], /--limit: "all" is not a number/],
  [[...servers, '--zone', 'a..b', 'f'], /is not a domain name/],
])('wrong usage: %j', async (args, message) => {
  const { code, stdout, stderr } = await run(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
});

test('a configuration that is not there', async () => {
  const { code, stderr } = await run(...servers, '-c', '/nowhere/named.conf');
  expect(code).toBe(2);
  expect(stderr).toMatch(/\/nowhere\/named\.conf/);
});

test('progress is for terminals, and for what takes over a second', () => {
  for (const isTTY of [false, true]) {
    const stream = Object.assign(new PassThrough(), { isTTY });
    let now = 0;
    const progress = new Progress(stream, 'questions', () => now);
    progress.startZone('ex.test', 1000);
    for (let i = 0; i < 640; i++) {
      now += 2;
      progress.step();
    }
    const text = String(stream.read() ?? '');
    const drawn = [500, 575].map(
      (asked) => `\r\u001b[2Kex.test: ${asked} of 1,000 questions (${Math.floor(asked / 10)}%), 1 s`,
    );
    expect(text).toBe(isTTY ? drawn.join('') : '');
    progress.clear();
    expect(String(stream.read() ?? '')).toBe(isTTY ? '\r\u001b[2K' : '');
  }
});
