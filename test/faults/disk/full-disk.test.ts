/** A full disk under what the server writes beside its journal: logs, copies of secondary zones, master files, added zones. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { askRaw } from '../../interop/lib/dns-client.ts';
import { addText, buildUpdate } from '../../interop/lib/update-message.ts';
import { fillWith } from '../../soak/faults/fill-disk.ts';
import { smallZone } from '../../soak/model/contents.ts';
import type { ZoneContent } from '../../soak/model/zone-content.ts';
import { WatchedServer } from '../watched-server.ts';

const servers: WatchedServer[] = [];
const mounts: string[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.remove(() => mounts.splice(0).forEach(unmount));
});

const unmount = (path: string) => void spawnSync('umount', ['-l', path]);

function mountSmall(path: string): boolean {
  mkdirSync(path);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', path]);
  if (status === 0) mounts.push(path);
  return status === 0;
}

const logging = (folder: string) => `
logging:
  channels: { file: { file: ${folder}/data/all.log, print-category: true } }
  categories: { queries: [file] }
allow-new-zones: true
transfers-per-ns: 10`;

/** So many records that they need room, wherever the last copy has left some. */
function copied(serial: number): ZoneContent {
  const apex = 'copied.test.';
  const records = Array.from({ length: 3000 }, (_, i) => ({
    owner: `${serial}-${i}.${apex}`,
    type: 'TXT',
    ttl: 60,
    rdata: `"${'x'.repeat(100)}"`,
  }));
  return smallZone(apex, serial).changed(serial, () => false, records);
}

test('what needs the disk fails and says so, answers go on, and all is done when there is room', async ({ skip }) => {
  const primary = await WatchedServer.start(
    { questionsPerSecond: 10, zones: (folder) => `  copied.test: { file: ${folder}/copied.zone }` },
    (other) => other.write('copied.zone', copied(1).format()),
  );
  servers.push(primary);
  let isSmall = false;
  const server = await WatchedServer.start(
    {
      settings: logging,
      zones: (
        folder,
      ) => `  copied.test: { type: secondary, primaries: [{ address: 127.0.0.1, port: ${primary.daemon.port} }] }
  dynamic.test: { file: ${folder}/data/dynamic.zone, allow-update: [127.0.0.1] }`,
    },
    (other) => {
      isSmall = mountSmall(join(other.folder, 'data'));
      other.write('data/dynamic.zone', smallZone('dynamic.test.', 1).format());
      other.write('added.zone', smallZone('added.test.', 1).format());
      other.write('kept.zone', smallZone('kept.test.', 1).format());
    },
  );
  servers.push(server);
  if (!isSmall) skip('needs root, to mount a small tmpfs');
  const { daemon, folder } = server;
  const addzone = () => daemon.control('addzone', 'added.test', `{ file: ${folder}/added.zone }`);
  const log = join(folder, 'data/all.log');
  const filler = join(folder, 'data/filler');
  await daemon.waitForLine(/transfer of 'copied.test\/IN'.*: Transfer status: success/, 20_000);
  const update = await askRaw(daemon.port, buildUpdate(1, 'dynamic.test', [addText('new.dynamic.test', 'x')]), {
    timeoutMs: 10_000,
  });
  expect((update?.[3] ?? 255) & 15).toBe(0);

  expect(await daemon.control('addzone', 'kept.test', `{ file: ${folder}/kept.zone }`)).toMatchObject({ ok: true });

  fillWith(filler);
  const before = serialOf(await daemon.control('zonestatus', 'copied.test'));
  primary.write('copied.zone', copied(2).format());
  expect(await primary.daemon.control('reload', 'copied.test')).toMatchObject({ ok: true });
  expect(await daemon.control('retransfer', 'copied.test')).toMatchObject({ ok: false });
  expect(daemon.lines(/copied.test.*no space left on the disk/)).not.toEqual([]);
  expect(serialOf(await daemon.control('zonestatus', 'copied.test'))).toBe(before);
  expect(await daemon.control('sync', 'dynamic.test')).toMatchObject({ ok: false });
  expect(readFileSync(join(folder, 'data/dynamic.zone'), 'utf8')).toBe(smallZone('dynamic.test.', 1).format());
  expect(await addzone()).toMatchObject({ ok: false, text: expect.stringContaining('ENOSPC') });
  // Not for a moment was it gone.
  expect(await daemon.control('delzone', 'kept.test')).toMatchObject({ ok: false });
  expect(daemon.lines(/zone kept.test\/IN: loaded serial/).length).toBe(1);
  await server.answers(200);
  await daemon.waitForLine(/log file .*all.log: the disk is full/, 20_000);

  rmSync(filler);
  expect(await daemon.control('retransfer', 'copied.test')).toMatchObject({ ok: true });
  expect(serialOf(await daemon.control('zonestatus', 'copied.test'))).toBe(2);
  expect(await daemon.control('sync', 'dynamic.test')).toMatchObject({ ok: true });
  expect(readFileSync(join(folder, 'data/dynamic.zone'), 'utf8')).toContain('new');
  expect(await addzone()).toMatchObject({ ok: true });
  expect(existsSync(join(folder, 'data/added-zones.yaml'))).toBe(true);
  const logged = readFileSync(log).length;
  await expect.poll(() => readFileSync(log).length).toBeGreaterThan(logged);
  await server.finish();
  await primary.finish();
});

function serialOf(reply: { readonly data?: Readonly<Record<string, unknown>> }): unknown {
  return reply.data?.serial;
}
