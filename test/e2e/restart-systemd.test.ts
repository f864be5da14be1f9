/** Restarts and upgrades of a service under load, by systemd itself. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { canRunSystemd, RealSystemd } from './real-systemd.ts';
import { Folder, zoneText } from './serve-process.ts';
import { type AskedQuestion, SteadyLoad } from './steady-load.ts';

let folder: Folder;
let load: SteadyLoad | undefined;
let systemd: RealSystemd | undefined;
beforeEach(() => {
  folder = new Folder();
  chmodSync(folder.path, 0o755);
  folder.write('a.zone', zoneText(1));
});
afterEach(async () => {
  await load?.stop(0);
  await systemd?.ctl('stop', 'ringzone.service', 'ringzone.socket');
  await systemd?.stop();
  folder.remove();
  [load, systemd] = [undefined, undefined];
});

const bin = join(import.meta.dirname, '../../bin/ringzone.js');
const ownAddress = `127.${100 + (process.pid % 100)}.${(process.pid >> 8) % 256}.56`;
const port = 5300;
const manyQuestions = 10_000;
const isLong = 120_000;

function writeService(more: string): void {
  folder.write(
    'ringzone.yaml',
    `listen: ["${ownAddress}:${port}"]\nworkers: 2\ndata-dir: data\ncontrol: run/control.sock\nhttp: false\nzones: { a.test: { file: a.zone, allow-update: ["none"] } }\n`,
  );
  folder.write(
    'units/ringzone.service',
    [
      '[Service]',
      'Type=notify',
      'NotifyAccess=main',
      `WorkingDirectory=${folder.path}`,
      `ExecStart=${process.execPath} ${bin} serve -c ${folder.path}/ringzone.yaml`,
      'Restart=on-failure',
      more,
      '',
    ].join('\n'),
  );
}

async function askUntil(load: SteadyLoad, questions: number): Promise<void> {
  const deadlineMs = Date.now() + 60_000;
  while (load.udp.length < questions && Date.now() < deadlineMs) await sleep(20);
  expect(load.udp.length).toBeGreaterThanOrEqual(questions);
}

async function upgrade(): Promise<number | null> {
  const child = spawn(process.execPath, [bin, 'ctl', 'upgrade'], { cwd: folder.path, stdio: 'ignore' });
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}

function unanswered(asked: readonly AskedQuestion[]): readonly AskedQuestion[] {
  return asked.filter(({ answeredMs }) => answeredMs === 0);
}

async function expectNoneLost(load: SteadyLoad, text: string): Promise<void> {
  await load.stop(6000);
  const [lost, failed] = [unanswered(load.udp), unanswered(load.tcp)];
  const longest = load.udp.reduce((most, { sentMs, answeredMs }) => Math.max(most, answeredMs - sentMs), 0);
  console.info(
    `${text}: UDP ${load.udp.length} asked, ${lost.length} lost, the longest wait ${longest} ms; TCP ${load.tcp.length}, ${failed.length} failed`,
  );
  expect([lost.length, failed.length]).toEqual([0, 0]);
  expect(load.wrong).toBe(0);
}

test.skipIf(!canRunSystemd)(
  'systemctl restart and ctl upgrade lose no question, and a crash no socket (skipped where systemd does not run)',
  async ({ skip }) => {
    writeService('FileDescriptorStoreMax=512');
    systemd = await RealSystemd.start(folder.path);
    if (systemd === undefined) return skip();
    expect((await systemd.ctl('start', 'ringzone.service')).code).toBe(0);
    const kept = await systemd.show('ringzone.service', 'NFileDescriptorStore');
    expect(Number(kept)).toBeGreaterThanOrEqual(3);
    load = new SteadyLoad(ownAddress, port, 'a.test');
    load.start();
    let pid = await systemd.show('ringzone.service', 'MainPID');
    for (const [round, step] of ['restart', 'upgrade', 'restart', 'upgrade'].entries()) {
      await askUntil(load, ((round + 1) * manyQuestions) / 5);
      if (step === 'restart') expect((await systemd.ctl('restart', 'ringzone.service')).code).toBe(0);
      else expect(await upgrade()).toBe(0);
      await expect.poll(async () => await systemd?.show('ringzone.service', 'MainPID')).not.toBe(pid);
      pid = await systemd.show('ringzone.service', 'MainPID');
      expect(await systemd.show('ringzone.service', 'ActiveState')).toBe('active');
      expect(await systemd.show('ringzone.service', 'NFileDescriptorStore')).toBe(kept);
    }
    await askUntil(load, manyQuestions);
    await expectNoneLost(load, 'systemd: 2 restarts, 2 upgrades');
    // It is started again by itself, with the sockets of the one that has died.
    process.kill(Number(pid), 'SIGKILL');
    await expect.poll(async () => await systemd?.show('ringzone.service', 'MainPID')).not.toBe(pid);
    await expect.poll(async () => await systemd?.show('ringzone.service', 'ActiveState')).toBe('active');
    expect(await systemd.show('ringzone.service', 'NFileDescriptorStore')).toBe(kept);
    expect((await systemd.ctl('stop', 'ringzone.service')).code).toBe(0);
    expect(await systemd.show('ringzone.service', 'NFileDescriptorStore')).toBe('0');
    expect(await systemd.show('ringzone.service', 'Result')).toBe('success');
  },
  isLong,
);

test.skipIf(!canRunSystemd)(
  'a socket unit: questions wait in its sockets while the service is not there (skipped where systemd does not run)',
  async ({ skip }) => {
    writeService('FileDescriptorStoreMax=512');
    const listen = ['ListenDatagram', 'ListenDatagram', 'ListenStream'].map((key) => `${key}=${ownAddress}:${port}`);
    folder.write('units/ringzone.socket', `[Socket]\n${listen.join('\n')}\nReusePort=yes\nReceiveBuffer=8M\n`);
    systemd = await RealSystemd.start(folder.path);
    if (systemd === undefined) return skip();
    expect((await systemd.ctl('start', 'ringzone.socket')).code).toBe(0);
    // The first question starts it.
    load = new SteadyLoad(ownAddress, port, 'a.test');
    load.start();
    for (let round = 1; round <= 2; round++) {
      await askUntil(load, round * 2000);
      expect((await systemd.ctl('restart', 'ringzone.service')).code).toBe(0);
    }
    await askUntil(load, 5000);
    expect(await upgrade()).toBe(0);
    await askUntil(load, 6000);
    await expectNoneLost(load, 'a socket unit: 2 restarts, 1 upgrade');
    // They are systemd's already.
    expect(Number(await systemd.show('ringzone.service', 'NFileDescriptorStore'))).toBeLessThanOrEqual(3);
  },
  isLong,
);
