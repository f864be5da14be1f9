import { createHash } from 'node:crypto';
import type { VersionRef, ZoneReader } from '../../store/zone-reader.ts';
import { Class } from '../../wire/codes.ts';
import type { ZonePlace } from '../load/zone-place.ts';
import { HostLister, type ServedZones } from './list-hosts.ts';
import { listSrv } from './list-srv.ts';
import type { SrvOwner, SteeredZone, TargetHost } from './steered-zone.ts';
import type { SteeringSettings } from './steering-settings.ts';

/** Of one zone. More can neither be probed nor told one by one in statistics. */
export const maxListedRecords = 50_000;

/** After a listing the next one waits so long at least, and so many times as long as that one took: a tenth of the thread's time. */
const leastPauseMs = 100;
const pauseFactor = 9;

/** The loader's zones. */
export interface ListedZones extends ServedZones {
  readonly all: readonly ZonePlace[];
}

export interface ListedStore {
  readonly reader: ZoneReader;
  currentVersion(zoneNumber: number): VersionRef;
}

/** What a zone's list was made of. */
interface Kept {
  readonly place: ZonePlace;
  readonly publications: number;
  readonly wantsHosts: boolean;
  readonly others: ReadonlyMap<ZonePlace, number>;
  readonly isForeign: boolean;
  /** Of the list, so that one that is as before is not told again. */
  readonly digest: string;
}

/**
 * Lists the SRV of the zones that have policies or health, on the loader thread: after each load, and soon after each change. It tells
 * of zones whose list is another than before. Without such zones it does nothing.
 */
export class ZoneLister {
  private readonly zones: ListedZones;
  private readonly store: ListedStore;
  private readonly tell: (zones: readonly SteeredZone[]) => void;
  private readonly kept = new Map<string, Kept>();
  private steered: readonly ZonePlace[] = [];
  private timer: NodeJS.Timeout | undefined;
  private notBeforeMs = 0;

  constructor(zones: ListedZones, store: ListedStore, tell: (zones: readonly SteeredZone[]) => void) {
    this.zones = zones;
    this.store = store;
    this.tell = tell;
  }

  /** The zones have been loaded, or others than before: look at all of them at once. */
  loaded(): void {
    this.steered = this.zones.all.filter(({ config }) => config.steering !== undefined && config.class === Class.in);
    const titles = new Set(this.steered.map(({ title }) => title));
    for (const title of this.kept.keys()) if (!titles.has(title)) this.kept.delete(title);
    this.look(true);
  }

  /** Something was published. */
  published(): void {
    if (this.steered.length === 0) return;
    this.timer ??= setTimeout(() => this.look(false), Math.max(0, this.notBeforeMs - performance.now()));
  }

  stop(): void {
    clearTimeout(this.timer);
    this.steered = [];
  }

  private look(hasOtherZones: boolean): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.steered.length === 0) return;
    const startMs = performance.now();
    const changed: SteeredZone[] = [];
    for (const place of this.steered) {
      const kept = this.kept.get(place.title);
      if (kept !== undefined && isCurrent(kept, place, hasOtherZones)) continue;
      const list = this.list(place);
      if (list !== undefined) changed.push(list);
    }
    if (changed.length > 0) this.tell(changed);
    const endMs = performance.now();
    this.notBeforeMs = endMs + Math.max(leastPauseMs, pauseFactor * (endMs - startMs));
  }

  /** `undefined`: it is as it was. */
  private list(place: ZonePlace): SteeredZone | undefined {
    const { reader } = this.store;
    const { publications, title, id } = place;
    const versionOf = (of: ZonePlace) => this.versionOf(of);
    const version = versionOf(place);
    if (version === 0) return undefined;
    const srv = listSrv(reader, version, maxListedRecords);
    const hosts = new HostLister(reader, this.zones, versionOf, id.view);
    const settings = place.config.steering as SteeringSettings;
    const wantsHosts = wantsHostsOf(settings);
    const zone: SteeredZone = { id, title, ...srv, hosts: wantsHosts ? listHosts(srv.owners, hosts) : [] };
    const others = new Map([...hosts.touched].map((touched) => [touched, touched.publications]));
    const digest = digestOf(zone);
    const isSame = this.kept.get(title)?.digest === digest;
    this.kept.set(title, { place, publications, wantsHosts, others, isForeign: hosts.isForeign, digest });
    return isSame ? undefined : zone;
  }

  private versionOf(place: ZonePlace): VersionRef {
    return place.serial === undefined ? (0 as VersionRef) : this.store.currentVersion(place.number);
  }
}

function isCurrent(kept: Kept, place: ZonePlace, hasOtherZones: boolean): boolean {
  if (kept.place !== place || kept.publications !== place.publications) return false;
  if (kept.wantsHosts !== wantsHostsOf(place.config.steering as SteeringSettings)) return false;
  // Names that were in no zone, or in a zone that has gone since.
  if (hasOtherZones && (kept.isForeign || kept.others.size > 1)) return false;
  for (const [other, publications] of kept.others) if (other.publications !== publications) return false;
  return true;
}

function wantsHostsOf({ health, owners }: SteeringSettings): boolean {
  return health !== undefined || owners.some((owner) => owner.health !== undefined);
}

function listHosts(owners: readonly SrvOwner[], hosts: HostLister): readonly TargetHost[] {
  const targets = new Map<string, Uint8Array>();
  for (const { records } of owners) {
    // RFC 2782: the root says that there is no such service.
    for (const { target } of records) if (target.length > 1) targets.set(textOf(target), target);
  }
  return [...targets.values()].map((target) => hosts.list(target));
}

function digestOf(zone: SteeredZone): string {
  const hash = createHash('sha1');
  let text = `${zone.isSigned} ${zone.isCut}`;
  for (const { owner, ttlSeconds, records } of zone.owners) {
    text += `\n${textOf(owner)} ${ttlSeconds}`;
    for (const { priority, weight, port, target } of records)
      text += ` ${priority} ${weight} ${port} ${textOf(target)}`;
    if (text.length < hashedAtOnce) continue;
    hash.update(text, 'latin1');
    text = '';
  }
  for (const { target, owner, addresses } of zone.hosts) {
    text += `\n${textOf(target)} ${owner === undefined ? '' : textOf(owner)}`;
    for (const { octets, ttlSeconds } of addresses) text += ` ${textOf(octets)} ${ttlSeconds}`;
  }
  return hash.update(text, 'latin1').digest('base64');
}

const hashedAtOnce = 65_536;

/** A character for each octet. */
function textOf(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
}
