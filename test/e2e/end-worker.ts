/** Ends one thread of a running server from outside, as a bug in it would: in the midst of its work, and without a word to main. */
import { expect } from 'vitest';
import type { ServeProcess } from './serve-process.ts';

/** For a server whose workers shall be ended: servers that run at the same time open their inspectors on ports of their own. */
export const mortal = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/**
 * Have the thread call `process.exit`, through its inspector (start the server with `mortal`). Resolves when main has logged its death;
 * `count` is how often this worker has died by then.
 */
export async function endWorker(server: ServeProcess, name: string, count = 1): Promise<void> {
  await expect.poll(() => server.stderr).toMatch(/Debugger listening on (ws:\S+)/);
  const url = /Debugger listening on (ws:\S+)/.exec(server.stderr)?.[1] ?? '';
  const socket = new WebSocket(url);
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  const { promise, resolve } = Promise.withResolvers<void>();
  let id = 0;
  const send = (method: string, params: object) => socket.send(JSON.stringify({ id: ++id, method, params }));
  socket.addEventListener('message', ({ data }) => {
    const { method, params } = JSON.parse(String(data)) as {
      method?: string;
      params: { sessionId: string; workerInfo?: { title: string } };
    };
    if (method !== 'NodeWorker.attachedToWorker' || params.workerInfo?.title.includes(name) !== true) return;
    const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: 'process.exit(3)' } });
    send('NodeWorker.sendMessageToWorker', { sessionId: params.sessionId, message });
    resolve();
  });
  send('NodeWorker.enable', { waitForDebuggerOnStart: false });
  await promise;
  await server.waitFor(new RegExp(`^worker ${name} died`), count);
  socket.close();
}
