/** Views in a running server: reloads that add, remove and reorder them give no client a wrong answer on the way. */
import { spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildQuery } from '../interop/lib/dns-client.ts';
import { Folder, ServeProcess, zoneText } from './serve-process.ts';

const bin = join(import.meta.dirname, '../../bin/ringzone.js');
let folder: Folder;
let server: ServeProcess | undefined;
const clients: Client[] = [];
/** Then the answer is the last record. */
const recursionDesired = 0x0100;

beforeEach(() => {
  folder = new Folder();
  for (const serial of [1, 2, 3]) folder.write(`zone${serial}`, zoneText(serial));
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server?.stop();
  folder.remove();
});

/** Asks for the address of `www.a.test` all the time, and notes what it is told: the last octet, or the RCODE. */
class Client {
  readonly told: string[] = [];
  private readonly socket: Socket = createSocket('udp4');
  private timer: NodeJS.Timeout | undefined;

  async open(address: string, port: number): Promise<void> {
    this.socket.bind(0, address);
    await once(this.socket, 'listening');
    this.socket.on('message', (message) => {
      const rcode = message.readUInt8(3) & 15;
      this.told.push(rcode === 0 ? String(message.at(-1)) : `rcode ${rcode}`);
    });
    const query = buildQuery({ name: 'www.a.test', type: 'A', flags: recursionDesired });
    this.timer = setInterval(() => {
      for (let i = 0; i < 4; i++) this.socket.send(query, port, '127.0.0.1');
    }, 2);
  }

  /** What it is told now; before that, what it was told since the last time. */
  async settle(): Promise<{ readonly before: readonly string[]; readonly now: string }> {
    const before = this.told.splice(0);
    // What was sent before this is answered by then.
    await expect.poll(() => this.told.length).toBeGreaterThan(40);
    const [now = '', ...rest] = [...new Set(this.told.splice(0).slice(-20))];
    expect(rest).toEqual([]);
    return { before: [...new Set(before)], now };
  }

  close(): void {
    clearInterval(this.timer);
    this.socket.close();
  }
}

async function connect(port: number, address: string): Promise<Client> {
  const client = new Client();
  clients.push(client);
  await client.open(address, port);
  return client;
}

const inside = 'inside: { match-clients: [127.0.0.2], zones: { a.test: { file: zone2 } } }';
const outside = 'outside: { zones: { a.test: { file: zone1 } } }';
const others = 'outside: { match-clients: ["!127.0.0.2", any], zones: { a.test: { file: zone1 } } }';
const keyed = 'keyed: { match-clients: [127.0.0.0/30], zones: { a.test: { file: zone3 } } }';

const configs = {
  first: `views:\n  ${inside}\n  ${outside}\n`,
  reordered: `views:\n  ${others}\n  ${inside}\n`,
  added: `views:\n  ${keyed}\n  ${others}\n  ${inside}\n`,
  behind: `views:\n  ${others}\n  ${inside}\n  ${keyed}\n`,
  removed: `views:\n  ${keyed}\n`,
  none: 'zones: { a.test: { file: zone1 } }\n',
} as const;

/** What the clients at 127.0.0.1 and 127.0.0.2 get by each. */
const expected: Readonly<Record<keyof typeof configs, readonly [string, string]>> = {
  first: ['1', '2'],
  reordered: ['1', '2'],
  added: ['3', '3'],
  behind: ['1', '2'],
  removed: ['3', '3'],
  none: ['1', '1'],
};

function write(name: keyof typeof configs): string {
  const head = 'listen: ["127.0.0.1:0"]\nworkers: 1\ndata-dir: data\ncontrol: control.sock\n';
  return folder.write('ringzone.yaml', head + configs[name]);
}

test('each client is told what the views before or after a reload say, and nothing else', async () => {
  server = new ServeProcess(['-c', write('first')]);
  const port = await server.ready();
  const asking = [await connect(port, '127.0.0.1'), await connect(port, '127.0.0.2')];
  let before = expected.first;
  const order = ['reordered', 'added', 'behind', 'first', 'removed', 'none', 'first', 'none', 'added'] as const;
  for (const [index, name] of order.entries()) {
    write(name);
    for (const client of asking) await client.settle();
    server.kill('SIGHUP');
    await server.waitFor(/^reloading zones succeeded$/, index + 1);
    // A worker takes the new zones with its next batch.
    await sleep(20);
    for (const [i, client] of asking.entries()) {
      const seen = await client.settle();
      expect([name, i, seen.now]).toEqual([name, i, expected[name][i]]);
      expect([name, i, seen.before.filter((told) => told !== before[i] && told !== expected[name][i])]).toEqual([
        name,
        i,
        [],
      ]);
    }
    before = expected[name];
  }
}, 60_000);

test('ctl takes a zone with its view, and asks for it where there are several', async () => {
  server = new ServeProcess(['-c', write('first')]);
  await server.ready();
  await server.waitFor(/^command channel listening/);
  const ctl = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [bin, 'ctl', '--control', join(folder.path, 'control.sock'), ...args],
      { encoding: 'utf8' },
    );
    return { status, text: stdout + stderr };
  };
  const several = ctl('zonestatus', 'a.test');
  expect(several.status).toBe(1);
  expect(several.text).toContain("'zonestatus' failed: multiple\nzone 'a.test' was found in multiple views");
  expect(ctl('zonestatus', 'a.test', 'IN', 'inside').text).toContain('serial: 2\n');
  expect(ctl('zonestatus', 'a.test', 'IN', 'outside').text).toContain('serial: 1\n');
  expect(ctl('zonestatus', 'a.test', 'IN', 'nowhere').text).toContain("no matching view 'nowhere'");
  expect(ctl('zonestatus', 'b.test', 'IN', 'inside').text).toContain("no matching zone 'b.test' in view 'inside'");
  folder.write('zone2', zoneText(22));
  expect(ctl('reload', 'a.test', 'IN', 'inside').text).toContain('zone reload successful');
  expect(ctl('zonestatus', 'a.test', 'IN', 'inside').text).toContain('serial: 22\n');
  expect(ctl('zonestatus', 'a.test', 'IN', 'outside').text).toContain('serial: 1\n');
});
