/**
 * Servers with the same zones under the same UDP questions: in each round each server first as fast as it can (closed
 * loop), then at half that rate (open loop).
 */

import type { JudgeZone } from '../../test/interop/lib/judge.ts';
import type { LoadOrder, LoadResult } from '../generator/load-messages.ts';
import { LoadProcess } from '../generator/load-process.ts';
import type { BenchServer } from '../servers/bench-server.ts';
import { QueryLogFile } from './query-log-file.ts';
import { rotate } from './rotate.ts';
import type { Column, Figures, Row, SceneResult, SceneSetting } from './scene.ts';
import { startServers, stopServers } from './start-servers.ts';

/** Questions in flight at full load: enough that a batch is always full, too few to overrun a socket's usual buffer. */
export const inFlight = 256;
const warmUpSeconds = 0.7;
/** Of a server's time in a round; the rest is at half load. */
const closedShare = 0.65;

export interface UdpLoadPlan {
  readonly zones: readonly JudgeZone[];
  /** Packed (question-file.ts). */
  readonly questions: Uint8Array;
  /** Others for one of the servers, by its name. */
  readonly otherQuestions?: Readonly<Record<string, Uint8Array>>;
  readonly queryLog?: boolean;
  readonly onAllAddresses?: boolean;
}

const columns: readonly Column[] = [
  { figure: 'cpuMicros', title: 'CPU µs/query', digits: 2, of: 'noisy' },
  { figure: 'userMicros', title: 'user', digits: 2, of: 'median' },
  { figure: 'systemMicros', title: 'system', digits: 2, of: 'median' },
  { figure: 'queriesPerSecond', title: 'queries/s', digits: 0, of: 'median' },
  { figure: 'busyPercent', title: 'busy %', digits: 0, of: 'median' },
  { figure: 'lost', title: 'lost', digits: 0, of: 'sum' },
  { figure: 'wrong', title: 'wrong', digits: 0, of: 'sum' },
  { figure: 'p50Ms', title: 'p50 ms', digits: 3, of: 'median' },
  { figure: 'p99Ms', title: 'p99 ms', digits: 3, of: 'median' },
  { figure: 'halfLost', title: 'lost at half', digits: 0, of: 'sum' },
];
const queryLogColumns: readonly Column[] = [
  { figure: 'entriesLost', title: 'entries lost', digits: 0, of: 'sum' },
  { figure: 'halfEntriesLost', title: 'at half', digits: 0, of: 'sum' },
];

export async function runUdpScene(plan: UdpLoadPlan, setting: SceneSetting): Promise<SceneResult> {
  const { zones, onAllAddresses = false } = plan;
  const queryLog = plan.queryLog === true ? { queryLog: 'queries' } : {};
  const load = await LoadProcess.start(plan.questions, setting.folder, setting.loadCore);
  const others = new Map<string, LoadProcess>();
  let servers: readonly BenchServer[] = [];
  try {
    for (const [name, questions] of Object.entries(plan.otherQuestions ?? {}))
      others.set(name, await LoadProcess.start(questions, setting.folder, setting.loadCore));
    servers = await startServers(setting, () => ({ zones, onAllAddresses, ...queryLog }));
    return await loadInTurn(servers, (name) => others.get(name) ?? load, plan, setting);
  } finally {
    load.stop();
    for (const other of others.values()) other.stop();
    await stopServers(servers);
  }
}

async function loadInTurn(
  servers: readonly BenchServer[],
  loadFor: (name: string) => LoadProcess,
  plan: UdpLoadPlan,
  setting: SceneSetting,
): Promise<SceneResult> {
  const subjects = servers.map((server) => new Subject(server, loadFor(server.name), plan.queryLog === true));
  for (const subject of subjects) await subject.warmUp();
  for (let round = 0; round < setting.rounds; round++) {
    setting.note(`round ${round + 1} of ${setting.rounds}`);
    for (const subject of rotate(subjects, round)) await subject.playRound(setting.seconds);
  }
  const rows: Row[] = subjects.map(({ server, rounds }) => ({ server: server.name, rounds }));
  return {
    columns: plan.queryLog === true ? [...columns, ...queryLogColumns] : columns,
    rows,
    ratios: [
      { figure: 'cpuMicros', title: 'CPU per query' },
      { figure: 'p99Ms', title: 'p99 at half load' },
    ],
    notes: [...subjects.flatMap(({ notes }) => notes), describeLoad(subjects)],
  };
}

function describeLoad(subjects: readonly Subject[]): string {
  const { micros, answered } = subjects.reduce(
    (sum, { load }) => ({ micros: sum.micros + load.micros, answered: sum.answered + load.answered }),
    { micros: 0, answered: 0 },
  );
  return `the load itself took ${(micros / answered).toFixed(2)} µs of CPU per query, ${inFlight} in flight at full load`;
}

/** One server, what is known of it so far. */
class Subject {
  readonly server: BenchServer;
  readonly rounds: Figures[] = [];
  readonly notes: string[] = [];
  readonly load = { micros: 0, answered: 0 };
  private readonly process: LoadProcess;
  private readonly log: QueryLogFile | undefined;

  constructor(server: BenchServer, process: LoadProcess, isLogging: boolean) {
    this.server = server;
    this.process = process;
    this.log = isLogging ? new QueryLogFile(`${server.folder}/queries`) : undefined;
  }

  async warmUp(): Promise<void> {
    await this.send({ seconds: warmUpSeconds, inFlight });
    await this.log?.countNew();
  }

  async playRound(seconds: number): Promise<void> {
    const before = this.server.readCpu();
    const full = await this.send({ seconds: seconds * closedShare, inFlight });
    // The log thread may be behind: its time belongs to these queries.
    const entries = await this.log?.countNew();
    const after = this.server.readCpu();
    this.load.micros += full.loadMicros;
    this.load.answered += full.answered;
    const userMicros = (after.userMicros - before.userMicros) / full.answered;
    const systemMicros = (after.systemMicros - before.systemMicros) / full.answered;
    const half = await this.send({
      seconds: seconds * (1 - closedShare),
      rate: Math.max(1, full.answered / full.seconds / 2),
    });
    const halfEntries = await this.log?.countNew();
    this.rounds.push({
      cpuMicros: userMicros + systemMicros,
      userMicros,
      systemMicros,
      queriesPerSecond: full.answered / full.seconds,
      busyPercent: ((userMicros + systemMicros) * full.answered) / full.seconds / 1e4,
      lost: full.lost,
      wrong: full.wrong + half.wrong,
      p50Ms: half.p50Ms,
      p99Ms: half.p99Ms,
      halfLost: half.lost,
      ...(entries === undefined ? {} : { entriesLost: full.answered - entries }),
      ...(halfEntries === undefined ? {} : { halfEntriesLost: half.answered - halfEntries }),
    });
  }

  private async send(order: Omit<LoadOrder, 'port' | 'isEcho'>): Promise<LoadResult> {
    const { port, program, name } = this.server;
    const result = await this.process.run({ ...order, port, isEcho: program.isEcho === true });
    if (result.answered === 0) throw new Error(`${name} answered nothing`);
    if (result.example !== undefined && this.notes.length === 0) {
      this.notes.push(`${name} gave a wrong response: ${result.example}`);
    }
    return result;
  }
}
