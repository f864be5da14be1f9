/**
 * Run while the image is built, in its folder /app: takes away what the running server never opens, and makes the rest
 * the same in each build.
 */
import { lstatSync, lutimesSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What build.ts leaves out of the bundles. */
const outside = ['koffi', 'lmdb'];
const modules = 'node_modules';

const kept = new Set();
for (const name of outside) keep(name);
for (const name of installedPackages()) if (!kept.has(name)) rmSync(join(modules, name), { recursive: true });
rmSync(join(modules, '.package-lock.json'), { force: true });
rmSync(join(modules, '.bin'), { recursive: true, force: true });
for (const file of readdirSync('dist/bundles')) if (file.endsWith('.map')) rmSync(join('dist/bundles', file));
rmSync('dist/man', { recursive: true, force: true });
// An image keeps whole seconds, and what is compiled is kept for a file with this very time.
setTimes('dist');
// The Dockerfile copies what is in it, so that it is made with its owner.
mkdirSync('/data/ringzone', { recursive: true });

/** Keep a package and those that it needs; npm installs them all side by side here. */
function keep(name) {
  if (kept.has(name)) return;
  const manifest = readManifest(name);
  // Optional ones are for other platforms.
  if (manifest === undefined) return;
  kept.add(name);
  const { dependencies = {}, optionalDependencies = {} } = manifest;
  for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) keep(needed);
}

function readManifest(name) {
  try {
    return JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

function installedPackages() {
  return readdirSync(modules).flatMap((name) => {
    if (name.startsWith('.')) return [];
    return name.startsWith('@') ? readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`) : [name];
  });
}

function setTimes(path) {
  if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) setTimes(join(path, name));
  lutimesSync(path, 0, 0);
}
