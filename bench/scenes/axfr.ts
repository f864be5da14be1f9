/** A zone of a million records to a secondary, and what the others who ask notice of it. */
import { join } from 'node:path';
import { buildQuery } from '../../test/interop/lib/dns-client.ts';
import { TransferProcess } from '../generator/transfer-process.ts';
import { readThreadNanos } from '../measure/proc-stat.ts';
import type { BenchServer } from '../servers/bench-server.ts';
import { bind } from '../servers/bind.ts';
import { knot } from '../servers/knot.ts';
import { nsd } from '../servers/nsd.ts';
import { ringzone } from '../servers/ringzone.ts';
import { siteName, sitesZone, writeSitesZone } from '../zones/sites.ts';
import { rotate } from './rotate.ts';
import type { Column, Figures, Scene, SceneResult, SceneSetting } from './scene.ts';
import { startServers, stopServers } from './start-servers.ts';

const siteCount = 250_000;
/** The SOA twice. */
const wantedRecords = 4 * siteCount + 4;
const warmUpTransfers = 5;
const everyMs = 4;

const columns: readonly Column[] = [
  { figure: 'cpuSeconds', title: 'CPU s/transfer', digits: 3, of: 'noisy' },
  { figure: 'seconds', title: 's/transfer', digits: 3, of: 'median' },
  { figure: 'mebi', title: 'MiB', digits: 1, of: 'median' },
  { figure: 'messages', title: 'messages', digits: 0, of: 'median' },
  { figure: 'wrong', title: 'wrong', digits: 0, of: 'sum' },
  { figure: 'quietUdpMs', title: 'UDP p99 ms', digits: 3, of: 'median' },
  { figure: 'udpMs', title: 'beside', digits: 3, of: 'median' },
  { figure: 'quietTcpMs', title: 'TCP p99 ms', digits: 3, of: 'median' },
  { figure: 'tcpMs', title: 'beside', digits: 3, of: 'median' },
  { figure: 'lost', title: 'lost', digits: 0, of: 'sum' },
];

const axfrQuestion = buildQuery({ name: sitesZone, type: 'AXFR' });
const otherQuestion = buildQuery({ name: `${siteName(4711)}.${sitesZone}`, type: 'A' });

export const axfr: Scene = {
  name: 'axfr',
  about: 'AXFR of a zone of a million records, and other questions while it goes on',
  programs: [ringzone, nsd, knot, bind],
  rounds: 5,
  seconds: 1,
  run,
};

async function run(setting: SceneSetting): Promise<SceneResult> {
  const file = join(setting.folder, 'example.com');
  writeSitesZone(file, siteCount);
  const reader = await TransferProcess.start(setting.loadCore);
  const prober = await TransferProcess.start(setting.loadCore);
  const servers = await startServers(setting, () => ({ zones: [{ name: sitesZone, file }], allowTransfer: true }));
  try {
    const rows = servers.map((server) => ({ server: server.name, rounds: [] as Figures[] }));
    for (const { port, name } of servers) {
      setting.note(`first transfers from ${name}`);
      await reader.transfer({ port, question: axfrQuestion, count: warmUpTransfers });
    }
    for (let round = 0; round < setting.rounds; round++) {
      setting.note(`round ${round + 1} of ${setting.rounds}`);
      for (const i of rotate([...servers.keys()], round)) {
        rows[i]?.rounds.push(await playRound(servers[i] as BenchServer, reader, prober, setting.seconds));
      }
    }
    const ratios = [{ figure: 'cpuSeconds', title: 'CPU of a transfer' }];
    return { columns, rows, ratios, notes: [] };
  } finally {
    reader.stop();
    prober.stop();
    await stopServers(servers);
  }
}

async function playRound(
  { pid, port }: BenchServer,
  reader: TransferProcess,
  prober: TransferProcess,
  seconds: number,
): Promise<Figures> {
  const before = readThreadNanos(pid);
  const { transfers, ...result } = await reader.transfer({ port, question: axfrQuestion, seconds });
  const cpuSeconds = (readThreadNanos(pid) - before) / 1e9 / transfers;
  const probe = { port, question: otherQuestion, seconds, everyMs };
  const quiet = await prober.probe(probe);
  // A little longer than the questions last.
  const going = reader.transfer({ port, question: axfrQuestion, seconds: seconds + 0.1 });
  const beside = await prober.probe(probe);
  await going;
  return {
    cpuSeconds,
    seconds: result.seconds / transfers,
    mebi: result.octets / 2 ** 20,
    messages: result.messages,
    wrong: result.records === wantedRecords ? 0 : 1,
    quietUdpMs: quiet.udpP99Ms,
    udpMs: beside.udpP99Ms,
    quietTcpMs: quiet.tcpP99Ms,
    tcpMs: beside.tcpP99Ms,
    lost: quiet.lost + beside.lost,
  };
}
