/**
 * Bundles src into dist: one file for the command line, for each command, and for each kind of worker thread.
 *
 * Node refuses TypeScript under node_modules, so what is packed must be JavaScript. The dependencies are bundled too, but
 * for those that bring a binary: of zod, yaml and pino a fraction is used, and each file is a round of the module
 * loader. The files are CommonJS, which starts quicker than ES modules, and share no parts; what is imported by
 * `await import` is in them and runs when it is asked for. bin/load-bundle.cjs loads them (docs/adr/0005-cold-start.md).
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

const root = import.meta.dirname;

/** Of Node's modules those that take a millisecond or more to load, in each thread, and that not every start needs. */
const lateModules = [
  'node:child_process',
  'node:crypto',
  'node:dgram',
  'node:dns/promises',
  'node:net',
  'node:tls',
  'node:zlib',
];

/** Has Node load those when something of theirs is used, not when the file is read that imports them. */
const loadLate: Plugin = {
  name: 'load-late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path }) =>
      lateModules.includes(path) ? { path, namespace: 'late' } : undefined,
    );
    onLoad({ filter: /^/, namespace: 'late' }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => /^\w+$/.test(name) && name !== 'default');
      const getters = names.map((name) => `  get ${name}() { return load().${name}; },`);
      return {
        contents: [
          'let loaded;',
          `const load = () => (loaded ??= process.getBuiltinModule('${path}'));`,
          `module.exports = {\n${getters.join('\n')}\n};`,
        ].join('\n'),
      };
    });
  },
};

/** A module that is data computed from others: what it exports stands in the bundles, and not what computes it. */
const computedFile = `${root}/src/rr/answer-table.ts`;

const compute: Plugin = {
  name: 'compute',
  setup({ onLoad }) {
    onLoad({ filter: /\/answer-table\.ts$/ }, async ({ path }) => {
      if (path !== computedFile) return undefined;
      const values = Object.entries(await import(path)).map(([name, value]) => [name, JSON.stringify(value)]);
      return { contents: values.map(([name, json]) => `export const ${name} = ${json};`).join('\n') };
    });
  },
};

/** The bundles of main. The first finds out which of the others is wanted. */
const commands = {
  main: `${root}/src/cli/main.ts`,
  init: `${root}/src/cli/init.ts`,
  serve: `${root}/src/cli/serve.ts`,
  check: `${root}/src/cli/check.ts`,
  convert: `${root}/src/cli/convert.ts`,
  compare: `${root}/src/cli/compare.ts`,
  ctl: `${root}/src/cli/ctl.ts`,
  resolve: `${root}/src/cli/resolve.ts`,
  'tsig-keygen': `${root}/src/cli/tsig-keygen.ts`,
  completion: `${root}/src/cli/completion.ts`,
};

/** As src/plane/thread-entry.ts names them. */
const threads = {
  'udp-worker': `${root}/src/dataplane/udp-worker.ts`,
  'tcp-worker': `${root}/src/dataplane/tcp-worker.ts`,
  'loader-thread': `${root}/src/control/loader-thread.ts`,
  'log-thread': `${root}/src/control/log-thread.ts`,
  'dnstap-thread': `${root}/src/control/dnstap-thread.ts`,
  'health-thread': `${root}/src/control/health-thread.ts`,
};

/** Has the first bundle load the others from their own files. */
const splitCommands: Plugin = {
  name: 'split-commands',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/[-\w]+\.ts$/ }, ({ path, kind, importer }) =>
      kind === 'dynamic-import' && importer === commands.main
        ? { path: path.replace(/\.ts$/, '.cjs'), external: true }
        : undefined,
    );
  },
};

const common = {
  absWorkingDir: root,
  outdir: `${root}/dist/bundles`,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  external: ['koffi', 'lmdb'],
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  // Then it is `require`, which is quicker.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': 'bundleUrl', 'import.meta.dirname': '__dirname' },
  // For bin/load-bundle.cjs, which compiles it as a script.
  banner: {
    js: `(function (exports, require, module, __filename, __dirname) {
const bundleUrl = require('node:url').pathToFileURL(__filename).href;`,
  },
  footer: { js: '})' },
  plugins: [loadLate, compute, splitCommands],
  sourcemap: 'linked',
  legalComments: 'none',
  metafile: true,
  write: false,
  logLevel: 'warning',
} as const satisfies BuildOptions;

const { metafile, outputFiles } = await build({
  ...common,
  plugins: [...common.plugins],
  external: [...common.external],
  entryPoints: { ...commands, ...threads },
});
/** What a browser runs of the status page, and its styles; index.html and the icon stay as they are (docs/adr/0022-page.md). */
const page = await build({
  absWorkingDir: root,
  entryPoints: { page: `${root}/src/page/page.ts`, styles: `${root}/src/page/page.css` },
  outdir: `${root}/dist/page`,
  bundle: true,
  minify: true,
  platform: 'browser',
  format: 'iife',
  target: ['es2022', 'chrome111', 'firefox121', 'safari16.4'],
  legalComments: 'none',
  metafile: true,
  write: false,
  logLevel: 'warning',
});
// Not before all is there: what was built before stays where this fails.
rmSync(`${root}/dist`, { recursive: true, force: true });
mkdirSync(`${root}/dist/bundles`, { recursive: true });
for (const { path, contents } of outputFiles) writeFileSync(path, contents);
mkdirSync(`${root}/dist/page`);
for (const { path, contents } of page.outputFiles) writeFileSync(path, contents);
for (const name of ['index.html', 'icon.svg']) copyFileSync(`${root}/src/page/${name}`, `${root}/dist/page/${name}`);
for (const name of Object.keys({ ...commands, ...threads })) writeStarter(name);
writeFileSync(`${root}/dist/third-party-licences.txt`, formatLicences(metafile));
writeFileSync(`${root}/dist/page/third-party-licences.txt`, formatLicences(page.metafile));
await writeManuals();

/** Manual pages: of the program out of its own table of commands, of its configuration out of docs. */
async function writeManuals(): Promise<void> {
  const { makeManuals } = await import('./src/cli/manual/make-manuals.ts');
  mkdirSync(`${root}/dist/man`);
  for (const { name, text } of makeManuals()) writeFileSync(`${root}/dist/man/${name}`, text);
}

/** What starts a bundle: bin and threads run `dist/NAME.cjs`. */
function writeStarter(name: string): void {
  const hash = createHash('sha256')
    .update(readFileSync(`${root}/dist/bundles/${name}.cjs`))
    .digest('hex')
    .slice(0, 16);
  const text = `module.exports = require('../bin/load-bundle.cjs')(__filename, '${name}', '${hash}');\n`;
  writeFileSync(`${root}/dist/${name}.cjs`, text);
}

/** The licences of all packages of which something is in the bundles, as most of them ask for. Throws where one has none. */
function formatLicences(metafile: Metafile): string {
  const folders = new Set(bundledInputs(metafile).flatMap((path) => packageFolder(path) ?? []));
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
