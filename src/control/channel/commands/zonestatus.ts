import type { ZoneDescription } from '../../loader-messages.ts';
import type { SecondaryZone } from '../../secondary/secondary-zone.ts';
import type { ControlCommand } from '../control-command.ts';
import { fail, succeed } from '../messages.ts';
import { findZone } from '../zone-argument.ts';
import { knownZone } from './known-zone.ts';

export const zonestatus: ControlCommand = async (args, target) => {
  const found = await findZone(args, target);
  if (!found.ok) return found.error;
  const { id, zone } = found.value;
  const { secondaries } = target.replication;
  const secondary = zone.type === 'secondary' ? secondaries.find(id.view, id.class, id.apex) : undefined;
  const times = secondary === undefined ? {} : timesOf(secondary);
  const { loadedAtMs, ...known } = zone;
  const { isAdded } = knownZone(id, target);
  const data = { ...known, lastLoaded: isoTime(loadedAtMs), ...times, isReconfigurable: isAdded };
  if (zone.serial === undefined) return fail('zone not loaded', '', data);
  return succeed(formatZoneStatus(zone, times, isAdded), data);
};

interface ZoneTimes {
  readonly nextRefresh?: string | undefined;
  readonly expires?: string | undefined;
}

function timesOf({ isBusy, refreshDueMs, expiresAt }: SecondaryZone): ZoneTimes {
  const dueMs = isBusy ? Date.now() : Date.now() + refreshDueMs - performance.now();
  return { nextRefresh: isoTime(dueMs), expires: expiresAt === 0 ? undefined : isoTime(expiresAt * 1000) };
}

/** BIND's lines in BIND's order, those that don't apply left out; ours behind them. */
function formatZoneStatus(
  zone: ZoneDescription,
  { nextRefresh, expires }: ZoneTimes,
  isReconfigurable: boolean,
): string {
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['name', zone.name],
    ['type', zone.type],
    ['files', zone.files.length === 0 ? undefined : zone.files.join(', ')],
    ['serial', String(zone.serial)],
    ['nodes', String(zone.nodes)],
    ['last loaded', zone.loadedAtMs === undefined ? undefined : new Date(zone.loadedAtMs).toUTCString()],
    ['next refresh', nextRefresh === undefined ? undefined : new Date(nextRefresh).toUTCString()],
    ['expires', expires === undefined ? undefined : new Date(expires).toUTCString()],
    ['secure', yesNo(zone.isSigned)],
    // Signed elsewhere, and served as it came.
    ['inline signing', zone.isSigned ? 'no' : undefined],
    ['key maintenance', zone.isSigned ? 'none' : undefined],
    ['dynamic', yesNo(zone.isDynamic)],
    ['frozen', zone.isDynamic ? yesNo(zone.isFrozen) : undefined],
    ['reconfigurable via modzone', yesNo(isReconfigurable)],
    ['expired', zone.isExpired ? 'yes' : undefined],
    ['trouble', zone.trouble],
    ...publishedLines(zone),
  ];
  return lines.flatMap(([key, value]) => (value === undefined ? [] : `${key}: ${value}`)).join('\n');
}

/** Ours: BIND has nothing like it. */
function publishedLines({ published, serial }: ZoneDescription): readonly (readonly [string, string | undefined])[] {
  if (published === undefined) return [];
  const { fileSerial, degradedSets, trouble } = published;
  return [
    ['published serial', trouble === undefined ? String(serial) : undefined],
    ['file serial', fileSerial === undefined ? undefined : String(fileSerial)],
    ['health published', trouble === undefined ? `yes, ${degradedSets} of its sets degraded` : `no: ${trouble}`],
  ];
}

function isoTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}
