/** The program as a person calls it, without a process. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/main.ts';

async function run(...args: readonly string[]) {
  const output = { stdout: new PassThrough(), stderr: new PassThrough() };
  const code = await runProgram(['node', 'ringzone', ...args], output);
  return { code, stdout: String(output.stdout.read() ?? ''), stderr: String(output.stderr.read() ?? '') };
}

test('tsig-keygen has the defaults of BIND', async () => {
  const { code, stdout } = await run('tsig-keygen');
  expect(code).toBe(0);
  const secret = /^key "tsig-key" {\n\talgorithm hmac-sha256;\n\tsecret "([^"]+)";\n};\n$/.exec(stdout)?.[1] ?? '';
  expect(Buffer.from(secret, 'base64').length).toBe(32);
});

test('tsig-keygen takes a name, an algorithm and a format', async () => {
  const { code, stdout } = await run('tsig-keygen', '-a', 'hmac-sha512', '--format', 'yaml', 'transfer-key');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^keys:\n {2}"transfer-key": { algorithm: hmac-sha512, secret: "[A-Za-z0-9+/]{86}==" }\n$/);
});

test.each([
  [['tsig-keygen', 'a..b'], /is not a domain name/],
  [['tsig-keygen', '-a', 'sha256'], /hint: one of .*hmac-sha256/],
  [['tsig-keygen', '--format', 'json'], /Allowed choices are bind, yaml, knot, nsd/],
  [['tsig-keygen', 'a', 'b'], /too many arguments/],
  [['ctl'], /missing required argument/],
  [['check', 'named.conf'], /hint: a configuration is named so: ringzone check -c named\.conf\n/],
  [['check', 'a.test', 'a.zone'], /hint: name it: ringzone check --zone a\.test a\.zone\n/],
  [['ctl', 'relaod'], /unknown command "relaod"\nhint: did you mean reload\?/],
  [['ctl', '-c', 'a', '--control', 'b', 'status'], /give one of them/],
  [['ctl', 'reload', '-clean'], /-clean is for sync/],
])('wrong usage: %j', async (args, message) => {
  const { code, stdout, stderr } = await run(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
});

test('ctl --help lists the words', async () => {
  const { code, stdout } = await run('ctl', '--help');
  expect(code).toBe(0);
  for (const word of [
    'status',
    'reload',
    'reconfig',
    'refresh',
    'retransfer',
    'notify',
    'zonestatus',
    'freeze',
    'thaw',
  ]) {
    expect(stdout).toMatch(new RegExp(`^ {2}${word} `, 'm'));
  }
});

test('ctl without a server says what is missing', async () => {
  const there = ['--control', '/nowhere/c.sock'];
  expect(await run('ctl', ...there, 'status')).toEqual({
    code: 1,
    stdout: '',
    stderr: `error: no server at /nowhere/c.sock: no such socket
hint: is it running? Name its socket with --control, or its configuration with -c
`,
  });
  const { code, stdout } = await run('ctl', ...there, 'sync', '-clean', 'a.test', '--json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    command: ['sync', '-clean', 'a.test'],
    ok: false,
    failure: 'no server',
    text: 'no server at /nowhere/c.sock: no such socket',
  });
});
