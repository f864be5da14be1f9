/** `ringzone check`: read zones as the server does, say what is wrong with them, print them. */
import { type Diagnostic, hasErrors } from '../base/diagnostic.ts';
import type { TlsConfig, ZoneConfig } from '../control/config/config.ts';
import { isSignedVersion } from '../control/load/signed-version.ts';
import { formatLoaded, formatZone } from '../control/load/zone-log.ts';
import { makePlan, parseServeOptions } from '../control/server/serve-plan.ts';
import { checkSteering } from '../control/steering/check-steering.ts';
import { listSrv } from '../control/steering/list-srv.ts';
import { maxListedRecords } from '../control/steering/zone-lister.ts';
import { diagnoseCertificate } from '../control/tls/certificate-files.ts';
import { checkZonemd } from '../dnssec/zonemd.ts';
import { type LoadedZoneFile, loadZoneFile } from '../store/load-zone.ts';
import { ZoneStore } from '../store/zone-store.ts';
import { tellDiagnostics } from './diagnostics.ts';
import { LoadProgress } from './load-progress.ts';
import { type Output, write } from './output.ts';
import { printZone } from './print-zone.ts';
import { pairZones, UsageProblem } from './zone-arguments.ts';

/** The options as they were written. */
export interface CheckOptions {
  readonly config?: string | undefined;
  /** `NAME`, each with a file in `files`, or `NAME=FILE`. */
  readonly zone?: readonly string[] | undefined;
  readonly files: readonly string[];
  readonly print?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly strict?: boolean | undefined;
}

interface CheckedZone {
  readonly name: string;
  readonly zoneClass: number;
  readonly viewName: string | undefined;
  readonly file: string;
  readonly loaded: LoadedZoneFile;
}

/** Resolves to the exit code: 0 good (warnings allowed), 1 errors. Throws UsageProblem. */
export async function runCheck(options: CheckOptions, output: Output): Promise<number> {
  const plan = await findZones(options, output);
  const store = ZoneStore.create();
  const zones: CheckedZone[] = [];
  const progress = new LoadProgress(options.json === true ? undefined : output.stderr);
  for (const config of plan.zones) {
    const { name, apex, class: zoneClass, viewName, file, zonemdVerify } = config;
    // A secondary's content is its primary's.
    if (file === undefined) continue;
    const checks = zonemdVerify ? [checkZonemd] : [];
    const { strict } = plan;
    const open = progress.start(shownPath(file));
    const read = loadZoneFile(store, { file: shownPath(file), apex, zoneClass, strict, checks, open });
    progress.clear();
    const loaded = { ...read, diagnostics: [...read.diagnostics, ...checkPolicies(store, config, read)] };
    const zone = { name, zoneClass, viewName, file: shownPath(file), loaded };
    zones.push(zone);
    if (options.json !== true) await tell(output, store, zone, options.print === true);
    if (loaded.zone !== undefined) store.discard(loaded.zone);
  }
  const isGood = !hasErrors(plan.diagnostics) && zones.every(({ loaded }) => isUsable(loaded));
  if (options.json === true) await write(output.stdout, jsonOf(isGood, plan.diagnostics, zones));
  else if (isGood) await write(options.print === true ? output.stderr : output.stdout, 'OK\n');
  return isGood ? 0 : 1;
}

/** What the configuration says of SRV that the zone doesn't have. */
function checkPolicies(store: ZoneStore, zone: ZoneConfig, { zone: built }: LoadedZoneFile): readonly Diagnostic[] {
  if (zone.steering === undefined || built === undefined) return [];
  const listed = { ...listSrv(store.reader, built.version, maxListedRecords), title: formatZone(zone) };
  return checkSteering(listed, zone.apex, zone.steering);
}

function isUsable({ zone, diagnostics }: LoadedZoneFile): boolean {
  return zone !== undefined && !hasErrors(diagnostics);
}

interface Plan {
  readonly zones: readonly ZoneConfig[];
  readonly strict: boolean;
  /** About the configuration. */
  readonly diagnostics: readonly Diagnostic[];
}

async function findZones(options: CheckOptions, output: Output): Promise<Plan> {
  const zone = pairZones(options, 'check');
  if (zone.length > 0 && options.config !== undefined) {
    throw new UsageProblem('error: give either --config or --zone\nhint: ringzone check --zone example.com FILE');
  }
  const request = parseServeOptions({ config: options.config, zone, strict: options.strict });
  if (!request.ok) throw new UsageProblem(request.error.map((problem) => `error: ${problem}`).join('\n'));
  const plan = await makePlan(request.value);
  if (plan.ok) {
    const { zones, strict, warnings, tls } = plan.value.config;
    const diagnostics = [...warnings, ...diagnoseTls(tls)];
    // "OK" alone would be taken for another file's.
    if (plan.value.source.kind === 'examples') {
      await write(output.stderr, 'there is no ringzone.yaml here: these are the example zones of the package\n');
    }
    if (options.json !== true) await tellDiagnostics(output, diagnostics);
    return { zones, strict, diagnostics };
  }
  if (options.json !== true) await tellDiagnostics(output, plan.error);
  return { zones: [], strict: false, diagnostics: plan.error };
}

function diagnoseTls(tls: TlsConfig | undefined): readonly Diagnostic[] {
  if (tls === undefined || tls.certificate === 'ephemeral') return [];
  return diagnoseCertificate(tls.certificate, Date.now());
}

async function tell(
  output: Output,
  store: ZoneStore,
  { name, zoneClass, viewName, loaded }: CheckedZone,
  isPrinting: boolean,
): Promise<void> {
  await tellDiagnostics(output, loaded.diagnostics);
  if (loaded.zone === undefined) {
    await write(output.stderr, `${loaded.refusal}\n`);
    return;
  }
  const isSigned = isSignedVersion(store.reader, loaded.zone.version);
  const text = formatLoaded({ name, class: zoneClass, viewName, serial: loaded.serial, isSigned });
  const line = `${text} (${countText(loaded.records)})\n`;
  await write(isPrinting ? output.stderr : output.stdout, line);
  if (!isPrinting) return;
  const pieces: string[] = [];
  printZone(store.reader, loaded.zone.version, (text) => pieces.push(text));
  for (const piece of pieces) await write(output.stdout, piece);
}

function countText(records: number): string {
  return records === 1 ? '1 record' : `${records} records`;
}

function jsonOf(isGood: boolean, diagnostics: readonly Diagnostic[], zones: readonly CheckedZone[]): string {
  const result = {
    ok: isGood,
    diagnostics,
    zones: zones.map(({ name, viewName: view, file, loaded }) => {
      const { serial, records, diagnostics } = loaded;
      return { name, view, file, ok: isUsable(loaded), serial, records, diagnostics };
    }),
  };
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

/** Below the working directory as a person would write it, else absolute. */
function shownPath(file: string): string {
  const here = `${process.cwd()}/`;
  return file.startsWith(here) ? file.slice(here.length) : file;
}
