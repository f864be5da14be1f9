import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { createServer, type Server } from 'node:net';

/**
 * Keep a second server from writing in the same folder: two journals in one destroy each other. A socket without a file
 * (Linux's abstract names) goes with its process, however that ends, which no lock file does. `undefined`: another process
 * has it. On other systems nothing is locked.
 */
export async function lockFolder(folder: string): Promise<{ release(): void } | undefined> {
  if (process.platform !== 'linux') return { release: () => undefined };
  const digest = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32);
  const server = createServer((socket) => socket.destroy());
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(`\0ringzone-journal-${digest}`, () => resolve(true));
  });
  if (!isFree) return undefined;
  return { release: releaseOf(server) };
}

function releaseOf(server: Server): () => void {
  server.unref();
  return () => server.close();
}
