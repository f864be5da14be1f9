/** The process may open no further file, connection or socket. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { zoneText } from '../../e2e/serve-process.ts';
import { askRaw, buildQuery } from '../../interop/lib/dns-client.ts';
import { control } from '../../soak/clients/control-client.ts';
import { fewDescriptors, readLimit, setLimit } from '../../soak/faults/take-descriptors.ts';
import { modelApex, WatchedServer } from '../watched-server.ts';

const servers: WatchedServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.remove();
});

const hasPrlimit = spawnSync('prlimit', ['--version']).error === undefined;

test.skipIf(!hasPrlimit)('UDP goes on, the rest fails and says so, and all comes back (needs prlimit)', async () => {
  const primary = await WatchedServer.start(
    { zones: (folder) => `  b.test: { file: ${join(folder, 'b.zone')} }` },
    (folder) => folder.write('b.zone', zoneText(1).replaceAll('a.test', 'b.test')),
  );
  servers.push(primary);
  const server = await WatchedServer.start({
    settings: () => 'min-refresh-time: 1s\nmin-retry-time: 1s',
    zones: () => `  b.test: { type: secondary, primaries: [{ address: 127.0.0.1, port: ${primary.daemon.port} }] }`,
  });
  servers.push(server);
  const { daemon } = server;
  const { pid, controlPath } = daemon;
  await daemon.waitForLine(/transfer of 'b.test\/IN'.*: Transfer status: success/, 20_000);
  await server.answers(100);
  const before = readLimit(pid);
  await server.losing(['tcp'], async () => {
    setLimit(pid, fewDescriptors);
    // A connection of each kind is closed at once, or waits in the kernel; none takes the server with it.
    await expect(control(controlPath, ['status'], 2000)).rejects.toThrow();
    await Promise.all(
      Array.from({ length: 20 }, () =>
        askRaw(daemon.port, buildQuery({ name: modelApex, type: 'SOA' }), { tcp: true, timeoutMs: 1000 }),
      ),
    );
    const { answered } = server.checker;
    const udpBefore = answered.udp;
    await expect.poll(() => answered.udp).toBeGreaterThan(udpBefore + 200);
    setLimit(pid, before);
    await expect
      .poll(() => askRaw(daemon.port, buildQuery({ name: modelApex, type: 'SOA' }), { tcp: true }))
      .toBeDefined();
  });
  server.replaceZone();
  await server.reload();
  expect(await daemon.control('retransfer', 'b.test')).toMatchObject({ ok: true });
  await server.answers(200);
  await server.finish();
  await primary.finish();
});
