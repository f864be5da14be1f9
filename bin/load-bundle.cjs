'use strict';
/**
 * Loads a bundle of dist, with what V8 has compiled of it in a start before: all functions that such a start runs, while
 * what Node keeps by itself has only those that run while a file is loaded. Node's own folder is used, and only where it is on
 * (docs/adr/0005-cold-start.md). Where anything fails, the bundle is compiled as any other file.
 */
const { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join, resolve } = require('node:path');
const { Script } = require('node:vm');
const { threadId } = require('node:worker_threads');

const { NODE_COMPILE_CACHE: folder, NODE_DISABLE_COMPILE_CACHE: isDisabled } = process.env;

/** `starter` is dist/NAME.cjs, which names the bundle and the hash of what it holds. Gives what the bundle exports. */
module.exports = function loadBundle(starter, name, hash) {
  const file = join(starter, '..', 'bundles', `${name}.cjs`);
  const kept = folder && !isDisabled ? placeOf(file, name, hash) : undefined;
  const cachedData = kept === undefined ? undefined : readIfThere(kept);
  // ASCII, which latin1 reads quickest: an expression, the function that Node would put around it.
  const script = new Script(readFileSync(file, 'latin1'), { filename: file, cachedData });
  if (kept !== undefined && (cachedData === undefined || script.cachedDataRejected === true)) keepLater(script, kept);
  const loaded = { exports: {} };
  script.runInThisContext()(loaded.exports, createRequire(starter), loaded, starter, join(starter, '..'));
  return loaded.exports;
};

/** Of this build, this Node and this file as it is: V8 itself only compares the length of the source. */
function placeOf(file, name, hash) {
  const { version, arch } = process;
  return join(resolve(folder), `${name}-${hash}-${statSync(file).mtimeMs}-${version}-${arch}`);
}

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** For src/base/compiled-code.ts: once, when the thread has run what a start runs. */
function keepLater(script, kept) {
  const before = globalThis.keepCompiledBundles;
  globalThis.keepCompiledBundles = () => {
    before?.();
    globalThis.keepCompiledBundles = undefined;
    const own = `${kept}.${process.pid}.${threadId}`;
    try {
      const compiled = script.createCachedData();
      // Not with `recursive`, with which Node turns for ever where the system says ENOENT of a folder whose parent is there.
      mkdirIfMissing(resolve(folder));
      // On disk before it has its name: V8 looks at the head alone, and believes the rest.
      writeFileSync(own, compiled, { mode: 0o600, flush: true });
      renameSync(own, kept);
    } catch {
      // No right to write there, or no room. The next start is as slow as this one.
      rmQuietly(own);
    }
  };
}

function mkdirIfMissing(path) {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
}

function rmQuietly(path) {
  try {
    rmSync(path, { force: true });
  } catch {
    // Nor may it be removed.
  }
}
