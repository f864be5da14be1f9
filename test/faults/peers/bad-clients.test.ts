/** Clients that send garbage, begin and don't end, don't read, and reset their connections. */
import { afterEach, expect, test } from 'vitest';
import { sendBadClients } from '../../soak/faults/bad-clients.ts';
import { readProcess } from '../../soak/server/process-figures.ts';
import { modelApex, WatchedServer } from '../watched-server.ts';

const rounds = 3;

let server: WatchedServer | undefined;
afterEach(async () => {
  await server?.remove();
});

test('others are answered meanwhile, and nothing of them stays', async () => {
  server = await WatchedServer.start();
  await server.answers(50);
  const { pid } = server.daemon;
  const { descriptors } = readProcess(pid);
  for (let round = 0; round < rounds; round++) {
    const bad = sendBadClients(server, modelApex);
    await server.answers(100);
    await bad;
  }
  await server.answers(50);
  await expect.poll(() => readProcess(pid).descriptors).toBeLessThanOrEqual(descriptors);
  await server.finish();
});
