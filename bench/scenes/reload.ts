/**
 * A zone whose file changes and which is reloaded (SIGHUP) under load at a fixed rate: whether questions are lost, how long
 * they wait, and what a reload costs when nobody asks.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askRaw, buildQuery } from '../../test/interop/lib/dns-client.ts';
import { LoadProcess } from '../generator/load-process.ts';
import { packQuestions } from '../generator/question-file.ts';
import type { BenchServer } from '../servers/bench-server.ts';
import { bind } from '../servers/bind.ts';
import { knot } from '../servers/knot.ts';
import { nsd } from '../servers/nsd.ts';
import { ringzone } from '../servers/ringzone.ts';
import type { ServerProgram } from '../servers/server-program.ts';
import { drawSiteQuestions, siteName, sitesZone, writeSitesZone } from '../zones/sites.ts';
import { rotate } from './rotate.ts';
import type { Column, Figures, Scene, SceneResult, SceneSetting } from './scene.ts';
import { startServers, stopServers } from './start-servers.ts';
import { inFlight } from './udp-scene.ts';

const questionCount = 1 << 16;
/** Sites whose addresses change with each version. */
const changedSites = 100;
/** Questions a second, the same for all: about a third of what BIND can, so that time is left for the reload. */
const rate = 15_000;
const warmUpSeconds = 0.7;
/** So long a reload may take. */
const followMs = 30_000;

const columns: readonly Column[] = [
  { figure: 'queriesPerSecond', title: 'queries/s', digits: 0, of: 'median' },
  { figure: 'lost', title: 'lost', digits: 0, of: 'sum' },
  { figure: 'wrong', title: 'wrong', digits: 0, of: 'sum' },
  { figure: 'quietP99Ms', title: 'p99 ms before', digits: 3, of: 'median' },
  { figure: 'p99Ms', title: 'p99 ms', digits: 3, of: 'noisy' },
  { figure: 'p99Ratio', title: 'ratio', digits: 2, of: 'median' },
  { figure: 'reloadCpuMs', title: 'CPU ms a reload', digits: 0, of: 'noisy' },
  { figure: 'startCpuMs', title: 'a start', digits: 0, of: 'median' },
  { figure: 'serialsBehind', title: 'serials behind', digits: 0, of: 'sum' },
];

interface ReloadPlan {
  readonly siteCount: number;
  readonly everyMs: number;
}

export const reload: Scene = {
  name: 'reload',
  about: `UDP at ${rate} queries a second, a zone of 40,000 records reloaded each second, ${changedSites} sites changed`,
  programs: [ringzone, nsd, knot, bind],
  rounds: 2,
  seconds: 2,
  run: (setting) => run({ siteCount: 10_000, everyMs: 1000 }, setting),
};

export const reloadMillion: Scene = {
  name: 'reload-million',
  about: `UDP at ${rate} queries a second, a zone of a million records reloaded once, ${changedSites} sites changed`,
  isExtra: true,
  programs: [ringzone, nsd, knot, bind],
  rounds: 2,
  seconds: 8,
  run: (setting) => run({ siteCount: 250_000, everyMs: 8000 }, setting),
};

async function run(plan: ReloadPlan, setting: SceneSetting): Promise<SceneResult> {
  const questions = packQuestions(drawSiteQuestions(questionCount, plan.siteCount));
  const load = await LoadProcess.start(questions, setting.folder, setting.loadCore);
  const files = new Map(
    setting.programs.map((program) => [
      program,
      new ZoneFile(join(setting.folder, `${program.name}.zone`), plan.siteCount),
    ]),
  );
  const fileOf = (program: ServerProgram): ZoneFile => files.get(program) as ZoneFile;
  let servers: readonly BenchServer[] = [];
  try {
    servers = await startServers(setting, (program) => ({ zones: [{ name: sitesZone, file: fileOf(program).path }] }));
    const subjects = servers.map((server) => new Subject(server, load, fileOf(server.program), plan.everyMs));
    for (const subject of subjects) await subject.warmUp();
    for (let round = 0; round < setting.rounds; round++) {
      setting.note(`round ${round + 1} of ${setting.rounds}`);
      for (const subject of rotate(subjects, round)) await subject.playRound(setting.seconds);
    }
    return {
      columns,
      rows: subjects.map(({ server, rounds }) => ({ server: server.name, rounds })),
      ratios: [{ figure: 'reloadCpuMs', title: 'CPU per reload' }],
      notes: [],
    };
  } finally {
    load.stop();
    await stopServers(servers);
  }
}

