/**
 * Compares Ringzone with BIND, NSD and Knot on this machine in this run. See README.md beside this file.
 *
 *     node bench/run.ts [--scene NAME]... [--rounds N] [--seconds N] [--only SERVER]... [--json FILE] [--profile] [--no-build]
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { adoptOrphans } from './measure/proc-stat.ts';
import { readOptions } from './read-options.ts';
import { describeCommit, describeMachine, findCores } from './report/machine.ts';
import { listRatios } from './report/ratios.ts';
import { formatTable } from './report/table.ts';
import { formatTopFunctions } from './report/top-functions.ts';
import { scenes } from './scenes/all.ts';
import type { Scene, SceneResult, SceneSetting } from './scenes/scene.ts';
import { findProgram, readVersion } from './servers/bench-server.ts';
import type { ServerProgram } from './servers/server-program.ts';

const root = resolve(import.meta.dirname, '..');

const { values: wanted } = readOptions(import.meta.filename, {
  options: {
    scene: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    only: { type: 'string', multiple: true },
    json: { type: 'string' },
    profile: { type: 'boolean', default: false },
    build: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

interface Outcome {
  readonly scene: Scene;
  readonly setting: SceneSetting;
  readonly result: SceneResult;
}

process.exitCode = await main();

async function main(): Promise<number> {
  const unknown = (wanted.scene ?? []).filter((name) => !scenes.some((scene) => scene.name === name));
  if (unknown.length > 0) {
    console.error(`no scene ${unknown.join(', ')}; there are ${scenes.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  if (wanted.build) buildPackage();
  adoptOrphans();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const chosen = scenes.filter(({ name, isExtra }) => wanted.scene?.includes(name) ?? isExtra !== true);
  const outcomes: Outcome[] = [];
  for (const scene of chosen) {
    try {
      outcomes.push(await play(scene));
    } catch (error) {
      console.error(`\n${scene.name} failed:`, error);
    }
  }
  const file = writeResults(outcomes);
  console.log(`\nwritten: ${file}`);
  return outcomes.length < chosen.length || outcomes.some(({ result }) => hasWrong(result)) ? 1 : 0;
}

function buildPackage(): void {
  const { status } = spawnSync(process.execPath, [join(root, 'build.ts')], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('the build failed');
}

async function play(scene: Scene): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), `ringzone-bench-${scene.name}-`));
  const setting: SceneSetting = {
    programs: scene.programs.filter(isWanted),
    rounds: Number(wanted.rounds ?? scene.rounds),
    seconds: Number(wanted.seconds ?? scene.seconds),
    folder,
    ...findCores(),
    ...(wanted.profile ? { profileFolder: join(folder, 'profiles') } : {}),
    note: (text) => void (process.stderr.isTTY && process.stderr.write(`\x1b[2K\r${scene.name}: ${text}`)),
  };
  try {
    const result = await scene.run(setting);
    setting.note('');
    print(scene, setting, result);
    if (setting.profileFolder !== undefined) console.log(formatTopFunctions(setting.profileFolder).join('\n'));
    return { scene, setting, result };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isWanted(program: ServerProgram): boolean {
  const names = wanted.only?.map((name) => name.toLowerCase());
  if (names !== undefined && !names.includes(program.name.toLowerCase())) return false;
  if (findProgram(program) !== undefined) return true;
  console.warn(`left out: ${program.name} is not installed (no ${program.command})`);
  return false;
}

function print(scene: Scene, { programs, rounds, seconds }: SceneSetting, result: SceneResult): void {
  console.log(`\n${scene.name}: ${scene.about} (${rounds} rounds of ${seconds} s a server)\n`);
  console.log(formatTable(result));
  for (const program of programs) {
    console.log(`${program.name} ${readVersion(program)}: ${program.settings}`);
  }
}

function writeResults(outcomes: readonly Outcome[]): string {
  const date = new Date().toISOString();
  const { commit, isChanged } = describeCommit();
  const name = `${date.slice(0, 19).replaceAll(':', '')}-${commit}.json`;
  const file = resolve(wanted.json ?? join(root, 'bench/results', name));
  mkdirSync(dirname(file), { recursive: true });
  const programs = new Set(outcomes.flatMap(({ setting }) => setting.programs));
  const report = {
    date,
    commit,
    isChanged,
    node: process.versions.node,
    machine: describeMachine(),
    servers: [...programs].map((program) => ({
      name: program.name,
      version: readVersion(program),
      settings: program.settings,
    })),
    scenes: outcomes.map(({ scene, setting: { rounds, seconds }, result }) => ({
      name: scene.name,
      about: scene.about,
      rounds,
      seconds,
      rows: result.rows,
      ratios: listRatios(result),
      notes: result.notes,
      table: formatTable(result).split('\n'),
    })),
  };
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  return file;
}

function hasWrong(result: SceneResult): boolean {
  return result.rows.some(({ rounds }) => rounds.some(({ wrong = 0 }) => wrong > 0));
}
