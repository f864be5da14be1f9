/** Catalog zones (RFC 9432): those whose members are served, those that are made here, and the zones that these list. */
import { AccessList } from '../../plane/access/access-list-table.ts';
import { Class } from '../../wire/codes.ts';
import { formatName, type WireName } from '../../wire/name.ts';
import { buildMemberSteering } from './build-steering.ts';
import { commonOf, primariesKey, primariesOf } from './build-zones.ts';
import type { CatalogConfig, CatalogEntry, Remote, ZoneConfig } from './config.ts';
import { defaultZone, type ZoneIdentity } from './default-zone.ts';
import { displayName } from './display-name.ts';
import { InheritedSettings, type ZoneParts } from './inherited-settings.ts';
import { didYouMean } from './nearest-word.ts';
import type { ParsedConfig, ParsedMembers, ParsedZone } from './schema.ts';
import { parseZoneName, ValueProblem } from './values.ts';
import type { Path } from './yaml-source.ts';

/** A zone of `type: catalog`. */
export function buildGenerated(
  identity: ZoneIdentity,
  written: ParsedZone,
  own: InheritedSettings,
  path: Path,
  { report }: ZoneParts,
): ZoneConfig {
  const title = `catalog ${identity.name}`;
  for (const key of ['file', 'primaries', 'masters', 'catalog', 'allow-update', 'update-policy', 'watch'] as const) {
    if (written[key] === undefined) continue;
    const message = `${title}: its content is made of the zones that name it, ${key} doesn't fit that`;
    report('error', 'CF28', message, [...path, key], 'key', 'remove the line');
  }
  checkClass(title, identity.class, path, report);
  const common = commonOf(own, 'primary');
  return {
    ...defaultZone(identity),
    ...common,
    // RFC 9432 §7: whoever may query it learns which zones there are.
    allowQuery: own.list('allow-query')?.id ?? own.list('allow-transfer')?.id ?? AccessList.none,
    // Its NS says nothing (RFC 9432 §4).
    notify: common.notify === 'no' ? 'no' : 'explicit',
    watch: false,
    ixfrFromDifferences: true,
    isGenerated: true,
  };
}

/** What `catalog` and `catalog-group` say of a zone. */
export function buildEntry(
  title: string,
  written: Pick<ParsedMembers, 'catalog' | 'catalog-group'>,
  path: Path,
  { report }: ZoneParts,
): CatalogEntry | undefined {
  const { catalog } = written;
  const groups = written['catalog-group'] ?? [];
  if (catalog === undefined) {
    if (groups.length > 0) {
      const message = `${title} has a catalog-group and no catalog`;
      report('error', 'CF28', message, [...path, 'catalog-group'], 'key', 'name the catalog: catalog: NAME');
    }
    return undefined;
  }
  const apex = parseZoneName(catalog);
  if (!(apex instanceof ValueProblem)) return { apex, groups };
  report('error', apex.code, apex.message, [...path, 'catalog'], 'value');
  return undefined;
}

/** Every catalog that a zone names must be one that is made here. */
export function checkEntries(
  parsed: Pick<ParsedConfig, 'zones' | 'catalogs'>,
  zones: readonly ZoneConfig[],
  at: Path,
  { report }: ZoneParts,
): void {
  const made = zones.filter(({ isGenerated }) => isGenerated);
  const isMade = (name: string) => made.some((zone) => isSameName(zone.apex, name));
  const check = (name: string | undefined, path: Path) => {
    if (name === undefined || isMade(name)) return;
    const near = made.map((zone) => zone.name);
    const hint = didYouMean(name, near, `add it to zones: ${displayName(name)}: { type: catalog }`);
    report('error', 'CF30', `undefined catalog "${name}"`, [...path, 'catalog'], 'value', hint);
  };
  for (const [name, zone] of Object.entries(parsed.zones ?? {})) {
    check(zone.catalog, [...at, 'zones', name]);
    if (zone.catalog !== undefined && zone.class !== undefined && zone.class !== 'in') {
      checkClass(`zone ${name}, which is in a catalog`, Class.ch, [...at, 'zones', name], report);
    }
  }
  for (const [name, { members = {}, groups = {} }] of Object.entries(parsed.catalogs ?? {})) {
    check(members.catalog, [...at, 'catalogs', name, 'members']);
    for (const [group, settings] of Object.entries(groups))
      check(settings.catalog, [...at, 'catalogs', name, 'groups', group]);
  }
}

