/**
 * What takes too long for each change: tests that grow with their time, other cases than a change's own run takes, and many of them; then
 * the fuzzer, at least ten million messages for the answer algorithm and a million for each other target. Two hours, where there are two cores.
 *
 *     node test/nightly.ts [--seed N] [--only tests|fuzz]
 *
 * A failing run is had again with the seed that it prints. `npm run soak` is a night's test of its own.
 */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { readOptions } from '../bench/read-options.ts';

const { values } = readOptions(import.meta.filename, {
  options: { seed: { type: 'string' }, only: { type: 'string' } },
});
/** By default the days since 1970: another one each night, the same all day. */
const seed = values.seed ?? `${Math.floor(Date.now() / 86_400_000)}`;

/** Where each test says what its number means. */
const amounts = {
  RINGZONE_SEED: seed,
  RINGZONE_CACHE_QUESTIONS: '1000000',
  RINGZONE_FUZZ_SECONDS: '60',
  RINGZONE_DIFF_QUESTIONS: '200000',
  RINGZONE_UPDATE_KILL_ROUNDS: '200',
  RINGZONE_KILL_ROUNDS: '200',
  RINGZONE_LOG_SECONDS: '30',
  RINGZONE_RESTART_QUESTIONS: '20000',
};
const tests = ['test/property', 'test/interop/differential', 'test/faults', 'test/e2e/restart'];
/** `all` has `answer` among its targets: these come first. */
const fuzz = [
  ['answer', '9000000'],
  ['all', '1000000'],
] as const;

const root = resolve(import.meta.dirname, '..');

function run(...args: readonly string[]): boolean {
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...amounts },
    stdio: 'inherit',
  });
  return status === 0;
}

console.log(
  Object.entries(amounts)
    .map(([name, amount]) => `${name}=${amount}`)
    .join(' '),
);
let passed = true;
if (values.only !== 'fuzz') passed = run(resolve(root, 'node_modules/vitest/vitest.mjs'), 'run', ...tests) && passed;
if (values.only !== 'tests') {
  for (const [target, executions] of fuzz) {
    passed = run('test/fuzz/run.ts', '--target', target, '--executions', executions, '--seed', seed) && passed;
  }
}
process.exitCode = passed ? 0 : 1;
