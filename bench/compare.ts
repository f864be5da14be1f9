/**
 * How long `ringzone compare` takes, over BIND and Ringzone with the same zone of sites.
 *
 *     node bench/compare.ts [RECORDS]
 *
 * 100,000 records by default. Builds nothing: the server comes from dist where that is built.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCompare } from '../src/cli/compare.ts';
import { startBind } from '../test/interop/lib/bind.ts';
import { startRingzone } from '../test/interop/lib/ringzone.ts';
import { sitesZone, writeSitesZone } from './zones/sites.ts';

const recordsOfSite = 4;
const records = Number(process.argv[2] ?? 100_000);
const folder = mkdtempSync(join(tmpdir(), 'ringzone-bench-compare-'));
const file = join(folder, 'sites.zone');
writeSitesZone(file, Math.ceil(records / recordsOfSite));
const zones = [{ name: sitesZone.slice(0, -1), file }];
const servers = await Promise.all([startBind(zones, { readyMs: 60_000 }), startRingzone(zones, { readyMs: 60_000 })]);
try {
  const [bind, ours] = servers;
  if (bind === undefined || ours === undefined) throw new Error('BIND and Ringzone are both needed');
  process.exitCode = await runCompare(
    {
      bind: `127.0.0.1:${bind.port}`,
      with: `127.0.0.1:${ours.port}`,
      zone: zones.map((zone) => `${zone.name}=${zone.file}`),
      files: [],
    },
    process,
  );
  const load = loadavg()[0]?.toFixed(1);
  process.stdout.write(
    `${availableParallelism()} cores, load ${load}, ${Math.round(process.cpuUsage().user / 1e6)} s of user time here\n`,
  );
} finally {
  await Promise.all(servers.map((server) => server?.stop()));
  rmSync(folder, { recursive: true, force: true });
}
