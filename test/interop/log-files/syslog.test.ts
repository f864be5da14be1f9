/** What comes to /dev/log, side by side with BIND's. Each server gets a /dev of its own, so it needs root. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findLibc } from '../../../src/plane/libc.ts';
import { SyslogDaemon } from '../../unit/control/log/syslog-daemon.ts';
import { askRaw, buildQuery } from '../lib/dns-client.ts';
import { findCommand } from '../lib/judge.ts';
import { FileServer, type Product } from './file-server.ts';

/** A namespace in which /dev has the usual devices, and `log` is a link to the first argument; the rest is run there. */
const ownDev = `
set -e
log=$1; old=$1.dev; shift
mkdir -p "$old"
mount --rbind /dev "$old"
mount -t tmpfs none /dev
for name in null zero full random urandom; do touch /dev/$name; mount --bind "$old/$name" /dev/$name; done
ln -s "$log" /dev/log
exec "$@"
`;
const wrapper = (socket: string) => ['unshare', '--mount', 'sh', '-c', ownDev, 'own-dev', socket];

let folder: string;
let path: string;
const started: FileServer[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-dev-log-'));
  path = join(folder, 'log');
});
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const logging = `
  channel s { syslog local3; print-category yes; print-severity yes; severity info; };
  category queries { s; default_syslog; };
  category zoneload { s; };
  category security { s; };`;

/** Without what differs between runs. */
function masked(message: string): string {
  return message
    .replace(/[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d /, 'TIME ')
    .replace(/named\[\d+\]/, 'named[PID]')
    .replace(/@0x[0-9a-f]+ 127\.0\.0\.1#\d+ /, '@OBJECT CLIENT ');
}

async function ask(server: FileServer, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    expect(await askRaw(server.port, buildQuery({ name, type: 'A' }), { timeoutMs: 5000 })).toBeDefined();
  }
}

/** Reads all the time: BIND waits for who does not. Keeps what is said of the zone. */
class ReadDaemon {
  private readonly daemon = new SyslogDaemon(path);
  private readonly timer = setInterval(() => this.read(), 5);
  private readonly messages: string[] = [];

  /** The messages, as soon as they are so many. */
  async collect(count: number): Promise<readonly string[]> {
    await expect.poll(() => this.messages.length).toBeGreaterThanOrEqual(count);
    return this.messages.map(masked).toSorted();
  }

  end(): void {
    clearInterval(this.timer);
    this.daemon.end();
  }

  private read(): void {
    this.messages.push(...this.daemon.read().filter((message) => message.includes('a.test')));
  }
}

async function run(product: Product): Promise<readonly (readonly string[])[]> {
  const first = new ReadDaemon();
  const server = await FileServer.start(product, logging, {}, wrapper(path));
  started.push(server);
  await ask(server, 'www.a.test', 'ns.a.test');
  const before = await first.collect(5);
  // The daemon is started again.
  first.end();
  const second = new ReadDaemon();
  await ask(server, 'again.a.test');
  const after = await second.collect(2);
  second.end();
  await server.stop();
  return [before, after];
}

const skipped = reasonToSkip();

test('the same messages as from BIND, also when the daemon was started again', { timeout: 60_000 }, async ({
  skip,
}) => {
  if (skipped !== undefined) skip(skipped);
  const [bind, ringzone] = [await run('BIND'), await run('Ringzone')];
  expect(ringzone).toEqual(bind);
  const line = 'client @OBJECT CLIENT (again.a.test): query: again.a.test IN A - (127.0.0.1)';
  expect(ringzone[1]).toEqual([`<158>TIME named[PID]: queries: info: ${line}`, `<30>TIME named[PID]: ${line}`]);
});

function reasonToSkip(): string | undefined {
  if (findCommand('named') === undefined) return 'BIND is not installed';
  if (findLibc() === undefined) return 'there is no libc to open the socket with';
  try {
    execFileSync('unshare', ['--mount', 'sh', '-c', 'mount -t tmpfs none /mnt'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'mounting needs root';
  }
}
