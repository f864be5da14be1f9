/** What browsers run has their types, and no other code has: each part of the tree is checked with what it really has there. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const compiler = join(root, 'node_modules/typescript/bin/tsc');

/** Paths from the root of all files that a project is made of, declarations too. */
function filesOf(project: string): readonly string[] {
  const { status, stdout } = spawnSync(process.execPath, [compiler, '--listFilesOnly', '-p', project], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  return stdout.split('\n').map((path) => path.replace(`${root}/`, ''));
}

const hasDom = (files: readonly string[]) => files.some((path) => /\blib\.dom\.d\.ts$/.test(path));
const hasNode = (files: readonly string[]) => files.some((path) => path.includes('node_modules/@types/node/'));

function sourcesIn(folder: string): readonly string[] {
  const paths = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return paths.filter((path) => path.endsWith('.ts')).map((path) => `${folder}/${path}`);
}

test('node code has no types of the DOM', () => {
  const files = filesOf('.');
  expect([hasDom(files), hasNode(files)]).toEqual([false, true]);
  expect(files).toContain('src/cli/main.ts');
  // What is told to the page is known to both.
  expect(files.filter((path) => path.startsWith('src/page/'))).toEqual(['src/page/page-data.ts']);
});

test("the page has the DOM's types and none of node's", () => {
  const files = filesOf('src/page');
  expect([hasDom(files), hasNode(files)]).toEqual([true, false]);
  expect(files).toEqual(expect.arrayContaining([...sourcesIn('src/page')]));
});

test('tests of the page have both, and none is left out', () => {
  const files = filesOf('test/e2e/page');
  expect([hasDom(files), hasNode(files)]).toEqual([true, true]);
  const pageTests = readdirSync(join(root, 'test/e2e')).filter((name) => /^page[.-].*\.ts$/.test(name));
  const expected = [
    ...sourcesIn('test/unit/page'),
    ...sourcesIn('test/e2e/page'),
    ...pageTests.map((name) => `test/e2e/${name}`),
  ];
  expect(files).toEqual(expect.arrayContaining(expected));
});
