/**
 * Bundles src into dist: main with a part for each command, and one file for each kind of worker thread.
 *
 * Node refuses TypeScript under node_modules, so what is packed must be JavaScript. Dependencies stay outside the
 * bundles and are imported where they are used, which keeps the start short. Threads share no parts with main or each
 * other: a part that two bundles share holds all that either needs, and each file is a round of the module loader.
 */
import { rmSync } from 'node:fs';
import { type BuildOptions, build } from 'esbuild';

const root = import.meta.dirname;

const common = {
  outdir: `${root}/dist`,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node24',
  sourcemap: 'linked',
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** As src/plane/thread-entry.ts names them. */
const threads = {
  'udp-worker': `${root}/src/dataplane/udp-worker.ts`,
  'tcp-worker': `${root}/src/dataplane/tcp-worker.ts`,
  'loader-thread': `${root}/src/control/loader-thread.ts`,
  'log-thread': `${root}/src/control/log-thread.ts`,
};

rmSync(`${root}/dist`, { recursive: true, force: true });
await Promise.all([
  build({ ...common, entryPoints: { main: `${root}/src/cli/main.ts` }, splitting: true }),
  build({ ...common, entryPoints: threads }),
]);
