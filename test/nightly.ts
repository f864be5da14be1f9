/**
 * The tests that grow with their time: other cases than a change's own run takes, and many of them. About twenty minutes.
 *
 *     node test/nightly.ts [--seed N]
 *
 * A failing run is had again with the seed that it prints.
 */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { seed: { type: 'string' } } });
/** By default the days since 1970: another one each night, the same all day. */
const seed = values.seed ?? `${Math.floor(Date.now() / 86_400_000)}`;

/** Where each test says what its number means. */
const amounts = {
  RINGZONE_SEED: seed,
  RINGZONE_CACHE_QUESTIONS: '1000000',
  RINGZONE_FUZZ_SECONDS: '60',
  RINGZONE_DIFF_QUESTIONS: '200000',
  RINGZONE_UPDATE_KILL_ROUNDS: '200',
  RINGZONE_LOG_SECONDS: '30',
};
const tests = ['test/property', 'test/interop/differential', 'test/faults'];

console.log(
  Object.entries(amounts)
    .map(([name, amount]) => `${name}=${amount}`)
    .join(' '),
);
const root = resolve(import.meta.dirname, '..');
const { status } = spawnSync(process.execPath, [resolve(root, 'node_modules/vitest/vitest.mjs'), 'run', ...tests], {
  cwd: root,
  env: { ...process.env, ...amounts },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
