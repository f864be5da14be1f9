/** The main thread stands still, as in a long collection or on a machine that swaps. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { zoneText } from '../../e2e/serve-process.ts';
import { askRaw } from '../../interop/lib/dns-client.ts';
import { addText, buildUpdate } from '../../interop/lib/update-message.ts';
import { WatchedServer } from '../watched-server.ts';

const stallMs = 5000;

let server: WatchedServer | undefined;
let target: Server;
beforeEach(async () => {
  target = createServer((socket) => socket.on('error', () => undefined).end());
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
});
afterEach(async () => {
  await server?.remove();
  target.close();
});

/** Its only target is probed each second: during the stall it would be found dead, if the stall made it so. */
function zonesIn(folder: string): string {
  const { port } = target.address() as AddressInfo;
  const health = `{ probe: tcp-connect, interval: 1s, timeout: 900ms, address: { ns: "127.0.0.1:${port}" } }`;
  return `  a.test: { file: ${join(folder, 'a.zone')}, allow-update: [127.0.0.1], health: ${health} }`;
}

test(`${stallMs / 1000} s: answers go on, no target changes its state, and what waited is done`, async () => {
  server = await WatchedServer.start({ isInspectable: true, zones: zonesIn }, (folder) =>
    folder.write('a.zone', `${zoneText(1)}_sip._tcp SRV 0 1 5060 ns\n`),
  );
  const { daemon } = server;
  const healthText = async () => (await daemon.control('health', 'a.test')).text;
  await expect.poll(healthText).toMatch(/\bactive\b/);
  await server.answers(100);
  const stalled = daemon.inspector?.stallMain(stallMs);
  const beganMs = performance.now();
  // Both need main, and wait for it.
  const message = buildUpdate(1, 'a.test', [addText('new.a.test', 'x')]);
  const update = askRaw(daemon.port, message, { timeoutMs: 20_000 });
  const status = daemon.control('status');
  // The workers go on alone.
  await server.answers(300);
  expect(performance.now() - beganMs).toBeLessThan(stallMs);
  await stalled;
  expect(((await update)?.[3] ?? 255) & 15).toBe(0);
  expect(await status).toMatchObject({ ok: true });
  server.replaceZone();
  await server.reload();
  await server.answers(100);
  expect(await healthText()).not.toContain('inactive');
  expect(daemon.lines(/target .* is down|no target of/)).toEqual([]);
  await server.finish();
});
