/** Where the names of a zone are had from: its file; a transfer, where there is no file or the servers have another version of it. */
import { formatDiagnostic } from '../../base/diagnostic.ts';
import type { WireName } from '../../wire/name.ts';
import { countReads } from '../../zonefile/counted-source.ts';
import type { ServedState } from './compare-result.ts';
import { readNames } from './questions/names-from-file.ts';
import { transferNames } from './questions/names-from-transfer.ts';
import { apexOnly, type ZoneNames } from './questions/zone-names.ts';
import { isServed } from './served-state.ts';
import type { AskedServer, ServerPair } from './server-pair.ts';

export interface ZoneToCompare {
  readonly name: string;
  readonly apex: WireName;
  readonly class: number;
  /** Absolute path of the master file; `undefined` of a zone that is kept elsewhere. */
  readonly file: string | undefined;
}

export interface FoundNames {
  readonly names: ZoneNames;
  /** In words. */
  readonly from: string;
  readonly notes: readonly string[];
}

/** Told often how far it is. */
type TellProgress = (makeText: () => string) => void;

export async function findNames(
  zone: ZoneToCompare,
  pair: ServerPair,
  states: readonly ServedState[],
  tell: TellProgress,
): Promise<FoundNames> {
  if (zone.file === undefined) return await namesWithoutFile(zone, pair, tell);
  const { names, errors } = readNames(zone.file, zone.apex, zone.class, countReads(zone.file, tell));
  const serials = states.flatMap((state) => (isServed(state) ? [state.serial] : []));
  if (errors.length === 0 && (names.serial === undefined || serials.includes(names.serial))) {
    return { names, from: 'file', notes: [] };
  }
  const transferred = await transferFrom(zone, [pair.first], tell);
  const asked = 'names' in transferred ? `its names are from ${transferred.from}` : 'what could be read is asked';
  const faults = errors.slice(0, 1).map((first) => describeErrors(zone, errors.length, asked, formatDiagnostic(first)));
  if ('names' in transferred) {
    const otherSerial = `zone ${zone.name}: the file has serial ${names.serial}; ${asked}`;
    return { ...transferred, notes: errors.length > 0 ? faults : [otherSerial] };
  }
  if (errors.length > 0) return { names, from: 'file', notes: faults };
  const note =
    `zone ${zone.name}: the file has serial ${names.serial}, the servers ${[...new Set(serials)].join(' and ')}; ` +
    `names that are not in the file are not asked (${transferred.reason})\n` +
    'hint: allow this host to transfer the zone, or bring the file up to date (rndc sync)';
  return { names, from: 'file', notes: [note] };
}

async function namesWithoutFile(zone: ZoneToCompare, pair: ServerPair, tell: TellProgress): Promise<FoundNames> {
  const transferred = await transferFrom(zone, [pair.first, pair.second], tell);
  if ('names' in transferred) {
    return { ...transferred, notes: [`zone ${zone.name}: has no file here; its names are from ${transferred.from}`] };
  }
  const note =
    `zone ${zone.name}: has no file here, and its names could not be transferred (${transferred.reason}); only its apex is compared\n` +
    'hint: allow this host to transfer it from --bind: allow-transfer { ...; };';
  return { names: apexOnly(zone.apex), from: 'nowhere: the apex alone', notes: [note] };
}

type Transferred = { readonly names: ZoneNames; readonly from: string } | { readonly reason: string };

async function transferFrom(
  zone: ZoneToCompare,
  servers: readonly AskedServer[],
  tell: TellProgress,
): Promise<Transferred> {
  const reasons: string[] = [];
  for (const server of servers) {
    const names = await transferNames(server.address, zone.apex, zone.class, (records) =>
      tell(() => `${records.toLocaleString('en')} records transferred`),
    );
    if (names.ok) return { names: names.value, from: `a transfer from ${server.text}` };
    reasons.push(`${server.text}: ${names.error}`);
  }
  return { reason: reasons.join(', ') };
}

function describeErrors({ name }: ZoneToCompare, count: number, asked: string, first: string): string {
  const text = count === 1 ? 'an error' : `${count} errors`;
  return `zone ${name}: ${text} in its file; ${asked}\n${first}`;
}
