import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Keep a second server from writing in the same folder: two journals in one destroy each other. A socket without a file
 * (Linux's abstract names) goes with its process, however that ends, which no lock file does. `undefined`: another process
 * has it, and went on to have it for `patienceMs`. On other systems nothing is locked.
 */
export async function lockFolder(folder: string, patienceMs = 0): Promise<{ release(): void } | undefined> {
  if (process.platform !== 'linux') return { release: () => undefined };
  const digest = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32);
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    const server = await bindName(`\0ringzone-journal-${digest}`);
    if (server !== undefined) return { release: releaseOf(server) };
    if (performance.now() >= deadlineMs) return undefined;
    await sleep(retryMs);
  }
}

const retryMs = 50;

/** `undefined`: another has it. */
function bindName(name: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(name, () => resolve(server));
  });
}

function releaseOf(server: Server): () => void {
  server.unref();
  return () => server.close();
}
