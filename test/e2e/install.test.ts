/** docs/installing.md, walked as it is printed, in a folder instead of / and without network: what it installs serves by what the unit says. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askRaw, buildQuery } from '../interop/lib/dns-client.ts';
import { findFreePort } from '../interop/lib/free-port.ts';
import { LocalRegistry, pathWithThisNode } from './local-registry.ts';
import { parseGuide } from './migrating-guide/guide.ts';

const project = resolve(import.meta.dirname, '../..');
const steps = parseGuide(readFileSync(join(project, 'docs/installing.md'), 'utf8'));
let root = '';
let registry: LocalRegistry;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'ringzone-install-'));
  for (const folder of ['etc/systemd/system', 'usr/bin', 'root']) mkdirSync(join(root, folder), { recursive: true });
  registry = await LocalRegistry.start(join(project, 'node_modules'));
  // `npm test` has built dist; to build it again here would take it away under the tests beside this one.
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', join(root, 'root')], {
    cwd: project,
    env: environment(),
    stdio: 'pipe',
  });
}, 60_000);

afterAll(async () => {
  // Where the guide was not walked to its end.
  await run('ringzone ctl stop');
  registry.stop();
  rmSync(root, { recursive: true, force: true });
});

function environment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: pathWithThisNode(join(root, 'usr/bin')),
    npm_config_prefix: join(root, 'usr'),
    npm_config_cache: join(root, 'cache'),
    npm_config_registry: registry.url,
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
  };
}

/** Run beside the servers of this process: the registry must go on answering. */
function run(command: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const mapped = command
    .replaceAll(/(?<![\w./])\/etc\//g, `${root}/etc/`)
    .replace(/^ringzone ctl /, `ringzone ctl --control ${root}/control.sock `);
  const child = spawn('/bin/sh', ['-c', `exec 2>&1\n${mapped}`], { cwd: join(root, 'root'), env: environment() });
  let output = '';
  child.stdout.on('data', (data) => {
    output += data;
  });
  return new Promise((done) => child.on('close', (code) => done({ code, output })));
}

test('each command does what is printed', { timeout: 120_000 }, async () => {
  const verbs: string[] = [];
  for (const step of steps) {
    if (step.kind !== 'commands') continue;
    let said = '';
    for (const command of step.commands) {
      // Of systemd there is none here: the service is started as the unit says.
      const verb = /^systemctl (\S+)/.exec(command)?.[1];
      if (verb !== undefined) verbs.push(verb);
      if (verb === 'enable') await serveAsTheUnit();
      if (verb === 'disable') expect((await run('ringzone ctl stop')).code).toBe(0);
      if (verb !== undefined) continue;
      const { code, output } = await run(command);
      expect(code, `docs/installing.md:${step.line}: ${command}\n${output}`).toBe(0);
      said += output;
    }
    if (step.output !== undefined) expect(said).toBe(step.output);
  }
  expect(verbs).toEqual(['daemon-reload', 'enable', 'restart', 'disable']);
  expect(existsSync(join(root, 'usr/bin/ringzone'))).toBe(false);
  expect(existsSync(join(root, 'usr/lib/node_modules/ringzone'))).toBe(false);
});

/** Its ExecStart, found in PATH as systemd finds it; its port 53 is another here. It is stopped by `ctl`, also when it has been upgraded. */
async function serveAsTheUnit(): Promise<void> {
  const unit = readFileSync(join(root, 'etc/systemd/system/ringzone.service'), 'utf8');
  const [program = '', ...args] = (/^ExecStart=(.*)$/m.exec(unit)?.[1] ?? '').split(' ');
  const port = await findFreePort();
  const mapped = args.map((word) => word.replace(/^\/etc\//, `${root}/etc/`));
  const places = [
    '--listen',
    `127.0.0.1:${port}`,
    '--http',
    'false',
    '--control',
    `${root}/control.sock`,
    '--workers',
    '1',
  ];
  const server = spawn(program, [...mapped, ...places], { env: environment(), stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  server.stderr.on('data', (data) => {
    said += data;
  });
  let reply: Uint8Array | undefined;
  for (let i = 0; i < 200 && reply === undefined && server.exitCode === null; i++) {
    reply = await askRaw(port, buildQuery({ name: '_sip._udp.example.com', type: 'SRV' }), { timeoutMs: 100 });
  }
  expect(reply?.[7], said).toBe(1);
  for (let i = 0; i < 200 && !existsSync(`${root}/control.sock`); i++) await sleep(20);
}
