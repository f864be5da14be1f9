/** The system gives no more memory: as with a limit of the service manager's on the process' data. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { modelApex, WatchedServer } from '../watched-server.ts';

const names = 300_000;
/** More than the server leaves for itself, and not enough for the zone too. */
const roomOctets = 70 << 20;

let server: WatchedServer | undefined;
afterEach(async () => {
  await server?.remove();
});

const hasPrlimit = spawnSync('prlimit', ['--version']).error === undefined;

test.skipIf(!hasPrlimit)(
  'a zone that is too large is refused, the one before is served, and it is taken when there is room (needs prlimit)',
  async () => {
    server = await WatchedServer.start();
    const { daemon, ledger } = server;
    await server.answers(50);
    const small = ledger.newest;
    limitData(daemon.pid, String(readDataOctets(daemon.pid) + roomOctets));
    const hosts = Array.from({ length: names }, (_, i) => `h${i} A 10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    server.write('model.zone', `${small.format()}$ORIGIN ${modelApex}\n$TTL 300\n${hosts.join('\n')}\n`);
    const refused = await daemon.control('reload', modelApex);
    expect(refused.ok).toBe(false);
    expect(refused.text).toMatch(/error: no room for the zone: the system has no \d+ octets for zones \[ZC29\]/);
    expect(refused.text).toContain('serial 1 stays in service');
    await server.answers(100);
    limitData(daemon.pid, 'unlimited');
    // Under the old limit nothing has stayed behind that would be in the way.
    server.replaceZone();
    await server.reload();
    await server.answers(100);
    await server.finish();
  },
);

/** The soft limit, which needs no privilege. */
function limitData(pid: number, octets: string): void {
  const { status, stderr } = spawnSync('prlimit', ['--pid', `${pid}`, `--data=${octets}:`], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
}

function readDataOctets(pid: number): number {
  return Number(/^VmData:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}
