/** The threads beside main and the workers end, as by a bug in them: answers go on, and main says what is missing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { zoneText } from '../../e2e/serve-process.ts';
import { modelApex, WatchedServer } from '../watched-server.ts';

let server: WatchedServer | undefined;
afterEach(async () => {
  await server?.remove();
});

test('health, log and loader', async () => {
  const watched = await WatchedServer.start(
    {
      isInspectable: true,
      settings: (folder) => `logging: { channels: { file: { file: ${folder}/log } }, categories: { queries: [file] } }`,
      zones: (folder) =>
        `  a.test: { file: ${join(folder, 'a.zone')}, health: { probe: tcp-connect, interval: 1s, timeout: 500ms } }`,
    },
    // Nobody is there: the target goes down.
    (other) => other.write('a.zone', `${zoneText(1).replace('192.0.2.1', '127.0.0.1')}_sip._tcp SRV 0 1 1 ns\n`),
  );
  server = watched;
  const { daemon } = watched;
  const { inspector } = daemon;
  const healthText = async () => (await daemon.control('health', 'a.test')).text;
  await expect.poll(healthText).toContain('inactive');
  await watched.answers(50);

  // It is replaced, and finds the same again.
  await inspector?.endThread('health');
  await expect.poll(healthText).toContain('inactive');
  await watched.answers(50);

  await inspector?.endThread('log');
  await daemon.waitForLine(/the log thread died .*: a new one starts now; answers go on/, 20_000);
  await daemon.waitForLine(/the log thread writes again/, 20_000);
  await watched.answers(50);
  // What was asked before and after: the same channel is written again.
  const logged = () => readFileSync(join(watched.folder, 'log'), 'utf8').split('\n').length;
  const before = logged();
  await watched.answers(50);
  await expect.poll(logged).toBeGreaterThan(before + 40);
  watched.replaceZone();
  await watched.reload();

  await inspector?.endThread('loader');
  await daemon.waitForLine(
    /the loader thread died .*: zones are served as they are and can't be reloaded; restart/,
    20_000,
  );
  await watched.answers(50);
  expect(await daemon.control('reload', modelApex)).toMatchObject({ ok: false, text: 'the loader thread has ended' });
  await watched.answers(50);
  await watched.finish();
});
