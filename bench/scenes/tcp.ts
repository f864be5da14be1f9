/**
 * Persistent TCP connections, many questions on each at once, by dnsperf: the load's own cost doesn't matter for CPU per
 * query of the server.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCommand } from '../../test/interop/lib/judge.ts';
import type { BenchQuestion } from '../generator/question-file.ts';
import { LatencyHistogram } from '../measure/latency-histogram.ts';
import type { BenchServer } from '../servers/bench-server.ts';
import { bind } from '../servers/bind.ts';
import { knot } from '../servers/knot.ts';
import { nsd } from '../servers/nsd.ts';
import { ringzone } from '../servers/ringzone.ts';
import { listPhonesQuestions, phonesZone } from '../zones/phones.ts';
import { type DnsperfResult, parseDnsperf } from './parse-dnsperf.ts';
import { rotate } from './rotate.ts';
import type { Column, Figures, Scene, SceneResult, SceneSetting } from './scene.ts';
import { startServers, stopServers } from './start-servers.ts';

const connections = 20;
const outstanding = 200;
const warmUpSeconds = 0.8;
/** Of the time at full load, for the latencies at half of it. */
const halfShare = 0.6;
const maxTries = 3;
const leastBusyShare = 0.05;

const columns: readonly Column[] = [
  { figure: 'cpuMicros', title: 'CPU µs/query', digits: 2, of: 'noisy' },
  { figure: 'queriesPerCpuSecond', title: 'queries/CPU s', digits: 0, of: 'median' },
  { figure: 'queriesPerSecond', title: 'queries/s', digits: 0, of: 'median' },
  { figure: 'busyPercent', title: 'busy %', digits: 0, of: 'median' },
  { figure: 'lost', title: 'lost', digits: 0, of: 'sum' },
  { figure: 'wrong', title: 'wrong', digits: 0, of: 'sum' },
  { figure: 'meanMs', title: 'mean ms', digits: 3, of: 'median' },
  { figure: 'p50Ms', title: 'p50 ms', digits: 3, of: 'median' },
  { figure: 'p99Ms', title: 'p99 ms', digits: 3, of: 'median' },
  { figure: 'halfLost', title: 'lost at half', digits: 0, of: 'sum' },
];

export const tcp: Scene = {
  name: 'tcp',
  about: `TCP, the questions of sip on ${connections} persistent connections, ${outstanding} in flight, by dnsperf`,
  programs: [ringzone, nsd, knot, bind],
  rounds: 5,
  seconds: 0.8,
  run,
};

async function run(setting: SceneSetting): Promise<SceneResult> {
  const ratios = [
    { figure: 'queriesPerCpuSecond', title: 'queries per CPU second' },
    { figure: 'p99Ms', title: 'p99 at half load' },
  ];
  if (findCommand('dnsperf') === undefined) {
    return { columns, rows: [], ratios, notes: ['left out: dnsperf is not installed'] };
  }
  const questions = listPhonesQuestions();
  const file = join(setting.folder, 'questions.txt');
  writeFileSync(file, questions.map(({ name, type }) => `${name} ${type}\n`).join(''));
  const servers = await startServers(setting, () => ({ zones: [phonesZone] }));
  try {
    const rows = servers.map((server) => ({ server: server.name, rounds: [] as Figures[] }));
    for (const server of servers) await dnsperf(server, file, warmUpSeconds, setting.loadCore);
    for (let round = 0; round < setting.rounds; round++) {
      setting.note(`round ${round + 1} of ${setting.rounds}`);
      for (const i of rotate([...servers.keys()], round)) {
        rows[i]?.rounds.push(await playRound(servers[i] as BenchServer, file, questions, setting));
      }
    }
    return { columns, rows, ratios, notes: [] };
  } finally {
    await stopServers(servers);
  }
}

async function playRound(
  server: BenchServer,
  file: string,
  questions: readonly BenchQuestion[],
  setting: SceneSetting,
): Promise<Figures> {
  const { result, micros } = await playFull(server, file, setting);
  const rate = Math.max(1, Math.round(result.completed / result.seconds / 2));
  const half = await dnsperf(server, file, setting.seconds * halfShare, setting.loadCore, ['-Q', `${rate}`, '-v']);
  return {
    cpuMicros: micros / result.completed,
    queriesPerCpuSecond: (result.completed / micros) * 1e6,
    queriesPerSecond: result.completed / result.seconds,
    busyPercent: micros / result.seconds / 1e4,
    lost: result.lost,
    wrong: countWrong(result, questions),
    meanMs: result.meanMs,
    p50Ms: percentileOf(half.latenciesMs, 0.5),
    p99Ms: percentileOf(half.latenciesMs, 0.99),
    halfLost: half.lost,
  };
}

/** As fast as it can. Now and then dnsperf ends at once, or its connections stall and the server has nothing to do: then once more. */
async function playFull(server: BenchServer, file: string, { seconds, loadCore }: SceneSetting) {
  for (let tries = 1; ; tries++) {
    const before = server.readCpu();
    const result = await dnsperf(server, file, seconds, loadCore);
    const after = server.readCpu();
    const micros = after.userMicros - before.userMicros + after.systemMicros - before.systemMicros;
    const isWhole = result.seconds >= seconds * 0.9 && micros / 1e6 >= result.seconds * leastBusyShare;
    if (isWhole || tries === maxTries) return { result, micros };
  }
}

function percentileOf(values: readonly number[], share: number): number {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.add(value);
  return histogram.percentileMs(share);
}

/** Other codes than wanted, and a share of name errors that is off by more than a hundredth of all and what was in flight. */
function countWrong({ codes, completed }: DnsperfResult, questions: readonly BenchQuestion[]): number {
  const { NOERROR: found = 0, NXDOMAIN: missing = 0 } = codes;
  const share = questions.filter(({ rcode }) => rcode === 3).length / questions.length;
  const excess = Math.round(Math.abs(missing - completed * share));
  return completed - found - missing + (excess > completed / 100 + outstanding ? excess : 0);
}

async function dnsperf(
  server: BenchServer,
  file: string,
  seconds: number,
  core: number,
  more: readonly string[] = [],
): Promise<DnsperfResult> {
  const args = ['-m', 'tcp', '-s', '127.0.0.1', '-p', `${server.port}`, '-d', file, '-l', `${seconds}`];
  args.push('-c', `${connections}`, '-q', `${outstanding}`, '-T', '1', ...more);
  const child = spawn('taskset', ['-c', `${core}`, 'dnsperf', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  for await (const chunk of child.stdout) output += chunk;
  return parseDnsperf(output);
}
