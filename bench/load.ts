/**
 * What it takes to load a large zone: CPU time, peak and resident memory, octets of the arena; and the same of the zone
 * checkers of NSD, Knot and BIND on the same file, where they are installed.
 *
 *     node bench/load.ts [--records 1000000] [--reloads 0]
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { formatDiagnostic } from '../src/base/diagnostic.ts';
import { ZoneStore } from '../src/store/zone-store.ts';
import { wireNameFrom } from '../src/wire/name.ts';
import { parseZone } from '../src/zonefile/parse-zone.ts';

const apexText = 'example.com.';
const mebi = 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const { values } = parseArgs({
  options: { records: { type: 'string', default: '1000000' }, reloads: { type: 'string', default: '0' } },
});
const folder = mkdtempSync(join(tmpdir(), 'ringzone-load-'));
try {
  await main(Number(values.records), Number(values.reloads));
} finally {
  rmSync(folder, { recursive: true });
}

async function main(records: number, reloads: number): Promise<void> {
  const file = join(folder, 'example.com');
  await writeZone(file, records);
  console.log(`zone of ${records} records, ${format(statSync(file).size / mebi)} MiB of text`);
  const store = ZoneStore.create();
  const [zoneNumber] = store.declareZones([{ view: 0, class: 1, apex: wireNameFrom(apexText) }]) as [number];
  for (let load = 0; load <= reloads; load++) loadOnce(store, zoneNumber, file);
  console.log(
    '\nThe zone checkers of others on the same file (they parse and check; ours above parses, builds and publishes):',
  );
  compare('nsd-checkzone', [apexText, file]);
  compare('kzonecheck', ['-o', apexText, file]);
  compare('named-checkzone', ['-q', '-i', 'none', apexText, file]);
}

function loadOnce(store: ZoneStore, zoneNumber: number, file: string): void {
  const before = { heapOctets: heapUsedOctets(), cpu: process.cpuUsage(), ms: performance.now() };
  const builder = store.startZone(wireNameFrom(apexText), 1);
  const onDiagnostic = (diagnostic: Parameters<typeof formatDiagnostic>[0]) =>
    console.log(formatDiagnostic(diagnostic));
  parseZone({ file, apex: wireNameFrom(apexText), sink: builder, onDiagnostic });
  const parsed = process.cpuUsage(before.cpu);
  const zone = builder.finish();
  store.publish(zoneNumber, zone);
  const { user, system } = process.cpuUsage(before.cpu);
  const wallMs = performance.now() - before.ms;
  const heapGrowth = heapUsedOctets() - before.heapOctets;
  const { rss } = process.memoryUsage();
  console.log(`
records             ${zone.recordCount} at ${zone.nodeCount} names
CPU                 ${seconds(user + system)} s (parsing and nodes ${seconds(parsed.user + parsed.system)} s), wall ${format(wallMs / 1000)} s
arena               ${format(zone.octets / mebi)} MiB, ${format(zone.octets / zone.recordCount)} octets a record
resident            ${format(rss / mebi)} MiB, peak ${format(process.resourceUsage().maxRSS / 1024)} MiB
JavaScript heap     grew by ${format(heapGrowth / 1024)} KiB, ${format(heapGrowth / zone.recordCount)} octets a record`);
}

/** What is still in use after a collection. */
function heapUsedOctets(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

function compare(command: string, args: readonly string[]): void {
  const script =
    'import os,resource,subprocess,sys\n' +
    'r=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL)\n' +
    'u=resource.getrusage(resource.RUSAGE_CHILDREN)\n' +
    'print(r.returncode,u.ru_utime+u.ru_stime,u.ru_maxrss)';
  const which = spawnSync('which', [command]);
  if (which.status !== 0) {
    console.log(`${command.padEnd(18)}  not installed`);
    return;
  }
  const run = spawnSync('python3', ['-c', script, command, ...args], { encoding: 'utf8' });
  const [status, cpu, peakKibi] = run.stdout.trim().split(' ').map(Number) as [number, number, number];
  const verdict = status === 0 ? '' : `, exit ${status}`;
  console.log(`${command.padEnd(18)}  CPU ${format(cpu)} s, peak ${format(peakKibi / 1024)} MiB${verdict}`);
}

/** Sites of four records each: two A and a TXT at the site, a SRV below it. */
async function writeZone(file: string, records: number): Promise<void> {
  const out = createWriteStream(file);
  out.write(`$TTL 300\n@ SOA ns1 hostmaster 1 3600 900 1209600 300\n@ NS ns1\nns1 A 192.0.2.1\n`);
  for (let site = 0; site * 4 + 3 < records; site++) {
    const name = `site${String(site).padStart(6, '0')}`;
    const isRoom = out.write(
      `${name} A 10.${site >>> 16}.${(site >>> 8) & 255}.${site & 255}\n\tA 10.${128 + (site >>> 16)}.${(site >>> 8) & 255}.${site & 255}\n` +
        `\tTXT "customer ${site}"\n_sip._udp.${name} SRV 10 60 5060 ${name}\n`,
    );
    if (!isRoom) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}

function seconds(micros: number): string {
  return format(micros / 1e6);
}

function format(value: number): string {
  return value.toFixed(2);
}
