import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { firstComment } from '../../../bench/read-options.ts';

const root = resolve(import.meta.dirname, '../../..');

function run(script: string, option: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, script), option], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('the first comment of a source is its help', () => {
  expect(firstComment('/**\n * What it does.\n *\n *     node it.ts [--n N]\n */\nimport x;\n')).toBe(
    'What it does.\n\n    node it.ts [--n N]',
  );
  expect(firstComment('/** In one line. */\n')).toBe('In one line.');
});

test('--help prints it, and a wrong option is told with where help is', () => {
  const help = run('test/fuzz/run.ts', '--help');
  expect(help).toMatchObject({ status: 0, stderr: '' });
  expect(help.stdout).toContain('node test/fuzz/run.ts --target NAME');
  expect(run('test/fuzz/run.ts', '--executoins')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(/^error: Unknown option '--executoins'.*\nhint: node test\/fuzz\/run\.ts --help\n$/),
  });
});
