/** BIND, Knot and NSD as secondaries of a zone into which health is published: they follow when a SIP server goes and comes back. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ask, Folder, ServeProcess } from '../../e2e/serve-process.ts';
import { findFreePort } from '../lib/free-port.ts';
import { findCommand, type Judge } from '../lib/judge.ts';
import { SipPair } from '../lib/sip-pair.ts';
import { bindSecondary, knotSecondary, nsdSecondary } from '../transfer-out/secondaries.ts';

const bin = join(import.meta.dirname, '../../../bin/ringzone.js');
const zone = 'phones.test';
const owner = `_sip._udp.${zone}`;
const key = { name: 'xfr-key', algorithm: 'hmac-sha256', secret: 'c2VjcmV0IG9mIHRoZSB0cmFuc2ZlcnMgdGhlbXNlbHZlcw==' };
const programs = [bindSecondary, knotSecondary, nsdSecondary];
const waiting = { timeout: 40_000, interval: 100 };
const missing = ['dig', 'named'].filter((command) => findCommand(command) === undefined);

describe.skipIf(missing.length > 0)(
  `secondaries of a published zone${missing.map((it) => ` (no ${it})`).join('')}`,
  () => {
    const folder = new Folder();
    const secondaries: Judge[] = [];
    let sip: SipPair;
    let server: ServeProcess;
    /** The secondaries know it by this one, over restarts too. */
    let port = 0;

    function configText(health: string, listen: number, notified: readonly number[]): string {
      return `listen: ["127.0.0.1:${listen}"]
workers: 1
http: false
data-dir: data
control: c.sock
keys: { ${key.name}: { algorithm: ${key.algorithm}, secret: "${key.secret}" } }
notify-delay: 200ms
zones:
  ${zone}:
    file: zone
    allow-transfer: [any]
    max-ixfr-ratio: unlimited
    notify: explicit
    also-notify: [${notified.map((told) => `{ address: 127.0.0.1, port: ${told}, key: ${key.name} }`)}]
    degraded-ttl: 1s
    ${health}
`;
    }

    beforeAll(async () => {
      sip = await SipPair.start();
      folder.write(
        'zone',
        `$TTL 300
@ SOA ns admin 41 7200 3600 604800 60
@ NS ns
ns A 192.0.2.1
_sip._udp 2 SRV 10 60 ${sip.ports.sip1} sip1
_sip._udp 2 SRV 10 40 ${sip.ports.sip2} Sip2
sip1 A 127.0.0.1
Sip2 A 127.0.0.1
`,
      );
      const ports = await Promise.all(programs.map(() => findFreePort()));
      port = await findFreePort();
      const health = 'health: { interval: 500ms, timeout: 400ms, reaction: withdraw, publish: true }';
      folder.write('ringzone.yaml', configText(health, port, ports));
      await start();
      for (const [index, program] of programs.entries()) {
        const of = { zones: [zone], primaryPort: port, key, notifyPort: ports[index] as number };
        const secondary = await program.start(of, { readyMs: 20_000 });
        if (secondary !== undefined) secondaries.push(secondary);
      }
    }, 90_000);

    afterAll(async () => {
      for (const secondary of secondaries) await secondary.stop();
      await server.stop();
      await sip.end();
      folder.remove();
    });

    async function start(): Promise<void> {
      server = new ServeProcess(['-c', 'ringzone.yaml'], { cwd: folder.path });
      await server.ready();
    }

    function ctl(...args: readonly string[]) {
      const command = [bin, 'ctl', '--control', 'c.sock', '--json', ...args];
      const { status, stdout } = spawnSync(process.execPath, command, { cwd: folder.path, encoding: 'utf8' });
      return { status, data: JSON.parse(stdout).data as Record<string, unknown> };
    }

    /** Weight, TTL and target, sorted. */
    async function srvAt(askedPort: number): Promise<string> {
      const { answers } = await ask(askedPort, owner, 'SRV');
      return answers
        .map(
          ({ priority, ttl, target }) => `${priority} ${ttl} ${String(target).replace(`.${zone}`, '').toLowerCase()}`,
        )
        .sort()
        .join(', ');
    }

    /** All secondaries, and this server. */
    async function waitFor(expected: string): Promise<void> {
      for (const [index, at] of [...secondaries.map((each) => each.port), port].entries()) {
        let found = '';
        await vi
          .waitUntil(async () => {
            found = await srvAt(at);
            return found === expected;
          }, waiting)
          .catch(() => expect(`${secondaries[index]?.name ?? 'Ringzone'}: ${found}`).toBe(expected));
      }
    }

    async function serialAt(askedPort: number): Promise<number> {
      const { answers } = await ask(askedPort, zone, 'SOA');
      return Number(answers[0]?.serial);
    }

    function transferred(from: number): string {
      const args = ['+nocomments', '+nocmd', '+nostats', '@127.0.0.1', '-p', String(from), zone, 'AXFR'];
      return spawnSync('dig', args, { encoding: 'utf8' }).stdout;
    }

    const both = '10 2 sip1, 10 2 sip2';

    test('while all are up the transferred zone is that of a server that publishes nothing', async () => {
      await waitFor(both);
      const other = new Folder();
      other.write('zone', readFileSync(join(folder.path, 'zone'), 'utf8'));
      other.write('ringzone.yaml', configText('health: none', 0, []));
      const plain = new ServeProcess(['-c', 'ringzone.yaml'], { cwd: other.path });
      const plainPort = await plain.ready();
      expect(transferred(port)).toBe(transferred(plainPort));
      expect(transferred(port)).toContain(' 41 7200');
      await plain.stop();
      other.remove();
    });

    test('a target that is silent leaves all of them, by a difference', async () => {
      await sip.say({ sip1: '' });
      await waitFor('10 1 sip2');
      expect(await serialAt(port)).toBe(42);
      for (const each of secondaries) expect(await serialAt(each.port)).toBe(42);
      await server.waitFor(/^zone phones\.test\/IN: serial 42 is published: _sip\._udp\.phones\.test without/);
      expect(server.stderr).toMatch(/IXFR started.*\(serial 41 -> 42\)/);
      expect(ctl('zonestatus', zone).data).toMatchObject({
        serial: 42,
        published: { fileSerial: 41, degradedSets: 1 },
      });
      expect(ctl('health').data).toMatchObject({ published: [{ zone, serial: 42, degradedSets: 1 }] });
    }, 60_000);

    test('a server that is killed and starts again goes on from there', async () => {
      server.child.kill('SIGKILL');
      await server.exit;
      await start();
      expect(await serialAt(port)).toBe(42);
      expect(transferred(port)).not.toContain('sip1.phones.test.\n_sip');
      // Until it has been found down again, it counts as trying: secondaries must not get it back.
      await vi.waitUntil(() => JSON.stringify(ctl('health').data).includes('"inactive"'), waiting);
      await vi.waitUntil(async () => (await srvAt(port)) === '10 1 sip2', waiting);
      await waitFor('10 1 sip2');
      expect(await serialAt(port)).toBe(42);
    }, 60_000);

    test('back again, it is back at all of them', async () => {
      await sip.say({ sip1: '200 OK' });
      await waitFor(both);
      expect(await serialAt(port)).toBe(43);
    }, 60_000);

    test('drain --wait returns when they have followed and nobody holds an answer any more', async () => {
      const { status, data } = ctl('drain', `sip2.${zone}`, '--wait');
      for (const each of secondaries) expect([each.name, await srvAt(each.port)]).toEqual([each.name, '10 1 sip1']);
      expect([status, data]).toMatchObject([0, { lagging: [], published: [{ zone, serial: 44 }] }]);
      const [{ secondaries: followers }] = data.published as [{ secondaries: readonly Record<string, unknown>[] }];
      expect(followers.filter(({ hasFollowed }) => hasFollowed === true)).toHaveLength(programs.length);
      expect(ctl('undrain', `sip2.${zone}`).status).toBe(0);
      await waitFor(both);
    }, 90_000);

    test('with all of them down all are published as configured', async () => {
      for (const name of ['sip1', 'sip2']) expect(ctl('drain', `${name}.${zone}`).status).toBe(0);
      await waitFor('10 1 sip1, 10 1 sip2');
      for (const name of ['sip1', 'sip2']) expect(ctl('undrain', `${name}.${zone}`).status).toBe(0);
      await waitFor(both);
    }, 90_000);
  },
);
