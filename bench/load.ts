/**
 * What it takes to load zones, as the server does it: parse, build, check, publish. Each figure comes from a process of its
 * own, so that its peak of memory is the loader's alone; beside it stand the zone checkers of others on the same file.
 *
 *     node bench/load.ts [--records 1000000] [--reloads 0] [--zones 0]
 *
 * `--reloads 20` loads the same zone again so many times in one process, `--zones 10000` that many small zones.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, Worker } from 'node:worker_threads';
import { formatDiagnostic } from '../src/base/diagnostic.ts';
import { loadZoneFile } from '../src/store/load-zone.ts';
import { type ZoneKey, ZoneStore } from '../src/store/zone-store.ts';
import { type WireName, wireNameFrom } from '../src/wire/name.ts';
import { readOptions } from './read-options.ts';

const apexText = 'example.com.';
const mebi = 2 ** 20;
const idleMs = 1000;
const head = '$TTL 300\n@ SOA ns1 hostmaster 1 3600 900 1209600 300\n@ NS ns1\nns1 A 192.0.2.1\n';

const { values } = readOptions(import.meta.filename, {
  options: {
    records: { type: 'string', default: '1000000' },
    reloads: { type: 'string', default: '0' },
    zones: { type: 'string', default: '0' },
    /** Set for the processes that measure. */
    measure: { type: 'string' },
    folder: { type: 'string', default: '' },
  },
});
const records = Number(values.records);
const reloads = Number(values.reloads);
const zones = Number(values.zones);

