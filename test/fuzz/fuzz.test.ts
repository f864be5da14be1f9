/**
 * All targets of the fuzzer for a minute together, as `node test/fuzz/run.ts` runs them. RINGZONE_SEED takes other cases,
 * RINGZONE_FUZZ_ALL_SECONDS more of them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

const seconds = Number(process.env.RINGZONE_FUZZ_ALL_SECONDS ?? 60);

it('finds nothing in any target', { timeout: 1000 * (10 * seconds + 600) }, async () => {
  const args = ['--seconds', `${seconds}`, '--seed', `${process.env.RINGZONE_SEED}`];
  const run = spawn(process.execPath, [join(import.meta.dirname, 'run.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors] = await Promise.all([text(run.stdout), text(run.stderr), once(run, 'close')]);
  const counts = output.split('\n').filter((line) => line.endsWith(' executions'));
  console.info(counts.join('\n'));
  expect(errors.slice(0, 4000)).toBe('');
  expect(run.exitCode).toBe(0);
  // Each has had its turn, on a slow machine too.
  expect(counts.length).toBeGreaterThan(15);
});