/** The zone's file, whose versions differ in the serial and some addresses. Servers never see half of one. */
class ZoneFile {
  readonly path: string;
  serial = 1_000_000_000;
  private readonly octets: Buffer;
  private readonly serialOffset: number;
  /** Of the first octet of some sites' first address: 10 and 11 in turn. */
  private readonly addressOffsets: readonly number[];

  constructor(path: string, siteCount: number) {
    this.path = path;
    writeSitesZone(path, siteCount, this.serial);
    this.octets = readFileSync(path);
    this.serialOffset = this.octets.indexOf(`${this.serial}`);
    this.addressOffsets = Array.from({ length: changedSites }, (_, i) => {
      const owner = `\n${siteName(Math.floor((i * siteCount) / changedSites))} A `;
      return this.octets.indexOf(owner) + owner.length + 1;
    });
  }

  /** As many octets as before, so nothing else moves. */
  change(): void {
    this.serial++;
    this.octets.write(`${this.serial}`, this.serialOffset);
    for (const offset of this.addressOffsets) this.octets.write(`${this.serial % 2}`, offset);
    writeFileSync(`${this.path}.new`, this.octets);
    renameSync(`${this.path}.new`, this.path);
  }
}

class Subject {
  readonly server: BenchServer;
  readonly rounds: Figures[] = [];
  private readonly load: LoadProcess;
  private readonly file: ZoneFile;
  private readonly everyMs: number;
  private readonly startMicros: number;

  constructor(server: BenchServer, load: LoadProcess, file: ZoneFile, everyMs: number) {
    this.server = server;
    this.load = load;
    this.file = file;
    this.everyMs = everyMs;
    this.startMicros = this.readMicros();
  }

  async warmUp(): Promise<void> {
    await this.load.run({ port: this.server.port, seconds: warmUpSeconds, inFlight });
  }

  async playRound(seconds: number): Promise<void> {
    const { server, load } = this;
    const quiet = await load.run({ port: server.port, seconds: Math.min(1, seconds / 2), rate });
    const running = load.run({ port: server.port, seconds, rate });
    await this.reloadInTurn(seconds);
    const result = await running;
    const serialsBehind = await this.follow();
    this.rounds.push({
      queriesPerSecond: result.answered / result.seconds,
      lost: result.lost,
      wrong: result.wrong + quiet.wrong,
      quietP99Ms: quiet.p99Ms,
      p99Ms: result.p99Ms,
      p99Ratio: result.p99Ms / quiet.p99Ms,
      reloadCpuMs: await this.measureReload(),
      startCpuMs: this.startMicros / 1000,
      serialsBehind,
    });
  }

  /** The first after a third of a second. */
  private async reloadInTurn(seconds: number): Promise<void> {
    const count = Math.max(1, Math.floor((seconds * 1000) / this.everyMs));
    await sleep(300);
    for (let i = 0; i < count; i++) {
      this.file.change();
      this.server.reload();
      if (i + 1 < count) await sleep(this.everyMs);
    }
  }

  /** Milliseconds of CPU time of a reload when nobody asks. */
  private async measureReload(): Promise<number> {
    const before = this.readMicros();
    this.file.change();
    this.server.reload();
    await this.follow();
    // Old versions are let go behind the switch.
    await sleep(200);
    return (this.readMicros() - before) / 1000;
  }

  /** Wait until the last version is served; 0 when it is. */
  private async follow(): Promise<number> {
    const endMs = performance.now() + followMs;
    let behind = Number.NaN;
    while (behind !== 0 && performance.now() < endMs) {
      behind = this.file.serial - ((await readSerial(this.server.port)) ?? 0);
      if (behind !== 0) await sleep(20);
    }
    return behind;
  }

  private readMicros(): number {
    const { userMicros, systemMicros } = this.server.readCpu();
    return userMicros + systemMicros;
  }
}

/** The serial stands 20 octets before the end of the SOA record, which is the first in the answer section. */
async function readSerial(port: number): Promise<number | undefined> {
  const response = await askRaw(port, buildQuery({ name: sitesZone, type: 'SOA' }), { timeoutMs: 200 });
  if (response === undefined || ((response[6] as number) << 8) + (response[7] as number) !== 1) return undefined;
  const view = new DataView(response.buffer, response.byteOffset, response.byteLength);
  const record = 12 + sitesZone.length + 1 + 4;
  // A pointer or the whole name is the owner: 2 octets, or as many as in the question.
  const ownerOctets = (response[record] as number) >= 0xc0 ? 2 : sitesZone.length + 1;
  const rdata = record + ownerOctets + 10;
  return view.getUint32(rdata + view.getUint16(rdata - 2) - 20);
}
