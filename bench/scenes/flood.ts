/**
 * Floods with forged senders, and genuine clients beside them: how many of those are answered. First with the whole core, as fast as the load
 * can be sent, which shows what each server can read; then with a tenth of the core at 2, 5 and 10 times what each server could answer
 * in it, and at the same rate for both.
 */
import { askRaw, buildQuery } from '../../test/interop/lib/dns-client.ts';
import type {
  ClassResult,
  ClientsOrder,
  ClientsResult,
  FloodKind,
  FloodOrder,
  FloodResult,
} from '../flood/flood-messages.ts';
import { clientClasses, floodKinds } from '../flood/flood-messages.ts';
import { OrderProcess } from '../flood/order-process.ts';
import { lowerPriority, SlowCore } from '../flood/slow-core.ts';
import { readSocketDrops } from '../flood/socket-drops.ts';
import { LoadProcess } from '../generator/load-process.ts';
import { packQuestions } from '../generator/question-file.ts';
import { findSession, readResidentOctets } from '../measure/proc-stat.ts';
import { findSpread } from '../measure/spread.ts';
import type { BenchServer } from '../servers/bench-server.ts';
import { knot } from '../servers/knot.ts';
import { ringzone } from '../servers/ringzone.ts';
import { listPhonesQuestions, phonesZone } from '../zones/phones.ts';
import { rotate } from './rotate.ts';
import type { Column, Figures, Row, Scene, SceneResult, SceneSetting } from './scene.ts';
import { startServers, stopServers } from './start-servers.ts';
import { inFlight } from './udp-scene.ts';

const responsesPerSecond = 20;
const multiples = [2, 5, 10] as const;
/** More than can be sent. */
const unlimited = 1e7;
/** Of what was read at most: a rate that can be read. */
const readableShare = 0.85;
/** What fills the socket may not count: the flood runs for so long before anybody asks, and goes on while the last wait. */
const aheadSeconds = 1;
const behindSeconds = 1.1;
const warmUpSeconds = 0.8;
/** Behind so many a server's memory has about the size that it keeps. */
const warmUpConnections = 2000;
const connectionsAtOnce = 10;
const capacitySeconds = 1.2;

const columns: readonly Column[] = [
  { figure: 'perSecond', title: 'flood/s', digits: 0, of: 'median' },
  { figure: 'times', title: '× capacity', digits: 1, of: 'median' },
  { figure: 'droppedPercent', title: 'dropped by kernel %', digits: 1, of: 'median' },
  { figure: 'cookie', title: 'cookie %', digits: 1, of: 'noisy' },
  { figure: 'tcp', title: 'TCP %', digits: 1, of: 'noisy' },
  { figure: 'plain', title: 'plain %', digits: 1, of: 'noisy' },
  { figure: 'cookieAtOnce', title: 'at once: cookie %', digits: 1, of: 'median' },
  { figure: 'tcpAtOnce', title: 'TCP %', digits: 1, of: 'median' },
  { figure: 'plainAtOnce', title: 'plain %', digits: 1, of: 'median' },
  { figure: 'cookieP50Ms', title: 'cookie p50 ms', digits: 2, of: 'median' },
  { figure: 'cookieP99Ms', title: 'p99', digits: 1, of: 'median' },
  { figure: 'tcpP50Ms', title: 'TCP p50 ms', digits: 2, of: 'median' },
  { figure: 'tcpP99Ms', title: 'p99', digits: 1, of: 'median' },
  { figure: 'cpuPercent', title: 'server CPU %', digits: 0, of: 'median' },
  { figure: 'cpuMicros', title: 'µs/read', digits: 2, of: 'median' },
  { figure: 'grownMib', title: 'RSS growth MiB', digits: 1, of: 'median' },
  { figure: 'wrong', title: 'wrong', digits: 0, of: 'sum' },
];

export const flood: Scene = {
  name: 'flood',
  about: `UDP, forged senders, genuine clients beside them; cookies, and ${responsesPerSecond} responses a second to a network`,
  isExtra: true,
  programs: [
    { ...ringzone, settings: `workers 1, rate-limit of ${responsesPerSecond} with slip 2, cookies as by default` },
    { ...knot, settings: `one worker of each kind, mod-cookies, mod-rrl of ${responsesPerSecond} with slip 2` },
  ],
  rounds: 2,
  seconds: 2,
  run,
};

