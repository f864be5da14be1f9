#!/usr/bin/env node
// Kept to syntax that every Node since 12 can parse, so that an old one gets a sentence and not a stack.
import { existsSync } from 'node:fs';

if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(
    `ringzone needs Node 24 or newer; this is Node ${process.versions.node} (${process.execPath}).\n`,
  );
  process.exit(1);
}
const built = new URL('../dist/main.js', import.meta.url);
const entry = existsSync(built) ? built : new URL('../src/cli/main.ts', import.meta.url);
import(entry.href).then(({ main }) => main(process.argv));
