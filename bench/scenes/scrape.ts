/**
 * /metrics of ten thousand zones, primary and secondary: how long it is, how long it takes, and what those who ask questions notice. The
 * server has one core for all its threads, so that main's work is seen.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeConfig } from '../../test/interop/lib/judge.ts';
import { LoadProcess } from '../generator/load-process.ts';
import { type BenchQuestion, packQuestions } from '../generator/question-file.ts';
import { findSpread } from '../measure/spread.ts';
import { BenchServer } from '../servers/bench-server.ts';
import { ringzone } from '../servers/ringzone.ts';
import type { ServerProgram } from '../servers/server-program.ts';
import { createRandom } from '../zones/sites.ts';
import { rotate } from './rotate.ts';
import type { Column, Figures, Scene, SceneResult, SceneSetting } from './scene.ts';
import { type Scrape, Scraper } from './scraper.ts';
import { stopServers } from './start-servers.ts';

const zoneCount = 10_000;
/** Questions a second: far less than the server can answer, so that what they wait for is not each other. */
const rate = 5000;
const questionCount = 1 << 14;
const warmUpSeconds = 0.7;
const warmUpScrapes = 5;
const everyMs = 1000;

const columns: readonly Column[] = [
  { figure: 'octets', title: 'octets', digits: 0, of: 'median' },
  { figure: 'packedOctets', title: 'by gzip', digits: 0, of: 'median' },
  { figure: 'scrapeMs', title: 'ms a scrape', digits: 1, of: 'noisy' },
  { figure: 'worstMs', title: 'worst', digits: 1, of: 'noisy' },
  { figure: 'packedMs', title: 'by gzip', digits: 1, of: 'noisy' },
  { figure: 'packedWorstMs', title: 'worst', digits: 1, of: 'noisy' },
  { figure: 'mainMs', title: 'main CPU ms', digits: 1, of: 'noisy' },
  { figure: 'quietP50Ms', title: 'p50 ms without', digits: 3, of: 'median' },
  { figure: 'p50Ms', title: 'with', digits: 3, of: 'median' },
  { figure: 'quietP99Ms', title: 'p99 ms without', digits: 3, of: 'noisy' },
  { figure: 'p99Ms', title: 'with', digits: 3, of: 'noisy' },
  { figure: 'p99Ratio', title: 'ratio', digits: 2, of: 'noisy' },
  { figure: 'lost', title: 'lost', digits: 0, of: 'sum' },
  { figure: 'wrong', title: 'wrong', digits: 0, of: 'sum' },
];

export const scrape: Scene = {
  name: 'scrape',
  about: `/metrics of ${zoneCount} zones each second beside UDP at ${rate} queries a second, with and without`,
  isExtra: true,
  programs: [ringzone],
  rounds: 5,
  seconds: 6,
  run,
};

interface Subject {
  readonly title: string;
  readonly server: BenchServer;
  readonly scraper: Scraper;
  readonly rounds: Figures[];
}

async function run(setting: SceneSetting): Promise<SceneResult> {
  const load = await LoadProcess.start(packQuestions(drawQuestions()), setting.folder, setting.loadCore);
  const servers: BenchServer[] = [];
  const subjects: Subject[] = [];
  const start = async (title: string, type: 'primary' | 'secondary', program: ServerProgram) => {
    setting.note(`starting ${title}`);
    const server = await startServer(program, setting);
    servers.push(server);
    const scraper = await Scraper.find(server);
    await scraper.waitForZones(type, zoneCount);
    subjects.push({ title, server, scraper, rounds: [] });
    return server;
  };
  try {
    const { port } = await start(`${zoneCount} primaries`, 'primary', withPrimaries(setting.folder));
    await start(`${zoneCount} secondaries`, 'secondary', withSecondaries(port));
    for (const subject of subjects) await warmUp(subject, load);
    for (let round = 0; round < setting.rounds; round++) {
      setting.note(`round ${round + 1} of ${setting.rounds}`);
      for (const subject of rotate(subjects, round)) {
        subject.rounds.push(await playRound(subject, load, setting.seconds, round % 2 === 0));
      }
    }
    const notes = [`names of zones have ${zoneName(0).length} characters; every second scrape is packed by gzip`];
    return { columns, rows: subjects.map(({ title: server, rounds }) => ({ server, rounds })), ratios: [], notes };
  } finally {
    load.stop();
    await stopServers(servers);
  }
}

async function warmUp({ server: { port }, scraper }: Subject, load: LoadProcess): Promise<void> {
  await load.run({ port, seconds: warmUpSeconds, rate });
  for (let i = 0; i < warmUpScrapes; i++) for (const isPacked of [false, true]) await scraper.scrape(isPacked);
}

