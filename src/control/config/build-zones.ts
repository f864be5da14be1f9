/** The zones: each with what it says for itself, else with what the top of the file says, else with BIND's defaults. */
import { resolve } from 'node:path';
import { AccessList } from '../../plane/access/access-list-table.ts';
import { Class } from '../../wire/codes.ts';
import { formatName } from '../../wire/name.ts';
import { buildCatalogs, buildEntry, buildGenerated, checkEntries } from './build-catalogs.ts';
import { buildSteering } from './build-steering.ts';
import { buildUpdateAccess } from './build-update-access.ts';
import type { Config, SourceAddresses, ViewConfig, ZoneConfig } from './config.ts';
import {
  defaultNotifyDelayMs,
  defaultTransferTimes,
  defaultZone,
  defaultZoneLimits,
  type ZoneIdentity,
} from './default-zone.ts';
import { displayName } from './display-name.ts';
import { InheritedSettings, type ZoneParts } from './inherited-settings.ts';
import type { ParsedConfig, ParsedMembers, ParsedZone } from './schema.ts';
import { parseZoneName, ValueProblem } from './values.ts';
import type { Path } from './yaml-source.ts';

export function buildZones(
  parsed: ParsedConfig,
  parts: ZoneParts,
  views: readonly ViewConfig[],
): Pick<Config, 'zones' | 'catalogs'> {
  const top = new InheritedSettings(parsed, [], parts);
  // Also those that every zone overrides.
  top.checkAll();
  const built = views.map((view) => {
    const written = parsed.views?.[view.name];
    if (written === undefined) return buildViewZones(parsed, [], { view: 0 }, top, parts);
    const path = ['views', view.name];
    const above = new InheritedSettings(written, path, parts, top);
    above.checkAll();
    return buildViewZones(written, path, { view: view.number, viewName: view.name }, above, parts);
  });
  checkWrittenFiles(
    built.flatMap(({ places }) => places),
    parts,
  );
  return { zones: built.flatMap(({ zones }) => zones), catalogs: built.flatMap(({ catalogs }) => catalogs) };
}

/** Every zone as it was written, whichever view it is in. */
export function writtenZones(parsed: ParsedConfig): readonly { readonly zone: ParsedZone; readonly path: Path }[] {
  const views = Object.entries(parsed.views ?? {}).map(([name, { zones }]) => ({ zones, path: ['views', name] }));
  return [{ zones: parsed.zones, path: [] }, ...views].flatMap(({ zones = {}, path }) =>
    Object.entries(zones).map(([name, zone]) => ({ zone, path: [...path, 'zones', name] })),
  );
}

type ViewIdentity = Pick<ZoneIdentity, 'view' | 'viewName'>;

interface ZoneAt {
  readonly zone: ZoneConfig;
  readonly path: Path;
}

/** All zones of a view, or of a file without views. */
function buildViewZones(
  parsed: Pick<ParsedConfig, 'zones' | 'catalogs'>,
  path: Path,
  view: ViewIdentity,
  above: InheritedSettings,
  parts: ZoneParts,
): Pick<Config, 'zones' | 'catalogs'> & { readonly places: readonly ZoneAt[] } {
  const places: ZoneAt[] = [];
  const seen = new Set<string>();
  for (const [name, written] of Object.entries(parsed.zones ?? {})) {
    const zonePath = [...path, 'zones', name];
    const zone = buildZone(name, written, view, above, zonePath, parts);
    if (zone === undefined) continue;
    const key = `${zone.class} ${formatName(zone.apex).toLowerCase()}`;
    if (seen.has(key)) parts.report('error', 'CF16', `zone ${name} is given twice`, zonePath, 'key');
    seen.add(key);
    places.push({ zone, path: zonePath });
  }
  const zones = places.map(({ zone }) => zone);
  checkEntries(parsed, zones, path, parts);
  return { zones, places, catalogs: buildCatalogs(parsed, zones, above, path, parts) };
}

/** A file that this server writes is one zone's alone: two would overwrite each other (BIND: "writeable file ... already in use"). */
function checkWrittenFiles(places: readonly ZoneAt[], { report }: ZoneParts): void {
  const writers = new Map<string, ZoneConfig>();
  for (const { zone } of places) if (zone.file !== undefined && zone.update !== undefined) writers.set(zone.file, zone);
  for (const { zone, path } of places) {
    const writer = zone.file === undefined ? undefined : writers.get(zone.file);
    if (writer === undefined || writer === zone) continue;
    const message = `${zone.file} is also the file of zone ${titleOf(writer)}, which updates write to`;
    report('error', 'CF16', message, [...path, 'file'], 'value', 'give each zone a file of its own');
  }
}

function titleOf({ name, viewName }: ZoneConfig): string {
  return viewName === undefined ? name : `${name} in view ${viewName}`;
}

const classes = { in: Class.in, ch: Class.ch, hs: Class.hs } as const;

function buildZone(
  name: string,
  written: ParsedZone,
  view: ViewIdentity,
  above: InheritedSettings,
  path: Path,
  parts: ZoneParts,
): ZoneConfig | undefined {
  const { report } = parts;
  const apex = parseZoneName(name);
  if (apex instanceof ValueProblem) {
    report('error', apex.code, apex.message, path, 'key');
    return undefined;
  }
  const identity = { ...view, name: displayName(name), apex, class: classes[written.class ?? 'in'] };
  const own = new InheritedSettings(written, path, parts, above);
  if (written.type === 'catalog') return buildGenerated(identity, written, own, path, parts);
  const isSecondary = written.type === 'secondary' || written.type === 'slave';
  return isSecondary
    ? buildSecondary(identity, written, own, path, parts)
    : buildPrimary(identity, written, own, path, parts);
}

