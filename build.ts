/**
 * Bundles src into dist: one file for the main thread and one per kind of worker thread.
 *
 * Node refuses TypeScript under node_modules, so what is packed must be JavaScript. Dependencies stay outside the
 * bundles and are imported where they are used, which keeps the start short.
 */
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

const root = import.meta.dirname;

rmSync(`${root}/dist`, { recursive: true, force: true });
await build({
  entryPoints: {
    main: `${root}/src/cli/main.ts`,
    'udp-worker': `${root}/src/dataplane/udp-worker.ts`,
    'tcp-worker': `${root}/src/dataplane/tcp-worker.ts`,
    'loader-thread': `${root}/src/control/loader-thread.ts`,
    'log-thread': `${root}/src/control/log-thread.ts`,
  },
  outdir: `${root}/dist`,
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node24',
  sourcemap: 'linked',
  logLevel: 'warning',
});
