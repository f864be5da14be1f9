/** The server inside the sandbox of the systemd unit that it comes with: nothing that the unit forbids is needed. */
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildQuery, ask as exchangeUdp } from '../interop/lib/dns-client.ts';
import { exchangeTcp } from './hardening-client.ts';
import { canRunSystemd, RealSystemd } from './real-systemd.ts';
import { Folder, zoneText } from './serve-process.ts';

const root = resolve(import.meta.dirname, '../..');
/** ProtectHome would hide the program that is tried. */
const isHidden = /^\/(?:home|root|run\/user)\//.test(`${root}/`);
const ownAddress = `127.${100 + (process.pid % 100)}.${(process.pid >> 8) % 256}.57`;
const port = 5300;

let folder: Folder;
let systemd: RealSystemd | undefined;
beforeEach(() => {
  folder = new Folder();
  chmodSync(folder.path, 0o755);
  for (const name of ['data', 'run', 'log', 'cache']) mkdirSync(join(folder.path, name));
});
afterEach(async () => {
  await systemd?.ctl('stop', 'ringzone.service');
  await systemd?.stop();
  folder.remove();
  systemd = undefined;
});

/** What only a system's manager can give, or is about places that a test must not touch. */
const ofTheSystem =
  /^(?:ExecStart|ExecReload|DynamicUser|User|AmbientCapabilities|(?:State|Runtime|Logs|Cache|Configuration)Directory|Environment=NODE_COMPILE_CACHE)\b/;

function writeService(): void {
  const unit = readFileSync(join(root, 'deploy/systemd/ringzone.service'), 'utf8');
  const section = unit.slice(unit.indexOf('[Service]'), unit.indexOf('[Install]'));
  const kept = section.split('\n').filter((line) => !ofTheSystem.test(line));
  folder.write(
    'units/ringzone.service',
    [
      ...kept,
      `WorkingDirectory=${folder.path}`,
      `ExecStart=${process.execPath} ${root}/bin/ringzone.js serve -c ${folder.path}/ringzone.yaml`,
      // In place of the folders that the unit names.
      `BindPaths=${folder.path}`,
      // PrivateTmp would hide a project in /tmp.
      `BindReadOnlyPaths=${root} ${dirname(process.execPath)}`,
      `Environment=NODE_COMPILE_CACHE=${folder.path}/cache`,
      `StandardError=append:${folder.path}/stderr`,
      '',
    ].join('\n'),
  );
}

test.skipIf(!canRunSystemd || isHidden)(
  'with what it needs of the system: addresses of this host, journal, logs, probes, rate limits, HTTP (skipped where systemd does not run, or the project is at home)',
  async ({ skip }) => {
    folder.write('a.zone', `${zoneText(1).replace('192.0.2.1', ownAddress)}_sip._udp SRV 0 1 5060 ns\n`);
    folder.write(
      'ringzone.yaml',
      `listen: ["${ownAddress}:${port}"]
data-dir: data
control: run/control.sock
http: 127.0.0.1:0
allow-query: [localhost, localnets]
rate-limit: { responses-per-second: 100 }
logging: { channels: { all: { file: log/all.log } }, categories: { queries: [all], default: [all, default_stderr] } }
zones: { a.test: { file: a.zone, allow-update: [localhost], health: { interval: 1s, timeout: 500ms } } }
`,
    );
    writeService();
    systemd = await RealSystemd.start(folder.path);
    if (systemd === undefined) return skip();
    const started = await systemd.ctl('start', 'ringzone.service');
    // EXIT_NAMESPACE (systemd.exec): this machine does not let even root make such a sandbox.
    if (started.code !== 0 && (await systemd.show('ringzone.service', 'ExecMainStatus')) === '226') return skip();
    const stderr = () => readFileSync(join(folder.path, 'stderr'), 'utf8');
    expect(started.code, started.text + stderr()).toBe(0);

    const query = buildQuery({ name: 'a.test', type: 'SOA' });
    const udp = await exchangeUdp(port, { name: 'a.test', type: 'SOA' }, ownAddress);
    const tcp = await exchangeTcp(ownAddress, port, query);
    for (const response of [udp, tcp]) expect([(response[3] as number) & 15, response[7]]).toEqual([0, 1]);
    const logged = () => readFileSync(join(folder.path, 'log/all.log'), 'utf8');
    await expect.poll(logged).toContain('target ns.a.test');
    expect(stderr()).toContain('target ns.a.test');
    expect(logged()).toContain('query: a.test IN SOA');
    expect(stderr()).not.toMatch(/EPERM|EACCES|EAFNOSUPPORT|not permitted|denied/);
    expect((await systemd.ctl('stop', 'ringzone.service')).code).toBe(0);
    expect(await systemd.show('ringzone.service', 'Result')).toBe('success');
  },
  120_000,
);