if (values.measure === 'in-thread') loadInThread(join(values.folder, apexText));
else if (values.measure === 'stall') await measureStall(values.folder);
else if (values.measure === 'one') measureOne(join(values.folder, apexText));
else if (values.measure === 'reloads') measureReloads(join(values.folder, apexText));
else if (values.measure === 'small') measureSmall(values.folder);
else main();

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'ringzone-load-'));
  try {
    const file = join(folder, apexText);
    writeZone(file);
    console.log(`zone of ${records} records, ${format(statSync(file).size / mebi)} MiB of text`);
    measureApart('one', folder);
    measureApart('stall', folder);
    console.log('\nThe zone checkers of others on the same file; they parse and check, and keep nothing:');
    compare('nsd-checkzone', [apexText, file]);
    compare('kzonecheck', ['-o', apexText, file]);
    compare('named-checkzone', ['-q', '-i', 'local', apexText, file]);
    if (reloads > 0) measureApart('reloads', folder);
    if (zones > 0) measureApart('small', folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measureApart(what: string, folder: string): void {
  const args = [import.meta.filename, '--measure', what, '--folder', folder];
  const { status } = spawnSync(process.execPath, [...args, '--reloads', values.reloads, '--zones', values.zones], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}

function measureOne(file: string): void {
  const heapBefore = heapUsedOctets();
  const startMiB = residentMiB();
  const started = performance.now();
  const cpu = process.cpuUsage();
  const store = ZoneStore.create();
  const { recordCount, nodeCount, octets } = load(store, file);
  const { user, system } = process.cpuUsage(cpu);
  const wallMs = performance.now() - started;
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  const heapOctets = heapUsedOctets() - heapBefore;
  console.log(`
records           ${recordCount} at ${nodeCount} names
CPU               ${format((user + system) / 1e6)} s, wall ${format(wallMs / 1000)} s
arena             ${format(octets / mebi)} MiB, ${format(octets / recordCount)} octets a record
resident          ${format(residentMiB())} MiB, peak ${format(peakMiB)} MiB, before the load ${format(startMiB)} MiB
JavaScript heap   grew by ${format(heapOctets / 1024)} KiB: ${format(heapOctets / recordCount)} octets a record, so no object for each`);
}

/** How late the main thread, which probes, transfers and is controlled, gets to its work while another thread loads. */
async function measureStall(folder: string): Promise<void> {
  const loader = new Worker(import.meta.filename, { argv: ['--measure', 'in-thread', '--folder', folder] });
  await once(loader, 'message');
  // What others on this machine make it wait; the load may add 50 ms.
  const before = await measureDelay(sleep(idleMs));
  loader.postMessage('begin');
  const during = await measureDelay(once(loader, 'message'));
  console.log(`main thread       late by ${during} while a thread loads; without, by ${before}`);
}

/** How late timers are until `end`. */
async function measureDelay(end: Promise<unknown>): Promise<string> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await end;
  delay.disable();
  return `${format(delay.max / 1e6)} ms at most (99th percentile ${format(delay.percentile(99) / 1e6)})`;
}

/** What `measureStall` waits for. */
function loadInThread(file: string): void {
  const store = ZoneStore.create();
  parentPort?.once('message', () => {
    load(store, file);
    parentPort?.postMessage('loaded');
  });
  parentPort?.postMessage('ready');
}

function measureReloads(file: string): void {
  const store = ZoneStore.create();
  const resident: number[] = [];
  for (let i = 0; i <= reloads; i++) {
    load(store, file);
    resident.push(residentMiB());
  }
  const first = resident[0] as number;
  const last = resident.at(-1) as number;
  console.log(`
resident after each load of the same zone, in MiB: ${resident.map((one) => one.toFixed(0)).join(' ')}
last / first      ${format(last / first)}`);
}

function measureSmall(folder: string): void {
  const inside = join(folder, 'small');
  mkdirSync(inside);
  const apexes = Array.from({ length: zones }, (_, i) => wireNameFrom(`customer${i}.example.`));
  for (const i of apexes.keys()) writeFileSync(join(inside, `${i}`), smallZone(i));
  const store = ZoneStore.create();
  const heapBefore = heapUsedOctets();
  const startMiB = residentMiB();
  const started = performance.now();
  const numbers = store.declareZones(apexes.map(keyOf));
  const declareMs = performance.now() - started;
  for (const [i, apex] of apexes.entries()) publish(store, numbers[i] as number, join(inside, `${i}`), apex);
  const wallMs = performance.now() - started;
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  const heapOctets = heapUsedOctets() - heapBefore;
  console.log(`
small zones       ${zones} of 10 records
time              ${format(wallMs / 1000)} s, of which declaring them ${format(declareMs)} ms
arena             ${format(store.usedOctets / zones / 1024)} KiB a zone
JavaScript heap   ${format(heapOctets / zones / 1024)} KiB a zone
resident          grew by ${format(((residentMiB() - startMiB) * 1024) / zones)} KiB a zone; peak ${format(peakMiB)} MiB`);
}

function load(store: ZoneStore, file: string) {
  const apex = wireNameFrom(apexText);
  const [number] = store.declareZones([keyOf(apex)]) as [number];
  return publish(store, number, file, apex);
}

function publish(store: ZoneStore, number: number, file: string, apex: WireName) {
  const { zone, diagnostics } = loadZoneFile(store, { file, apex, zoneClass: 1, strict: false });
  for (const diagnostic of diagnostics) console.log(formatDiagnostic(diagnostic));
  if (zone === undefined) throw new Error(`${file} is refused`);
  store.publish(number, zone);
  return zone;
}

function keyOf(apex: WireName): ZoneKey {
  return { view: 0, class: 1, apex };
}

function residentMiB(): number {
  return process.memoryUsage().rss / mebi;
}

/** What is still in use after a collection. */
function heapUsedOctets(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

function compare(command: string, args: readonly string[]): void {
  const script =
    'import resource,subprocess,sys\n' +
    'r=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL)\n' +
    'u=resource.getrusage(resource.RUSAGE_CHILDREN)\n' +
    'print(r.returncode,u.ru_utime+u.ru_stime,u.ru_maxrss)';
  if (spawnSync('which', [command]).status !== 0) {
    console.log(`${command.padEnd(16)}  not installed`);
    return;
  }
  const run = spawnSync('python3', ['-c', script, command, ...args], { encoding: 'utf8' });
  const [status, cpu, peakKibi] = run.stdout.trim().split(' ').map(Number) as [number, number, number];
  const verdict = status === 0 ? '' : `, exit ${status}`;
  console.log(`${command.padEnd(16)}  CPU ${format(cpu)} s, peak ${format(peakKibi / 1024)} MiB${verdict}`);
}

/** Sites of four records each: two A and a TXT at the site, a SRV below it. */
function writeZone(file: string): void {
  const descriptor = openSync(file, 'w');
  let text = head;
  for (let site = 0; site * 4 + 3 < records; site++) {
    const name = `site${String(site).padStart(6, '0')}`;
    const low = `${(site >>> 8) & 255}.${site & 255}`;
    text +=
      `${name} A 10.${site >>> 16}.${low}\n\tA 10.${128 + (site >>> 16)}.${low}\n` +
      `\tTXT "customer ${site}"\n_sip._udp.${name} SRV 10 60 5060 ${name}\n`;
    if (text.length < mebi) continue;
    writeSync(descriptor, text);
    text = '';
  }
  writeSync(descriptor, text);
  closeSync(descriptor);
}

function smallZone(customer: number): string {
  const site = (i: number): string =>
    `sip${i} A 10.${i}.${customer >>> 8}.${customer & 255}\n_sip._udp SRV 1 1 5060 sip${i}\n`;
  return `${head}${site(1)}${site(2)}${site(3)}@ TXT "customer ${customer}"\n`;
}

function format(value: number): string {
  return value.toFixed(2);
}
