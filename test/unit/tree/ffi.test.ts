/** Memory is passed to C in few places, so that its sizes are checked there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../../../src');

it('koffi is loaded by libc.ts, and by systemd.ts for its one datagram', () => {
  const users = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .filter((path) => /\(['"]koffi['"]\)( as|\))|from ['"]koffi['"]/.test(readFileSync(join(src, path), 'utf8')))
    .sort();
  expect(users).toEqual(['control/server/systemd.ts', 'plane/libc.ts']);
});