async function run(setting: SceneSetting): Promise<SceneResult> {
  const world = await World.start(setting);
  try {
    await world.playAll();
    return { columns, rows: world.rows(), ratios: [], notes: world.notes() };
  } finally {
    await world.stop();
  }
}

/** One server, what it could answer without a flood, and what it did in each. */
class Subject {
  readonly server: BenchServer;
  /** Questions a second: with the whole core, and with a tenth. */
  wholeCapacity = 0;
  slowCapacity = 0;
  readonly rounds = new Map<string, Figures[]>();
  residentOctets = 0;

  constructor(server: BenchServer) {
    this.server = server;
  }

  add(row: string, figures: Figures): void {
    const rounds = this.rounds.get(row) ?? [];
    rounds.push(figures);
    this.rounds.set(row, rounds);
  }
}

interface Tools {
  readonly load: LoadProcess;
  readonly flood: OrderProcess<FloodOrder, FloodResult>;
  readonly clients: OrderProcess<ClientsOrder, ClientsResult>;
}

class World {
  private readonly setting: SceneSetting;
  private readonly subjects: readonly Subject[];
  private readonly tools: Tools;

  static async start(setting: SceneSetting): Promise<World> {
    const { folder, loadCore } = setting;
    const load = await LoadProcess.start(packQuestions(listPhonesQuestions()), folder, loadCore);
    // Clients go before the flood on the core that they share.
    const flood = await OrderProcess.start<FloodOrder, FloodResult>('run-flood.ts', loadCore, 10);
    const clients = await OrderProcess.start<ClientsOrder, ClientsResult>('run-clients.ts', loadCore, 0);
    const servers = await startServers(setting, () => ({ zones: [phonesZone], responsesPerSecond }));
    return new World(setting, servers, { load, flood, clients });
  }

  private constructor(setting: SceneSetting, servers: readonly BenchServer[], tools: Tools) {
    this.setting = setting;
    this.subjects = servers.map((server) => new Subject(server));
    this.tools = tools;
  }

  async stop(): Promise<void> {
    const { load, flood, clients } = this.tools;
    for (const process of [load, flood, clients]) process.stop();
    await stopServers(this.subjects.map(({ server }) => server));
  }

  async playAll(): Promise<void> {
    const { setting, subjects } = this;
    for (const subject of subjects) await this.warmUp(subject);
    for (let round = 0; round < setting.rounds; round++) {
      for (const kind of floodKinds) {
        for (const subject of rotate(subjects, round)) await this.playWhole(subject, kind, round);
      }
    }
    for (const { server } of subjects) lowerPriority(findSession(server.pid).map(({ pid }) => pid));
    const slow = new SlowCore(setting.serverCore);
    try {
      for (const subject of subjects) subject.slowCapacity = await this.measureCapacity(subject);
      for (let round = 0; round < setting.rounds; round++) await this.playSlow(round);
    } finally {
      slow.stop();
    }
  }

  rows(): Row[] {
    const names = [...(this.subjects[0]?.rounds.keys() ?? [])];
    return names.flatMap((name) =>
      this.subjects.map(({ server, rounds }) => ({ server: `${server.name} ${name}`, rounds: rounds.get(name) ?? [] })),
    );
  }

  notes(): string[] {
    return this.subjects.map(({ server, wholeCapacity, slowCapacity, rounds }) => {
      const readable = floodKinds.map((kind) => {
        const read = (rounds.get(`${kind} all`) ?? []).map(({ readPerSecond = Number.NaN }) => readPerSecond);
        return `${kind} ${Math.round(findSpread(read)?.median ?? Number.NaN)}`;
      });
      const grown = Math.max(...[...rounds.values()].flat().map(({ grownMib = 0 }) => grownMib));
      return (
        `${server.name} answers ${Math.round(wholeCapacity)} questions a second, ${Math.round(slowCapacity)} in a tenth of the core; ` +
        `read of a flood with the whole core: ${readable.join(', ')} a second; grown by at most ${grown.toFixed(1)} MiB`
      );
    });
  }

  /** So that what is compiled and kept is there: capacity, connections, clients' cookies, a little of each flood. */
  private async warmUp(subject: Subject): Promise<void> {
    const { server } = subject;
    this.setting.note(`warming up ${server.name}`);
    await this.tools.clients.run({ port: server.port, seconds: warmUpSeconds });
    await this.measureCapacity(subject);
    await openConnections(server.port, warmUpConnections);
    for (const kind of floodKinds) {
      await this.tools.flood.run({ port: server.port, kind, seconds: warmUpSeconds, rate: unlimited });
    }
    subject.wholeCapacity = await this.measureCapacity(subject);
    subject.residentOctets = readResidentOctets(server.pid);
  }