function buildPrimary(
  identity: ZoneIdentity,
  written: ParsedZone,
  own: InheritedSettings,
  path: Path,
  parts: ZoneParts,
): ZoneConfig | undefined {
  const { folder, report } = parts;
  if (written.file === undefined) {
    report('error', 'CF09', `zone ${identity.name} has no file`, path, 'key', `add file: zones/${identity.name}`);
    return undefined;
  }
  if (primariesOf(written) !== undefined) {
    const hint = 'to transfer the zone from them write type: secondary; to tell other servers of changes, also-notify';
    report(
      'error',
      'CF28',
      `zone ${identity.name} is primary and has primaries`,
      [...path, primariesKey(written)],
      'key',
      hint,
    );
  }
  return {
    ...defaultZone({ ...identity, file: resolve(folder, written.file) }),
    ...commonOf(own, 'primary'),
    update: buildUpdateAccess(identity, written, own, path, parts),
    steering: buildSteering({ ...identity, type: 'primary' }, written.owners, own, path, parts),
    catalog: buildEntry(`zone ${identity.name}`, written, path, parts),
  };
}

function buildSecondary(
  identity: ZoneIdentity,
  written: ParsedZone,
  own: InheritedSettings,
  path: Path,
  parts: ZoneParts,
): ZoneConfig | undefined {
  const { remotes, report } = parts;
  const title = `zone ${identity.name}`;
  const listed = primariesOf(written);
  const primaries = listed === undefined ? [] : remotes.list(listed, [...path, primariesKey(written)]);
  if (listed === undefined || (Array.isArray(listed) && listed.length === 0)) {
    report('error', 'CF09', `${title} is secondary and has no primaries`, path, 'key', 'add primaries: [192.0.2.1]');
  }
  if (written.file !== undefined) {
    const message = `${title}: a secondary's copy is kept in data-dir, its file is not used`;
    report('warning', 'CF11', message, [...path, 'file'], 'key', 'remove the line');
  }
  for (const key of ['update-policy', 'allow-update'] as const) {
    if (written[key] === undefined) continue;
    report(
      'error',
      'CF28',
      `${title} is secondary: updates go to its primary`,
      [...path, key],
      'key',
      'remove the line',
    );
  }
  return {
    ...defaultZone(identity),
    ...commonOf(own, 'secondary'),
    type: 'secondary',
    watch: false,
    primaries,
    steering: buildSteering({ ...identity, type: 'secondary' }, written.owners, own, path, parts),
    catalog: buildEntry(title, written, path, parts),
  };
}

/** `masters` is what BIND said before. */
export function primariesOf(written: ParsedMembers): unknown {
  return written.primaries ?? written.masters;
}

export function primariesKey(written: ParsedMembers): 'primaries' | 'masters' {
  return written.primaries === undefined ? 'masters' : 'primaries';
}

/** What all kinds have. */
export function commonOf(own: InheritedSettings, type: ZoneConfig['type']) {
  const { limits, journalOctets, maxIxfrRatio } = defaultZoneLimits;
  const ratio = own.get('max-ixfr-ratio') ?? maxIxfrRatio;
  const differences = own.get('ixfr-from-differences') ?? false;
  return {
    watch: own.get('watch') ?? false,
    allowQuery: own.list('allow-query')?.id ?? AccessList.any,
    allowTransfer: own.allowTransfer(),
    allowNotify: own.list('allow-notify')?.id ?? AccessList.none,
    alsoNotify: own.remotes('also-notify') ?? [],
    notify: own.get('notify') ?? 'yes',
    notifyDelayMs: own.get('notify-delay') ?? defaultNotifyDelayMs,
    transferSource: sourcesOf(own, 'transfer-source'),
    notifySource: sourcesOf(own, 'notify-source'),
    ixfrFromDifferences: differences === true || differences === type,
    limits: {
      maxRecords: own.get('max-records') ?? limits.maxRecords,
      maxTransferOctets: own.get('max-transfer-size') ?? limits.maxTransferOctets,
      minRefreshSeconds: own.get('min-refresh-time') ?? limits.minRefreshSeconds,
      maxRefreshSeconds: own.get('max-refresh-time') ?? limits.maxRefreshSeconds,
      minRetrySeconds: own.get('min-retry-time') ?? limits.minRetrySeconds,
      maxRetrySeconds: own.get('max-retry-time') ?? limits.maxRetrySeconds,
    },
    transferTimes: {
      inMs: own.get('max-transfer-time-in') ?? defaultTransferTimes.inMs,
      idleInMs: own.get('max-transfer-idle-in') ?? defaultTransferTimes.idleInMs,
      outMs: own.get('max-transfer-time-out') ?? defaultTransferTimes.outMs,
      idleOutMs: own.get('max-transfer-idle-out') ?? defaultTransferTimes.idleOutMs,
    },
    journalOctets: own.get('max-journal-size') ?? journalOctets,
    maxIxfrRatio: ratio === Number.POSITIVE_INFINITY ? undefined : ratio,
    zonemdVerify: own.get('zonemd-verify') ?? true,
  } as const;
}

function sourcesOf(own: InheritedSettings, key: 'transfer-source' | 'notify-source'): SourceAddresses {
  const address = (written: string | undefined) => (written === 'any' ? undefined : written);
  return { ipv4: address(own.get(key)), ipv6: address(own.get(`${key}-v6`)) };
}
