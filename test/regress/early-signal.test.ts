/** SIGUSR1 before the server has its listeners: Node opened its debugger's port, to all users of the host, and as root. */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { Folder, ServeProcess, zoneText } from '../e2e/serve-process.ts';

vi.setConfig({ testTimeout: 60_000 });

test('while the configuration is read, it starts no debugger', async () => {
  const folder = new Folder();
  folder.write('a.zone', zoneText(1));
  const config = join(folder.path, 'ringzone.yaml');
  expect(spawnSync('mkfifo', [config]).status).toBe(0);
  const server = new ServeProcess(['-c', config], { cwd: folder.path });
  try {
    const fifo = await openForReader(config);
    server.kill('SIGUSR1');
    writeSync(
      fifo,
      'listen: ["127.0.0.1:0"]\nworkers: 1\ncontrol: false\nhttp: false\nzones: { a.test: { file: a.zone } }\n',
    );
    closeSync(fifo);
    await server.ready();
    expect((await server.stop()).code).toBe(0);
    expect(server.stderr).not.toContain('Debugger');
  } finally {
    server.kill('SIGKILL');
    await server.exit;
    folder.remove();
  }
});

/** A pipe that somebody has begun to read. */
async function openForReader(path: string): Promise<number> {
  for (let i = 0; i < 1000; i++) {
    try {
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      // ENXIO: nobody reads it yet.
      await sleep(20);
    }
  }
  throw new Error(`nobody reads ${path}`);
}