  private async measureCapacity({ server }: Subject): Promise<number> {
    const { answered, seconds } = await this.tools.load.run({ port: server.port, seconds: capacitySeconds, inFlight });
    return answered / seconds;
  }

  /** As much as can be sent, then what could just be read of that. */
  private async playWhole(subject: Subject, kind: FloodKind, round: number): Promise<void> {
    const note = `whole core, round ${round + 1}, ${kind}, ${subject.server.name}`;
    const most = await this.play(subject, kind, unlimited, subject.wholeCapacity, note);
    subject.add(`${kind} all`, most);
    const readable = (most.readPerSecond as number) * readableShare;
    subject.add(`${kind} readable`, await this.play(subject, kind, readable, subject.wholeCapacity, note));
  }

  private async playSlow(round: number): Promise<void> {
    const turn = rotate(this.subjects, round);
    const highest = Math.max(...multiples) * Math.max(...turn.map(({ slowCapacity }) => slowCapacity));
    for (const kind of floodKinds) {
      for (const times of multiples) {
        for (const subject of turn)
          await this.playSlowRate(subject, kind, round, times * subject.slowCapacity, `${times} ×`);
      }
      for (const subject of turn) await this.playSlowRate(subject, kind, round, highest, 'same rate');
    }
  }

  private async playSlowRate(
    subject: Subject,
    kind: FloodKind,
    round: number,
    rate: number,
    row: string,
  ): Promise<void> {
    const note = `tenth of the core, round ${round + 1}, ${kind} ${row}, ${subject.server.name}`;
    subject.add(`${kind} ${row}`, await this.play(subject, kind, rate, subject.slowCapacity, note));
  }

  private async play(
    { server, residentOctets }: Subject,
    kind: FloodKind,
    rate: number,
    capacity: number,
    note: string,
  ): Promise<Figures> {
    const { setting, tools } = this;
    setting.note(note);
    const { port, pid } = server;
    const [cpuBefore, dropsBefore] = [server.readCpu(), readSocketDrops(port)];
    const flooding = tools.flood.run({ port, kind, rate, seconds: aheadSeconds + setting.seconds + behindSeconds });
    await new Promise((resolve) => setTimeout(resolve, aheadSeconds * 1000));
    const clients = await tools.clients.run({ port, seconds: setting.seconds });
    const { sent, seconds } = await flooding;
    const cpuAfter = server.readCpu();
    const dropped = readSocketDrops(port) - dropsBefore;
    const micros = cpuAfter.userMicros - cpuBefore.userMicros + cpuAfter.systemMicros - cpuBefore.systemMicros;
    const perSecond = sent / seconds;
    return {
      perSecond,
      times: perSecond / capacity,
      readPerSecond: (sent - dropped) / seconds,
      droppedPercent: (100 * dropped) / sent,
      cpuPercent: micros / seconds / 1e4,
      cpuMicros: micros / Math.max(1, sent - dropped),
      grownMib: (readResidentOctets(pid) - residentOctets) / 2 ** 20,
      ...figuresOf(clients),
    };
  }
}

/** One question on each. */
async function openConnections(port: number, count: number): Promise<void> {
  const query = buildQuery({ name: 'rapidtech.phones.', type: 'SOA' });
  for (let opened = 0; opened < count; opened += connectionsAtOnce)
    await Promise.all(Array.from({ length: connectionsAtOnce }, () => askRaw(port, query, { tcp: true })));
}

function figuresOf(clients: ClientsResult): Figures {
  const entries = clientClasses.flatMap((name): [string, number][] => {
    const { asked, answered, atOnce, p50Ms, p99Ms }: ClassResult = clients[name];
    return [
      [name, (100 * answered) / asked],
      [`${name}AtOnce`, (100 * atOnce) / asked],
      [`${name}P50Ms`, p50Ms],
      [`${name}P99Ms`, p99Ms],
    ];
  });
  const wrong = clientClasses.reduce((sum, name) => sum + clients[name].wrong, 0);
  return { ...Object.fromEntries(entries), wrong };
}
