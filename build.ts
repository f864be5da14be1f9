/**
 * Bundles src into dist: main with a part for each command, and one file for each kind of worker thread.
 *
 * Node refuses TypeScript under node_modules, so what is packed must be JavaScript. The dependencies are bundled too, but
 * for those that bring a binary: of zod, yaml and pino a fraction is used, and each file is a round of the module
 * loader (docs/adr/0005-cold-start.md). Threads share no parts with main or each other for the same reason.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type BuildOptions, build, type Metafile } from 'esbuild';

const root = import.meta.dirname;

const common = {
  absWorkingDir: root,
  outdir: `${root}/dist`,
  bundle: true,
  external: ['koffi', 'lmdb'],
  platform: 'node',
  format: 'esm',
  target: 'node24',
  sourcemap: 'linked',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** pino and yaml are CommonJS and call `require` for Node's own modules, which ES modules don't have. */
const requireBanner = `import { createRequire as createBundleRequire } from 'node:module';
const require = createBundleRequire(import.meta.url);`;

/** As src/plane/thread-entry.ts names them. */
const threads = {
  'udp-worker': `${root}/src/dataplane/udp-worker.ts`,
  'tcp-worker': `${root}/src/dataplane/tcp-worker.ts`,
  'loader-thread': `${root}/src/control/loader-thread.ts`,
  'log-thread': `${root}/src/control/log-thread.ts`,
};

rmSync(`${root}/dist`, { recursive: true, force: true });
const built = await Promise.all([
  build({
    ...common,
    entryPoints: { main: `${root}/src/cli/main.ts` },
    splitting: true,
    banner: { js: requireBanner },
  }),
  build({ ...common, entryPoints: threads }),
]);
writeFileSync(`${root}/dist/third-party-licences.txt`, formatLicences(built.map(({ metafile }) => metafile)));

/** The licences of all packages of which something is in the bundles, as most of them ask for. Throws where one has none. */
function formatLicences(metafiles: readonly Metafile[]): string {
  const folders = new Set(metafiles.flatMap(bundledInputs).flatMap((path) => packageFolder(path) ?? []));
  const parts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${root}/${folder}/package.json`, 'utf8'));
    const file = readdirSync(`${root}/${folder}`).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${folder} is bundled and has no licence file`);
    return `${name} ${version} (${license})\n\n${readFileSync(`${root}/${folder}/${file}`, 'utf8').trim()}\n`;
  });
  const rule = `\n${'-'.repeat(80)}\n\n`;
  return `Packages of which parts are in the files of this folder, and their licences.\n${rule}${parts.join(rule)}`;
}

function bundledInputs({ outputs }: Metafile): string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  return inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
}

/** `node_modules/@pinojs/redact` of a file in it; `undefined` for code of our own. */
function packageFolder(path: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}