/** The catalogs whose members are served; what was written of them stands at `at`. */
export function buildCatalogs(
  parsed: Pick<ParsedConfig, 'catalogs'>,
  zones: readonly ZoneConfig[],
  above: InheritedSettings,
  at: Path,
  parts: ZoneParts,
): readonly CatalogConfig[] {
  return Object.entries(parsed.catalogs ?? {}).flatMap(([name, written]) => {
    const path = [...at, 'catalogs', name];
    const zone = findZone(name, zones, path, parts);
    if (zone === undefined) return [];
    const settings = new InheritedSettings(written.members ?? {}, [...path, 'members'], parts, above);
    const members = buildTemplate(zone, written.members ?? {}, settings, zone.primaries, [...path, 'members'], parts);
    const groups = new Map<string, ZoneConfig>();
    for (const [group, own] of Object.entries(written.groups ?? {})) {
      const groupPath = [...path, 'groups', group];
      const ofGroup = new InheritedSettings(own, groupPath, parts, settings);
      // A group is in the catalog of all members where it names none.
      const inherited = { ...own, catalog: own.catalog ?? written.members?.catalog };
      groups.set(group, buildTemplate(zone, inherited, ofGroup, members.primaries, groupPath, parts));
    }
    if (members.primaries.length === 0) {
      const message = `the members of catalog ${zone.name} have no primaries`;
      const hint = 'add members: { primaries: [192.0.2.1] }';
      parts.report('error', 'CF09', message, path, 'key', hint);
    }
    const { view, viewName } = zone;
    return [{ view, viewName, name: zone.name, apex: zone.apex, members, groups }];
  });
}

function findZone(
  name: string,
  zones: readonly ZoneConfig[],
  path: Path,
  { report }: ZoneParts,
): ZoneConfig | undefined {
  const zone = zones.find(({ apex }) => isSameName(apex, name));
  if (zone === undefined) {
    const hint = `add it to zones: ${displayName(name)}: { type: secondary, primaries: [192.0.2.1] }`;
    report('error', 'CF30', `catalog ${displayName(name)} is not among the zones`, path, 'key', hint);
  } else if (zone.isGenerated) {
    const message = `catalog ${zone.name} is made here: its members are served already`;
    report('error', 'CF28', message, path, 'key', 'remove it from catalogs');
  } else checkClass(`catalog ${zone.name}`, zone.class, [...path.slice(0, -2), 'zones', name], report);
  return zone;
}

/** A zone without a name: that and the apex are the member's. */
function buildTemplate(
  catalog: ZoneConfig,
  written: ParsedMembers,
  own: InheritedSettings,
  otherwise: readonly Remote[],
  path: Path,
  parts: ZoneParts,
): ZoneConfig {
  const listed = primariesOf(written);
  const title = `a member of catalog ${catalog.name}`;
  if (written['allow-update'] !== undefined) {
    const message = `${title} is secondary: updates go to its primary`;
    parts.report('error', 'CF28', message, [...path, 'allow-update'], 'key', 'remove the line');
  }
  return {
    ...defaultZone({ ...viewOf(catalog), name: catalog.name, apex: catalog.apex, class: Class.in }),
    ...commonOf(own, 'secondary'),
    type: 'secondary',
    watch: false,
    primaries: listed === undefined ? otherwise : parts.remotes.list(listed, [...path, primariesKey(written)]),
    steering: buildMemberSteering(own, path, parts),
    catalog: buildEntry(title, written, path, parts),
  };
}

function viewOf({ view, viewName }: ZoneConfig): Pick<ZoneConfig, 'view' | 'viewName'> {
  return { view, viewName };
}

function checkClass(title: string, zoneClass: number, path: Path, report: ZoneParts['report']): void {
  // RFC 9432 §4.1: all of a catalog is of class IN.
  if (zoneClass !== Class.in) report('error', 'CF28', `${title}: catalogs are of class IN`, path, 'key');
}

function isSameName(apex: WireName, written: string): boolean {
  const other = parseZoneName(written);
  if (other instanceof ValueProblem) return false;
  return formatName(apex).toLowerCase() === formatName(other).toLowerCase();
}
