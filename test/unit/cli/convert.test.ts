/** `ringzone convert` as a person calls it, without a process. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/main.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-convert-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function convert(...args: readonly string[]) {
  const output = { stdout: new PassThrough(), stderr: new PassThrough() };
  const code = await runProgram(['node', 'ringzone', 'convert', ...args], output);
  return { code, stdout: String(output.stdout.read() ?? ''), stderr: String(output.stderr.read() ?? '') };
}

function write(text: string): string {
  const path = join(folder, 'named.conf');
  writeFileSync(path, text);
  return path;
}

const key = 'key k { algorithm hmac-sha256; secret "6vOHn0LwVRSdZyJgzF4mnHZgCDbVN9C0S3r0tB0Wq1E="; };\n';
const zone = 'zone "a.test" { type master; file "/zones/a"; };\n';

test('to stdout, with what is to be known on stderr', async () => {
  const { code, stdout, stderr } = await convert(write(`options { pid-file none; };\n${zone}`));
  expect(code).toBe(0);
  expect(stdout).toMatch(/^zones:\n {2}a\.test:\n {4}type: primary\n {4}file: \/zones\/a\n/m);
  expect(stdout).toContain(
    '# BIND resolves too unless recursion no; clients that use this host as their resolver will get REFUSED\n',
  );
  expect(stdout).toContain('# left out: pid-file none (');
  expect(stderr).toMatch(/warning: BIND resolves too.*\n/);
  expect(stderr).toMatch(/\nconverted: 1 zone; 1 statement is left out, in a comment with the reason\n$/);
});

test('what is said otherwise, or is so anyway, is no loss', async () => {
  const options = 'options { directory "/usr"; recursion no; listen-on port 5300 { any; }; port 5300; };\n';
  const { stdout, stderr } = await convert(write(options + zone));
  expect(stdout).toContain('# not needed: directory "/usr" (paths are whole here)\n');
  expect(stdout).not.toContain('left out');
  expect(stderr).toMatch(/converted: 1 zone; every statement is kept\n$/);
});

test('to a file, which check takes', async () => {
  const target = join(folder, 'ringzone.yaml');
  writeFileSync(join(folder, 'a'), '@ 60 SOA ns h 1 3600 600 604800 60\n@ 60 NS ns\nns 60 A 192.0.2.1\n');
  const path = write(
    `options { directory "${folder}"; recursion no; allow-transfer { none; }; };\n${zone.replace('/zones/', '')}`,
  );
  expect(await convert(path, '-o', target)).toMatchObject({ code: 0, stdout: '' });
  const output = { stdout: new PassThrough(), stderr: new PassThrough() };
  expect(await runProgram(['node', 'ringzone', 'check', '-c', target], output)).toBe(0);
  expect(String(output.stdout.read())).toMatch(/zone a\.test\/IN: loaded serial 1/);
  expect(String(output.stderr.read() ?? '')).toBe('');
});

test('where relative paths start is told where directory does not say it', async () => {
  const { stdout, stderr } = await convert(write(zone.replace('/zones/', '')));
  expect(stdout).toContain(`    file: ${process.cwd()}/a\n`);
  expect(stdout).toContain(`# without directory, relative paths started at the working directory, ${process.cwd()}\n`);
  expect(stderr).toContain('there is no directory: relative paths start at the working directory');
  expect((await convert(write(zone))).stderr).toMatch(/converted: 1 zone; every statement is kept\n$/);
});

test('a file with secrets is for its owner alone', async () => {
  const target = join(folder, 'ringzone.yaml');
  const { code, stderr } = await convert(write(key + zone), '-o', target);
  expect(code).toBe(0);
  expect(statSync(target).mode & 0o777).toBe(0o600);
  expect(stderr).toMatch(/holds the secrets of keys.*\nhint: .* at its start.*: chgrp GROUP \S+ && chmod g\+r \S+\n$/);
});

test('a file that is there is replaced with --force alone', async () => {
  const target = join(folder, 'ringzone.yaml');
  writeFileSync(target, 'mine\n', { mode: 0o644 });
  expect(await convert(write(key), '-o', target)).toMatchObject({
    code: 1,
    stderr: `error: ${target} exists\nhint: --force replaces it\n`,
  });
  expect(readFileSync(target, 'utf8')).toBe('mine\n');
  expect(await convert(write(key), '-o', target, '--force')).toMatchObject({ code: 0 });
  expect(readFileSync(target, 'utf8')).toMatch(/^keys:/m);
  expect(statSync(target).mode & 0o777).toBe(0o600);
});

test('what is converted is not replaced, not by another name of it nor where it is included', async () => {
  const included = join(folder, 'zones.conf');
  const link = join(folder, 'link.yaml');
  const path = write(`include "${included}";\n`);
  writeFileSync(included, zone);
  symlinkSync(path, link);
  for (const target of [path, included, link]) {
    expect(await convert(path, '-o', target, '--force')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`error: ${target} is what is converted, and would be lost\n`),
    });
  }
  expect(readFileSync(path, 'utf8')).toBe(`include "${included}";\n`);
  expect(readFileSync(included, 'utf8')).toBe(zone);
});

test.each([
  ['a fault', 'options { recursoin no; };\n', /named\.conf:1:11: error: unknown statement "recursoin" \[NC06\]/],
  ['what cannot be obeyed', 'options { forwarders { 192.0.2.1; }; };\n', /error: forwarders cannot be obeyed/],
])('nothing is written with %s', async (_, text, message) => {
  const target = join(folder, 'ringzone.yaml');
  const { code, stdout, stderr } = await convert(write(text), '-o', target);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/nothing is written/);
  expect(existsSync(target)).toBe(false);
});

test('what is not there, or cannot be written', async () => {
  expect(await convert(join(folder, 'nothing'))).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/cannot read .*no such file/),
  });
  const path = write(zone);
  expect(await convert(path, '-o', join(folder, 'no/ringzone.yaml'))).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/error: cannot write/),
  });
  expect(readdirSync(folder)).toEqual(['named.conf']);
  expect(await convert()).toMatchObject({ code: 2, stderr: expect.stringMatching(/missing required argument 'FILE'/) });
});
