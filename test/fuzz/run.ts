/**
 * The fuzzer of all that takes octets or texts from outside.
 *
 *     node test/fuzz/run.ts --target NAME[,NAME]|all [--executions N] [--seed S] [--seconds T] [--threads N] [--failures DIR]
 *     node test/fuzz/run.ts --target NAME --input FILE
 *
 * `--executions` is each target's (by default 20,000, or as many as there is time for), `--seconds` all of them have together. Many
 * executions are cut into jobs of a million, each with a seed of its own, the first of which is `--seed`. What fails is made as small as
 * it fails with, printed and written to DIR; `--input` puts it through again. Exit code 1: something failed.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOptions } from '../../bench/read-options.ts';
import { describeInput, formatProgress, shareProblem } from './engine/report.ts';
import { runJob } from './engine/run-job.ts';
import { targetNames } from './targets/targets.ts';

const { values } = readOptions(import.meta.filename, {
  options: {
    target: { type: 'string', default: 'all' },
    executions: { type: 'string' },
    seed: { type: 'string' },
    seconds: { type: 'string' },
    threads: { type: 'string' },
    input: { type: 'string' },
    failures: { type: 'string', default: join(tmpdir(), 'ringzone-fuzz') },
  },
});

const executionsPerJob = 1_000_000;

const names = values.target === 'all' ? targetNames : values.target.split(',');
const unknown = names.filter((name) => !targetNames.includes(name));
if (unknown.length > 0) {
  console.error(`no target ${unknown.join(', ')}; there are ${targetNames.join(', ')}`);
  process.exit(2);
}
const seed = Number(values.seed ?? 1);
const seconds = values.seconds === undefined ? undefined : Number(values.seconds);
const executions = Number(values.executions ?? (seconds === undefined ? 20_000 : Number.MAX_SAFE_INTEGER));
const threads = Number(values.threads ?? Math.min(2, availableParallelism()));
const inputs = values.input === undefined ? undefined : [new Uint8Array(readFileSync(values.input))];

interface Plan {
  readonly target: string;
  readonly seed: number;
  readonly executions: number;
}

const plans = names.flatMap((target): Plan[] => {
  if (seconds !== undefined || inputs !== undefined) return [{ target, seed, executions }];
  const jobs = Math.ceil(executions / executionsPerJob);
  return Array.from({ length: jobs }, (_, i) => ({
    target,
    seed: seed + i,
    executions: Math.min(executionsPerJob, executions - i * executionsPerJob),
  }));
});
/** Of the time that all have together: the answer algorithm is what everybody reaches. */
const weightOf = (target: string): number => (target === 'answer' ? 6 : 1);
const weights = plans.reduce((sum, { target }) => sum + weightOf(target), 0);
const mostMsOf = (target: string): number =>
  seconds === undefined ? Number.POSITIVE_INFINITY : (1000 * seconds * threads * weightOf(target)) / weights;

let failures = 0;
const totals = new Map<string, number>();
const started = performance.now();

async function work(): Promise<void> {
  for (let plan = plans.shift(); plan !== undefined; plan = plans.shift()) await runPlan(plan);
}

async function runPlan({ target, seed: own, executions: wanted }: Plan): Promise<void> {
  const head = `${target} seed ${own}`;
  const result = await runJob(
    { target, seed: own, executions: wanted, mostMs: mostMsOf(target), inputs },
    {
      onProgress: (progress) => console.log(`${head}: ${formatProgress(progress)}`),
      onFailure: (input, signature, text, execution) => {
        failures++;
        const file = keepFailure(target, own, execution, input);
        console.error(`\n${head}, execution ${execution}: ${signature}\n${text}\n${describeInput(input)}`);
        console.error(`again: node test/fuzz/run.ts --target ${target} --input ${file}\n`);
      },
    },
  );
  if (result === undefined) return;
  const { progress, expected } = result;
  totals.set(target, (totals.get(target) ?? 0) + progress.executions);
  const problem = inputs === undefined ? shareProblem(progress, expected) : undefined;
  if (problem !== undefined) {
    failures++;
    console.error(`${head}: ${problem}`);
  }
  console.log(`${head}: done: ${formatProgress(progress)}`);
  console.log(`${head}: most steps for ${describeInput(progress.costliest)}`);
}

function keepFailure(target: string, own: number, execution: number, input: Uint8Array): string {
  mkdirSync(values.failures, { recursive: true });
  const file = join(values.failures, `${target}-${own}-${execution}`);
  writeFileSync(file, input);
  return file;
}

await Promise.all(Array.from({ length: Math.min(threads, plans.length) }, work));
const took = ((performance.now() - started) / 1000).toFixed(0);
for (const [target, count] of totals) console.log(`${target}: ${count.toLocaleString('en')} executions`);
console.log(`${took} s, first seed ${seed}: ${failures} failures`);
process.exitCode = failures > 0 ? 1 : 0;
