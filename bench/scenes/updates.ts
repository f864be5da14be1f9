/**
 * UPDATE from one client, with 20 in flight and one by one, each on disk before it is acknowledged; of a zone of a thousand names, and
 * of one of a million.
 */
import { join } from 'node:path';
import { UpdateProcess } from '../generator/update-process.ts';
import { measureFlushMs } from '../measure/flush-time.ts';
import { readThreadNanos } from '../measure/proc-stat.ts';
import { BenchServer } from '../servers/bench-server.ts';
import { bind } from '../servers/bind.ts';
import { ringzone } from '../servers/ringzone.ts';
import { sitesZone, writeSitesZone } from '../zones/sites.ts';
import { rotate } from './rotate.ts';
import type { Column, Figures, Scene, SceneResult, SceneSetting } from './scene.ts';
import { stopServers } from './start-servers.ts';

const inFlight = 20;
/** Each site has three names: its own, and two below it. */
const smallSites = 333;
const largeSites = 333_333;
const changedNames = 1000;
/** Of a round's time, for the updates one by one. */
const aloneShare = 0.5;
const flushes = 100;

const columns: readonly Column[] = [
  { figure: 'updatesPerSecond', title: 'updates/s', digits: 0, of: 'noisy' },
  { figure: 'cpuMicros', title: 'CPU µs/update', digits: 0, of: 'noisy' },
  { figure: 'p50Ms', title: 'p50 ms', digits: 2, of: 'median' },
  { figure: 'p99Ms', title: 'p99 ms', digits: 2, of: 'median' },
  { figure: 'aloneMs', title: 'one by one ms', digits: 2, of: 'noisy' },
  { figure: 'flushMs', title: 'fdatasync ms', digits: 2, of: 'median' },
  { figure: 'wrong', title: 'wrong', digits: 0, of: 'sum' },
  { figure: 'lost', title: 'lost', digits: 0, of: 'sum' },
];

export const updates: Scene = {
  name: 'updates',
  about: `UPDATE over UDP from one client with ${inFlight} in flight, each durable; a thousand names, and a million`,
  isExtra: true,
  programs: [ringzone, bind],
  rounds: 5,
  seconds: 3,
  run,
};

async function run(setting: SceneSetting): Promise<SceneResult> {
  const sender = await UpdateProcess.start(setting.loadCore);
  const servers: { readonly title: string; readonly server: BenchServer }[] = [];
  const start = async (program: (typeof setting.programs)[number], title: string, sites: number) => {
    setting.note(`starting ${title}`);
    // A file of its own: servers write into them.
    const file = join(setting.folder, `${program.name}-${sites}.zone`);
    writeSitesZone(file, sites);
    const { profileFolder } = setting;
    const settings = { zones: [{ name: sitesZone, file }], allowUpdate: true };
    const profiled = profileFolder === undefined ? settings : { ...settings, profileFolder };
    servers.push({ title, server: await BenchServer.start(program, profiled, setting.folder, setting.serverCore) });
  };
  try {
    for (const program of setting.programs) await start(program, program.name, smallSites);
    for (const program of setting.programs) await start(program, `${program.name}, a million`, largeSites);
    const rows = servers.map(({ title }) => ({ server: title, rounds: [] as Figures[] }));
    for (const { server } of servers) await playRound(server, sender, setting, 0.5);
    for (let round = 0; round < setting.rounds; round++) {
      setting.note(`round ${round + 1} of ${setting.rounds}`);
      for (const i of rotate([...servers.keys()], round)) {
        const { server } = servers[i] as (typeof servers)[number];
        rows[i]?.rounds.push(await playRound(server, sender, setting, setting.seconds));
      }
    }
    const ratios = [
      { figure: 'updatesPerSecond', title: 'updates per second' },
      { figure: 'cpuMicros', title: 'CPU per update' },
      { figure: 'aloneMs', title: 'time of one alone' },
    ];
    return { columns, rows, ratios, notes: ['one page written and flushed again and again gives "fdatasync"'] };
  } finally {
    sender.stop();
    await stopServers(servers.map(({ server }) => server));
  }
}

async function playRound(
  { pid, port }: BenchServer,
  sender: UpdateProcess,
  { folder }: SceneSetting,
  seconds: number,
): Promise<Figures> {
  const order = { port, zone: sitesZone, names: changedNames };
  const flushMs = measureFlushMs(folder, flushes);
  const alone = await sender.run({ ...order, inFlight: 1, seconds: seconds * aloneShare });
  const before = readThreadNanos(pid);
  const { acknowledged, refused, lost, p50Ms, p99Ms, ...full } = await sender.run({ ...order, inFlight, seconds });
  return {
    updatesPerSecond: acknowledged / full.seconds,
    cpuMicros: (readThreadNanos(pid) - before) / 1000 / acknowledged,
    p50Ms,
    p99Ms,
    aloneMs: alone.p50Ms,
    flushMs,
    wrong: refused + alone.refused,
    lost: lost + alone.lost,
  };
}
