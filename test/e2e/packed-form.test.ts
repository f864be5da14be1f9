/** What `node build.ts` makes: complete without the packages that are bundled, licensed, and never stopped by its cache. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { askRaw, buildQuery } from '../interop/lib/dns-client.ts';
import { findFreePort } from '../interop/lib/free-port.ts';

const root = resolve(import.meta.dirname, '../..');
/** They bring a binary and stay outside. */
const outside = ['koffi', 'lmdb'];
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-packed-'));
  for (const path of ['bin', 'dist', 'package.json', 'zones']) {
    cpSync(join(root, path), join(folder, path), { recursive: true, filter: (from) => !from.includes('.compiled') });
  }
  mkdirSync(join(folder, 'node_modules'));
  for (const name of outside.filter((name) => existsSync(join(root, 'node_modules', name)))) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function bundles(): readonly string[] {
  const files = readdirSync(join(folder, 'dist/bundles')).filter((name) => name.endsWith('.cjs'));
  return files.map((name) => readFileSync(join(folder, 'dist/bundles', name), 'utf8'));
}

function check(variables: NodeJS.ProcessEnv = {}) {
  const { NODE_COMPILE_CACHE, NODE_DISABLE_COMPILE_CACHE, ...environment } = process.env;
  const config = join(folder, 'ringzone.yaml');
  cpSync(join(root, 'deploy/container/ringzone.yaml'), config);
  return spawnSync(process.execPath, [join(folder, 'bin/ringzone.js'), 'check', '-c', config], {
    encoding: 'utf8',
    env: { ...environment, ...variables },
  });
}

/** Until it has answered over UDP and has been idle for a moment. */
async function serveOnce(): Promise<void> {
  const { NODE_COMPILE_CACHE, NODE_DISABLE_COMPILE_CACHE, ...env } = process.env;
  const port = await findFreePort();
  const args = ['serve', '--listen', `127.0.0.1:${port}`, '--control', 'false', '--workers', '1'];
  const server = spawn(process.execPath, [join(folder, 'bin/ringzone.js'), ...args], {
    cwd: folder,
    env,
    stdio: 'ignore',
  });
  const exited = once(server, 'exit');
  try {
    let answer: Uint8Array | undefined;
    for (let i = 0; i < 100 && answer === undefined; i++) {
      answer = await askRaw(port, buildQuery({ name: 'rapidtech.phones', type: 'SOA' }), { timeoutMs: 100 });
    }
    expect(answer?.[3]).toBe(0);
    await sleep(2000);
  } finally {
    server.kill();
    expect(await exited).toEqual([0, null]);
  }
}

it('imports nothing but its own files, modules of Node and the packages with a binary', () => {
  const specifiers = bundles().flatMap((text) =>
    [...text.matchAll(/\b(?:require|import)\("([^"]+)"\)/g)].map((match) => match[1] as string),
  );
  expect(specifiers.length).toBeGreaterThan(20);
  const known = new Set([...builtinModules, ...outside]);
  expect(specifiers.filter((name) => !name.startsWith('.') && !name.startsWith('node:') && !known.has(name))).toEqual(
    [],
  );
});

it('has the licence of each package that a bundle takes something from', () => {
  // Above each module's code esbuild writes where it is from.
  const comments = bundles().flatMap((text) => [...text.matchAll(/^\s*\/\/ \S*node_modules\/(\S+)/gm)]);
  const names = new Set(comments.map(([, path]) => /^(?:@[^/]+\/)?[^/]+/.exec(path as string)?.[0]));
  const licences = readFileSync(join(folder, 'dist/third-party-licences.txt'), 'utf8');
  expect([...names]).toEqual(expect.arrayContaining(['commander', 'pino', 'yaml', 'zod', '@pinojs/redact']));
  expect([...names].filter((name) => !licences.includes(`\n${name} `))).toEqual([]);
  const parts = licences.split(/^-{80}$/m).slice(1);
  expect(parts.length).toBe(names.size);
  for (const part of parts) expect(part).toMatch(/Copyright|copyright/);
});

it('works alone and keeps what Node compiles beside its code', () => {
  const { status, stderr, stdout } = check();
  expect(`${stderr}${stdout}`).toMatch(/rapidtech\.phones/);
  expect(status).toBe(0);
  expect(readdirSync(join(folder, 'dist/.compiled'))).toHaveLength(1);
});

it('keeps of each bundle what a start has compiled, and takes only what belongs to it', async () => {
  await serveOnce();
  const kept = join(folder, 'dist/.compiled');
  const names = () => readdirSync(kept).filter((name) => name.includes(process.version) && !name.startsWith('v'));
  expect(names().map((name) => name.replace(/-[0-9a-f]{16}-.*/, ''))).toEqual(
    expect.arrayContaining(['loader-thread', 'main', 'serve', 'tcp-worker', 'udp-worker']),
  );
  // Octets that are no compiled code, and code that is not that of this file: neither is run.
  const [first = '', second = ''] = names();
  writeFileSync(join(kept, first), 'not compiled code');
  cpSync(join(kept, names().at(-1) as string), join(kept, second));
  await serveOnce();
  expect(readFileSync(join(kept, first)).length).toBeGreaterThan(1000);
});

it('leaves the cache where the environment says, and none where it says none', () => {
  const cache = join(folder, 'elsewhere');
  expect(check({ NODE_COMPILE_CACHE: cache }).status).toBe(0);
  expect(readdirSync(cache)).toHaveLength(1);
  expect(check({ NODE_DISABLE_COMPILE_CACHE: '1' }).status).toBe(0);
  expect(existsSync(join(folder, 'dist/.compiled'))).toBe(false);
});

it('starts where the cache can not be written', () => {
  // A file where the folder should be: no user can write there.
  cpSync(join(root, 'package.json'), join(folder, 'dist/.compiled'));
  const { status, stderr } = check();
  expect({ status, stderr: stderr.match(/compile/) }).toEqual({ status: 0, stderr: null });
});
