/** A zone of a million records from a primary: what taking it costs a secondary. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchServer, findProgram } from '../servers/bench-server.ts';
import { bind } from '../servers/bind.ts';
import { knot } from '../servers/knot.ts';
import { nsd } from '../servers/nsd.ts';
import { ringzone } from '../servers/ringzone.ts';
import { secondariesOf } from '../servers/secondaries.ts';
import type { ServerProgram } from '../servers/server-program.ts';
import { sitesZone, writeSitesZone } from '../zones/sites.ts';
import { rotate } from './rotate.ts';
import type { Figures, Scene, SceneResult, SceneSetting } from './scene.ts';

const siteCount = 250_000;
const tinyZone = 'tiny.example.';
/** What a server does after its first answer, such as freeing what it took to build the zone, counts too. */
const settleMs = 1500;

export const axfrIn: Scene = {
  name: 'axfr-in',
  about: 'a zone of a million records by AXFR, from the start of an empty secondary; without what it costs to start',
  programs: [ringzone, nsd, knot, bind],
  rounds: 3,
  seconds: 1,
  run,
};

async function run(setting: SceneSetting): Promise<SceneResult> {
  const big = join(setting.folder, 'big');
  const tiny = join(setting.folder, 'tiny');
  writeSitesZone(big, siteCount);
  writeFileSync(tiny, '$TTL 300\n@ SOA ns hostmaster 1 3600 900 1209600 300\n@ NS ns\nns A 192.0.2.1\n');
  const zones = [
    { name: sitesZone, file: big },
    { name: tinyZone, file: tiny },
  ];
  const primary = await BenchServer.start(
    findProgram(knot) === undefined ? ringzone : knot,
    { zones, allowTransfer: true },
    setting.folder,
    setting.loadCore,
  );
  try {
    const wanted = new Set(setting.programs.map(({ name }) => name));
    const programs = secondariesOf(primary.port).filter(({ name }) => wanted.has(name));
    const rows = programs.map((program) => ({ program, server: program.name, rounds: [] as Figures[] }));
    for (let round = 0; round < setting.rounds; round++) {
      setting.note(`round ${round + 1} of ${setting.rounds}`);
      for (const row of rotate(rows, round)) row.rounds.push(await playRound(row.program, setting));
    }
    return {
      columns: [
        { figure: 'cpuSeconds', title: 'CPU s', digits: 2, of: 'noisy' },
        { figure: 'seconds', title: 's to the first answer', digits: 2, of: 'median' },
      ],
      rows: rows.map(({ server, rounds }) => ({ server, rounds })),
      ratios: [{ figure: 'cpuSeconds', title: 'CPU of a transfer' }],
      notes: programs.map(({ name, settings }) => `${name}: ${settings}`),
    };
  } finally {
    await primary.stop();
  }
}

async function playRound(program: ServerProgram, setting: SceneSetting): Promise<Figures> {
  const tiny = await startOnce(program, tinyZone, setting);
  const big = await startOnce(program, sitesZone, setting);
  return { cpuSeconds: big.cpuSeconds - tiny.cpuSeconds, seconds: big.seconds };
}

async function startOnce(program: ServerProgram, name: string, setting: SceneSetting) {
  const server = await BenchServer.start(program, { zones: [{ name, file: '' }] }, setting.folder, setting.serverCore);
  try {
    await sleep(settleMs);
    const { userMicros, systemMicros } = server.readCpu();
    return { cpuSeconds: (userMicros + systemMicros) / 1e6, seconds: server.startMs / 1000 };
  } finally {
    await server.stop();
  }
}
