import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { resolveThreadEntry, threadEntry } from '../../../src/plane/thread-entry.ts';

it('finds the source of a thread when run from source', () => {
  expect(threadEntry('log-thread').pathname).toMatch(/\/src\/control\/log-thread\.ts$/);
  expect(existsSync(threadEntry('udp-worker'))).toBe(true);
  expect(existsSync(threadEntry('tcp-worker'))).toBe(true);
});

it('finds the packed file beside the packed code', () => {
  const url = resolveThreadEntry('tcp-worker', 'file:///opt/ringzone/dist/serve.cjs');
  expect(url.href).toBe('file:///opt/ringzone/dist/tcp-worker.cjs');
});