/** Two windows: with scrapes and without, in this order or the other. */
async function playRound(
  { server: { port }, scraper }: Subject,
  load: LoadProcess,
  seconds: number,
  isQuietFirst: boolean,
): Promise<Figures> {
  const order = { port, seconds, rate };
  const before = isQuietFirst ? await load.run(order) : undefined;
  const loading = load.run(order);
  const scrapes = await scrapeInTurn(scraper, Math.max(2, Math.floor((seconds * 1000) / everyMs)));
  const beside = await loading;
  const quiet = before ?? (await load.run(order));
  return {
    ...describeScrapes(scrapes),
    quietP50Ms: quiet.p50Ms,
    p50Ms: beside.p50Ms,
    quietP99Ms: quiet.p99Ms,
    p99Ms: beside.p99Ms,
    p99Ratio: beside.p99Ms / quiet.p99Ms,
    lost: quiet.lost + beside.lost,
    wrong: quiet.wrong + beside.wrong,
  };
}

/** The first after half the time between two; every second one packed. */
async function scrapeInTurn(scraper: Scraper, count: number): Promise<Scrape[]> {
  const startMs = performance.now() + everyMs / 2;
  const scrapes: Scrape[] = [];
  for (let i = 0; i < count; i++) {
    await sleep(Math.max(0, startMs + i * everyMs - performance.now()));
    scrapes.push(await scraper.scrape(i % 2 === 1));
  }
  return scrapes;
}

function describeScrapes(scrapes: readonly Scrape[]): Figures {
  const spreadOf = (figure: keyof Scrape, isWanted: (index: number) => boolean) =>
    findSpread(scrapes.filter((_, index) => isWanted(index)).map((one) => one[figure]));
  const isPlain = (index: number) => index % 2 === 0;
  const isPacked = (index: number) => index % 2 === 1;
  const found = {
    octets: spreadOf('octets', isPlain)?.median,
    packedOctets: spreadOf('octets', isPacked)?.median,
    scrapeMs: spreadOf('ms', isPlain)?.median,
    worstMs: spreadOf('ms', isPlain)?.max,
    packedMs: spreadOf('ms', isPacked)?.median,
    packedWorstMs: spreadOf('ms', isPacked)?.max,
    mainMs: spreadOf('mainMs', () => true)?.median,
  };
  return Object.fromEntries(Object.entries(found).filter((entry): entry is [string, number] => entry[1] !== undefined));
}

/** Ready when the first zone is; the rest is waited for by what the server says of its zones. */
function startServer(program: ServerProgram, { folder, serverCore, profileFolder }: SceneSetting) {
  const settings = { zones: [{ name: zoneName(0), file: '' }] };
  const profiled = profileFolder === undefined ? settings : { ...settings, profileFolder };
  return BenchServer.start(program, profiled, folder, serverCore);
}

/** All of the same file, and given to the other server. */
function withPrimaries(parent: string): ServerProgram {
  const file = join(parent, 'tenant');
  writeFileSync(
    file,
    '$TTL 300\n@ SOA ns1 hostmaster 2026112301 3600 900 1209600 300\n@ NS ns1\nns1 A 192.0.2.1\n_sip._udp SRV 10 60 5060 ns1\n',
  );
  return { ...ringzone, configure: configureZones(`{ type: primary, file: ${file}, allow-transfer: [127.0.0.1] }`) };
}

function withSecondaries(primaryPort: number): ServerProgram {
  const zone = `{ type: secondary, primaries: [{ address: 127.0.0.1, port: ${primaryPort} }] }`;
  return { ...ringzone, configure: configureZones(zone) };
}

/** Limits that make ten thousand transfers a matter of a minute. */
function configureZones(zone: string): ServerProgram['configure'] {
  return (folder, port, { profileFolder }) => {
    const file = writeConfig(folder, 'ringzone.yaml', [
      `listen: ["127.0.0.1:${port}"]`,
      'http: 127.0.0.1:0',
      'control: false',
      'workers: 1',
      'notify: no',
      'serial-query-rate: 1000',
      'transfers-in: 64',
      'transfers-per-ns: 64',
      'transfers-out: 64',
      `data-dir: ${folder}/data`,
      'zones:',
      ...Array.from({ length: zoneCount }, (_, i) => `  ${zoneName(i)}: ${zone}`),
    ]);
    const profiling = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
    return [...profiling, ringzone.versionArguments[0] as string, 'serve', '-c', file];
  };
}

function zoneName(i: number): string {
  return `customer${String(i).padStart(5, '0')}.phones.example`;
}

/** Of random zones; 1 in 8 a name that is missing. */
function drawQuestions(): BenchQuestion[] {
  const random = createRandom(20_261_123);
  return Array.from({ length: questionCount }, (_, i): BenchQuestion => {
    const zone = `${zoneName(random() % zoneCount)}.`;
    if (i % 8 === 0) return { name: `gone.${zone}`, type: 'A', rcode: 3, answers: 0 };
    return { name: `_sip._udp.${zone}`, type: 'SRV', rcode: 0, answers: 1 };
  });
}
