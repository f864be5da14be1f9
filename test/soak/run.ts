/**
 * One server under everything at once, for an hour: questions, reloads, updates, transfers both ways, zones that come and go, SIP servers
 * that die, commands, and a fault every ten seconds. Each answer is judged by a model that knows which versions of a zone may be seen at
 * its moment.
 *
 *     node test/soak/run.ts [--minutes 60] [--seed N] [--rate 400] [--report FILE]
 *
 * The exit code is 0 where nothing was wrong, nothing was lost but by faults that take answers with them, and memory stayed flat.
 */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readOptions } from '../../bench/read-options.ts';
import { type Figures, measure, measureDrops, measureHeap } from './measure.ts';
import { formatReport, makeReport } from './report/report.ts';
import { addZones } from './work/add-zones.ts';
import { feedSecondary } from './work/feed-secondary.ts';
import { giveCommands } from './work/give-commands.ts';
import { inflictFaults } from './work/inflict-faults.ts';
import { moveTargets } from './work/move-targets.ts';
import { reloadZone } from './work/reload-zone.ts';
import { transferOut } from './work/transfer-out.ts';
import { updateZone } from './work/update-zone.ts';
import { type SoakOptions, World } from './world.ts';

/** Of the time this part, and at most so long, is for the server to take what it needs. */
const warmUpPart = 0.25;
const mostWarmUpMs = 10 * 60_000;
const progressMs = 60_000;

const options = soakOptions();
const world = new World(options);
let isInterrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (isInterrupted = true));
try {
  process.exitCode = (await soak()) ? 0 : 1;
} finally {
  await world.stop();
}

async function soak(): Promise<boolean> {
  console.log(`${options.minutes} minutes, seed ${options.seed}, report ${options.report}`);
  await world.start();
  await world.load.start();
  const figures: Figures[] = [];
  const beganMs = performance.now();
  const lastMs = options.minutes * 60_000;
  const warmUpMs = Math.min(lastMs * warmUpPart, mostWarmUpMs);
  const warmUpEndMs = beganMs + warmUpMs;
  const works = startWorks(figures);
  // Well before resident memory is looked at: it is low behind a collection that is asked for.
  await pauseUntil(beganMs + warmUpMs / 2);
  const before = await measureHeap(world);
  await pauseUntil(beganMs + lastMs);
  world.isStopping = true;
  await Promise.all(works);
  await world.load.stop();
  const collected = { before, after: await measureHeap(world) };
  const minutes = (performance.now() - beganMs) / 60_000;
  const drops = measureDrops(world);
  // How the servers end belongs to it.
  await world.stop();
  const report = makeReport(world, { figures, warmUpEndMs, collected, drops, minutes });
  writeFileSync(options.report, `${JSON.stringify(report, undefined, 1)}\n`);
  console.log(formatReport(report));
  return report.verdict === 'good';
}

function startWorks(figures: Figures[]): readonly Promise<void>[] {
  const { bind } = world;
  const works = {
    measure: measure(world, figures),
    reloads: reloadZone(world),
    updates: updateZone(world),
    'added zones': addZones(world),
    'transfers out': transferOut(world),
    commands: giveCommands(world),
    targets: moveTargets(world),
    faults: inflictFaults(world),
    upstream: feedSecondary(world, world.upstream, async () => {
      await world.primary.control('reload', world.upstream.apex);
    }),
    ...(bind === undefined ? {} : { bind: feedSecondary(world, world.fromBind, async () => bind.reload()) }),
  };
  return Object.entries(works).map(([name, work]) =>
    work.catch((error: Error) => world.tell(`${name} ended: ${error.stack ?? error.message}`)),
  );
}

async function pauseUntil(endMs: number): Promise<void> {
  for (let toldMs = performance.now(); performance.now() < endMs; await sleep(200)) {
    if (isInterrupted || world.daemon.ended !== undefined) break;
    if (performance.now() - toldMs < progressMs) continue;
    toldMs = performance.now();
    const { asked, wrong } = world.checker;
    console.log(
      `${asked.udp + asked.tcp} asked, ${wrong} wrong, ${world.losses.unexplained.length} lost, ${world.problems.length} problems`,
    );
  }
  if (world.daemon.ended !== undefined)
    world.tell(`the server ended: ${JSON.stringify(world.daemon.ended)}\n${world.daemon.log.slice(-3000)}`);
}

function soakOptions(): SoakOptions {
  const { values } = readOptions(import.meta.filename, {
    options: {
      minutes: { type: 'string', default: '60' },
      seed: { type: 'string' },
      rate: { type: 'string', default: '400' },
      report: { type: 'string' },
    },
  });
  const seed = Number(values.seed ?? Math.floor(Date.now() / 1000));
  return {
    minutes: Number(values.minutes),
    seed,
    questionsPerSecond: Number(values.rate),
    report: values.report ?? join(tmpdir(), `ringzone-soak-${seed}.json`),
  };
}
