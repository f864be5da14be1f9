#!/usr/bin/env node
// Kept to syntax that every Node since 12 can parse, so that an old one gets a sentence and not a stack.
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(
    `ringzone needs Node 24 or newer; this is Node ${process.versions.node} (${process.execPath}).\n`,
  );
  process.exit(1);
}
// Without a listener Node opens its debugger's port, where any user of this host may have this process run what he likes.
process.on('SIGUSR1', () => {});
const built = fileURLToPath(new URL('../dist/main.cjs', import.meta.url));
if (existsSync(built)) {
  keepCompiledCode();
  nodeModule
    .createRequire(import.meta.url)(built)
    .main(process.argv);
} else {
  import(new URL('../src/cli/main.ts', import.meta.url).href).then(({ main }) => main(process.argv));
}

/**
 * Have Node keep what it compiles, for a quicker next start. Beside the code, because who can write there can change the
 * code itself, and a new build begins anew. Where it can't write there, Node goes on without and says nothing. Who sets
 * NODE_COMPILE_CACHE has chosen another folder; NODE_DISABLE_COMPILE_CACHE=1 turns it off.
 */
function keepCompiledCode() {
  if (process.env.NODE_COMPILE_CACHE !== undefined) return;
  const folder = fileURLToPath(new URL('../dist/.compiled', import.meta.url));
  const { directory } = nodeModule.enableCompileCache(folder);
  // For the threads, which begin with a copy of the environment.
  if (directory !== undefined) process.env.NODE_COMPILE_CACHE = folder;
}
