/** docs/fleet.md: two nodes behind one address that BIRD announces, one of them taken out, killed, and brought back under questions. */
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ServeProcess } from '../e2e/serve-process.ts';
import { findCommand } from '../interop/lib/judge.ts';
import { addresses, Fleet } from './fleet.ts';
import { anycastAddress, canMakeNetworks } from './network.ts';

const missing = ['bird', 'birdc', 'dig', 'ip'].filter((command) => findCommand(command) === undefined);
const reason =
  missing.length > 0 ? `no ${missing.join(', ')}` : canMakeNetworks() ? undefined : 'no network namespaces';
const announcer = resolve(import.meta.dirname, '../../deploy/fleet/anycast/ringzone-anycast.js');
const nodes = ['a', 'b'] as const;
type Node = (typeof nodes)[number];
const deadline = { timeout: 60_000, interval: 200 };

interface Asked {
  readonly asked: number;
  readonly unanswered: number;
  readonly servers: Readonly<Record<string, number>>;
}

describe.skipIf(reason !== undefined)(`anycast (skipped where it can't be: ${reason ?? 'it can'})`, () => {
  let fleet: Fleet;
  const servers: Partial<Record<Node, ServeProcess>> = {};

  beforeEach(async () => {
    fleet = new Fleet();
    fleet.copy('primary', 'hidden-primary');
    await fleet.startRingzone('primary').ready();
    const router = fleet.folder.write('router.conf', routerConfig);
    startBird('router', router);
    for (const node of nodes) {
      fleet.copy(node, 'secondary', [['server-id: hostname', `server-id: ${node}`]]);
      fleet.copy(node, 'anycast', [['192.0.2.11', addresses[node]]]);
      startBird(node, join(fleet.folder.path, node, 'bird.conf'));
      await startServer(node);
      fleet.start(node, process.execPath, announcer, '--up', birdc(node, 'enable'), '--down', birdc(node, 'disable'));
    }
  }, 120_000);
  afterEach(() => fleet.remove());

  async function startServer(node: Node): Promise<void> {
    const server = fleet.startRingzone(node);
    servers[node] = server;
    await server.ready();
  }

  function socketOf(host: string): string {
    return join(fleet.folder.path, `${host}.bird`);
  }

  function startBird(host: Node | 'router', config: string): void {
    fleet.start(host, 'bird', '-f', '-c', config, '-s', socketOf(host), '-P', `${socketOf(host)}.pid`);
  }

  function birdc(host: string, verb: string): string {
    return `${findCommand('birdc')} -s ${socketOf(host)} ${verb} anycast`;
  }

  /** The nodes to which the router could send, as it sees them. */
  async function announcedBy(): Promise<string[]> {
    const child = fleet.start(
      'router',
      'birdc',
      '-s',
      socketOf('router'),
      'show',
      'route',
      'all',
      'for',
      anycastAddress,
    );
    let text = '';
    child.stdout?.on('data', (data) => {
      text += data;
    });
    await once(child, 'close');
    return nodes.filter((node) => text.includes(`BGP.next_hop: ${addresses[node]}\n`));
  }

  async function expectAnnounced(...wanted: readonly Node[]): Promise<void> {
    await expect.poll(announcedBy, deadline).toEqual(wanted);
  }

  /** Ask while the work goes on. */
  async function askDuring(work: () => Promise<void>): Promise<Asked> {
    const loop = join(import.meta.dirname, 'ask-loop.ts');
    const child = fleet.start('router', process.execPath, loop, anycastAddress);
    let text = '';
    child.stdout?.on('data', (data) => {
      text += data;
    });
    await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
    await work();
    child.kill('SIGTERM');
    await once(child, 'close');
    return JSON.parse(text.slice(text.indexOf('{')));
  }

  test('a node that is told to end goes without a question lost, and comes back; one that is killed is left out', async () => {
    await expectAnnounced('a', 'b');
    const [inUse = 'a'] = fleet.network
      .dig(anycastAddress, 'id.server', 'CH', 'TXT')
      .map((text) => text.replaceAll('"', ''));
    const node = inUse as Node;
    const other = node === 'a' ? 'b' : 'a';

    const ended = await askDuring(async () => {
      servers[node]?.kill('SIGTERM');
      await expectAnnounced(other);
      // Not before: it answers until all have heard.
      expect(servers[node]?.child.exitCode).toBe(null);
      expect((await servers[node]?.exit)?.code).toBe(0);
    });
    expect(ended.unanswered, JSON.stringify(ended)).toBe(0);
    expect(ended.servers[other]).toBeGreaterThan(0);
    await startServer(node);
    await expectAnnounced('a', 'b');

    servers[other]?.kill('SIGKILL');
    await expectAnnounced(node);
    const left = await askDuring(async () => {
      await expect.poll(() => fleet.network.dig(anycastAddress, 'example.com', 'SOA').length, deadline).toBe(1);
    });
    expect(Object.keys(left.servers)).toEqual([node]);
    expect(fleet.log).toMatch(/: announced: ready: /);
    expect(fleet.log).toMatch(/: withdrawn: not ready: /);
  }, 180_000);
});

const neighbor = (node: Node) => `protocol bgp ${node} {
	local 192.0.2.254 as 64511;
	neighbor ${addresses[node]} as 64512;
	ipv4 { import all; export none; };
}
`;

const routerConfig = `router id 192.0.2.254;
protocol device { }
protocol kernel { ipv4 { import none; export all; }; }
${nodes.map(neighbor).join('')}`;
