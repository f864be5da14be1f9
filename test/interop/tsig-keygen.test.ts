/** Keys that are printed for other servers are read by them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, expect, it } from 'vitest';
import { type KeyFormat, runTsigKeygen } from '../../src/cli/tsig-keygen.ts';
import { tsigAlgorithmNames } from '../../src/tsig/tsig-algorithm.ts';
import { findCommand } from './lib/judge.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringzone-keygen-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function print(name: string, algorithm: string, format: KeyFormat) {
  const output = { stdout: new PassThrough(), stderr: new PassThrough() };
  const code = await runTsigKeygen(name, { algorithm, format }, output);
  return { code, text: String(output.stdout.read() ?? ''), problem: String(output.stderr.read() ?? '') };
}

const readers = [
  { format: 'bind', command: 'named-checkconf', args: [], head: '' },
  { format: 'nsd', command: 'nsd-checkconf', args: [], head: '' },
  { format: 'knot', command: 'knotc', args: ['conf-check'], head: '' },
] as const;

for (const { format, command, args, head } of readers) {
  it.skipIf(findCommand(command) === undefined).each(tsigAlgorithmNames)(
    `${command} reads a key of %s`,
    async (algorithm) => {
      const file = join(folder, `${format}.conf`);
      const { code, text } = await print('transfer.example', algorithm, format);
      expect(code).toBe(0);
      writeFileSync(file, head + text);
      const run = spawnSync(command, format === 'knot' ? ['-c', file, ...args] : [...args, file], { encoding: 'utf8' });
      expect(run.status, run.stdout + run.stderr).toBe(0);
    },
  );
}

it('has a secret of the length of the MAC, another one each time', async () => {
  const secretOf = ({ text }: { readonly text: string }) => /secret "([^"]+)"/.exec(text)?.[1] ?? '';
  const first = secretOf(await print('k', 'hmac-sha512', 'bind'));
  const second = secretOf(await print('k', 'hmac-sha512', 'bind'));
  expect(Buffer.from(first, 'base64').length).toBe(64);
  expect(second).not.toBe(first);
});

it('says what is wrong', async () => {
  expect(await print('a..b', 'hmac-sha256', 'bind')).toMatchObject({ code: 2, text: '' });
  expect((await print('k', 'sha256', 'bind')).problem).toContain('hmac-sha256');
});
