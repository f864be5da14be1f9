/**
 * Run while the image is built, in its folder /app: starts the server once, asks it, and ends it, so that what V8 compiles
 * meanwhile lies in NODE_COMPILE_CACHE (docs/adr/0005-cold-start.md). Fails where the server does.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const folder = process.env.NODE_COMPILE_CACHE;
/** Those of a start that answers over UDP; a log thread runs where there is something for it. */
const threads = ['main', 'serve', 'loader-thread', 'udp-worker', 'tcp-worker'];
const options = ['-c', '/etc/ringzone/ringzone.yaml', '--data-dir', '/tmp/warm-up', '--control', 'false'];
// The builder may share its network with others: a port that is free.
const places = ['--listen', '127.0.0.1:0', '--http', 'false', '--workers', '1'];

mkdirSync(folder, { recursive: true });
const server = spawn(process.execPath, ['bin/ringzone.js', 'serve', ...options, ...places], {
  stdio: ['ignore', 'inherit', 'pipe'],
});
const exit = new Promise((done) => server.on('exit', done));
let said = '';
server.stderr.on('data', (data) => {
  said += data;
});
const port = await until('ready', () => /"addresses":\["127\.0\.0\.1:(\d+)"\].*"msg":"ready"/.exec(said)?.[1]);
const env = { ...process.env, RINGZONE_HEALTH_PORT: port };
await until('an answer', () => spawnSync(process.execPath, ['deploy/container/healthcheck.js'], { env }).status === 0);
await until('compiled code', () =>
  threads.every((name) => readdirSync(folder).some((file) => file.startsWith(`${name}-`))),
);
server.kill('SIGTERM');
const code = await exit;
if (code !== 0) throw new Error(`the server ended with ${code}\n${said}`);
letAllRead(folder);

/** Wait for something; gives what was found. */
async function until(what, find) {
  for (let i = 0; i < 150 && server.exitCode === null; i++) {
    const found = find();
    if (found) return found;
    await sleep(100);
  }
  server.kill('SIGKILL');
  throw new Error(`no ${what}\n${said}`);
}

function letAllRead(path) {
  const isFolder = lstatSync(path).isDirectory();
  chmodSync(path, isFolder ? 0o755 : 0o644);
  if (isFolder) for (const name of readdirSync(path)) letAllRead(join(path, name));
}
