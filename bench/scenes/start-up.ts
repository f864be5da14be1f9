/** Starts servers one by one, several rounds, and tells what the start cost and what the idle server holds. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { JudgeZone } from '../../test/interop/lib/judge.ts';
import { readPeakOctets, readResidentOctets, readThreadNanos } from '../measure/proc-stat.ts';
import { BenchServer } from '../servers/bench-server.ts';
import type { ServerProgram } from '../servers/server-program.ts';
import { rotate } from './rotate.ts';
import type { Figures, Row, SceneSetting } from './scene.ts';

const settleMs = 300;

/** Figures: startMs, startCpuSeconds, residentMebi, peakMebi, idlePercent. */
export async function measureStarts(zone: JudgeZone, setting: SceneSetting): Promise<Row[]> {
  const rows = setting.programs.map((program) => ({ program, server: program.name, rounds: [] as Figures[] }));
  for (let round = 0; round < setting.rounds; round++) {
    setting.note(`round ${round + 1} of ${setting.rounds}`);
    for (const row of rotate(rows, round)) row.rounds.push(await startOnce(row.program, zone, setting));
  }
  return rows.map(({ server, rounds }) => ({ server, rounds }));
}

async function startOnce(program: ServerProgram, zone: JudgeZone, setting: SceneSetting): Promise<Figures> {
  const server = await BenchServer.start(program, { zones: [zone] }, setting.folder, setting.serverCore);
  try {
    const { userMicros, systemMicros } = server.readCpu();
    await sleep(settleMs);
    const beforeMs = performance.now();
    const before = readThreadNanos(server.pid);
    await sleep(setting.seconds * 1000);
    const idleMs = (readThreadNanos(server.pid) - before) / 1e6;
    return {
      startMs: server.startMs,
      startCpuSeconds: (userMicros + systemMicros) / 1e6,
      residentMebi: readResidentOctets(server.pid) / 2 ** 20,
      peakMebi: readPeakOctets(server.pid) / 2 ** 20,
      idlePercent: (idleMs / (performance.now() - beforeMs)) * 100,
    };
  } finally {
    await server.stop();
  }
}
