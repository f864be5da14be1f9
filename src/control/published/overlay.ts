/** Where what is published of a zone differs from the zone itself: some sets of SRV, mostly none. */
import { createHash } from 'node:crypto';
import { u16At } from '../../base/octets.ts';
import { LookupName } from '../../store/index/lookup-name.ts';
import type { NodeRef, VersionRef, ZoneReader } from '../../store/zone-reader.ts';
import type { BuiltZone, ZoneStore } from '../../store/zone-store.ts';
import { Type } from '../../wire/codes.ts';
import type { WireName } from '../../wire/name.ts';
import type { ParsedRecord } from '../../zonefile/record-sink.ts';
import { isSignedVersion } from '../load/signed-version.ts';
import { visitSets } from '../load/zone-records.ts';
import { degradeSet, type SrvData } from './degrade-set.ts';
import type { PublishWish } from './publish-wish.ts';

/** One set of SRV as it is published. */
export interface PublishedSet extends SrvData {
  /** As the zone writes it. */
  readonly owner: Uint8Array;
}

export interface Overlay {
  /** By the text of the owner (`ownerText`). */
  readonly sets: ReadonlyMap<string, PublishedSet>;
  /** Of the sets. */
  readonly digest: string;
}

/** So many sets of a zone may differ at once; those beyond are published as configured. */
export const mostPublishedSets = 10_000;

export const emptyOverlay: Overlay = overlayOf(new Map());

/** What the wishes come to in this version, which is held or not yet published. */
export function findOverlay(reader: ZoneReader, version: VersionRef, wishes: readonly PublishWish[]): Overlay {
  reader.renew();
  const sets = new Map<string, PublishedSet>();
  for (const wish of wishes) {
    if (sets.size === mostPublishedSets) break;
    const node = findOwner(reader, version, wish.owner);
    const set = node === 0 ? undefined : readSrv(reader, node);
    const degraded = set && degradeSet(set, wish);
    if (set !== undefined && degraded !== undefined) sets.set(ownerText(set.owner), { owner: set.owner, ...degraded });
  }
  return sets.size === 0 ? emptyOverlay : overlayOf(sets);
}

/** Why nothing else than the zone itself can be published of this version; `undefined`: it can. */
export function findObstacle(reader: ZoneReader, version: VersionRef): string | undefined {
  reader.renew();
  const apex = reader.apexNode(version);
  if (isSignedVersion(reader, version) || reader.findRrset(apex, Type.dnskey) !== 0) return 'it is signed';
  // RFC 8976: the digest covers the SOA and all SRV.
  return reader.findRrset(apex, Type.zonemd) === 0 ? undefined : 'it has a ZONEMD, which a change would falsify';
}

/** The zone of nothing but what differs, with the version's SOA; owners with all that they have. Throws ArenaFullError. */
export function buildOverlay(store: ZoneStore, apex: WireName, version: VersionRef, { sets }: Overlay): BuiltZone {
  const { reader } = store;
  reader.renew();
  const zoneClass = reader.versionClass(version);
  const builder = store.startZone(apex, zoneClass);
  try {
    const soaNode = reader.apexNode(version);
    const apexOwner = ownerOf(reader, soaNode);
    addSets(reader, soaNode, apexOwner, zoneClass, [Type.soa], (record) => builder.addRecord(record));
    for (const { owner, ttlSeconds, rdatas } of sets.values()) {
      const node = findOwner(reader, version, owner);
      addSets(reader, node as NodeRef, owner, zoneClass, undefined, (record) => builder.addRecord(record));
      for (const rdata of rdatas) builder.addRecord(srvRecord(owner, zoneClass, ttlSeconds, rdata));
    }
    return builder.finish();
  } catch (error) {
    builder.discard();
    throw error;
  }
}

/** The SRV of an owner; `undefined` where it has none, or they are signed. */
export function readSrvOf(reader: ZoneReader, version: VersionRef, owner: Uint8Array): PublishedSet | undefined {
  const node = findOwner(reader, version, owner);
  return node === 0 ? undefined : readSrv(reader, node);
}

/** For maps: the same for the same name in any case. */
export function ownerText(owner: Uint8Array): string {
  return Buffer.from(owner).toString('latin1').toLowerCase();
}

export function srvRecord(owner: Uint8Array, zoneClass: number, ttlSeconds: number, rdata: Uint8Array): ParsedRecord {
  const { length: ownerOctets } = owner;
  return { owner, ownerOctets, type: Type.srv, class: zoneClass, ttlSeconds, rdata, rdataOctets: rdata.length };
}

function overlayOf(sets: ReadonlyMap<string, PublishedSet>): Overlay {
  const hash = createHash('sha1');
  for (const [text, { ttlSeconds, rdatas }] of [...sets].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const sorted = rdatas.map((rdata) => Buffer.from(rdata).toString('hex')).toSorted();
    hash.update(`${Buffer.from(text, 'latin1').toString('hex')} ${ttlSeconds} ${sorted.join(' ')}\n`);
  }
  return { sets, digest: hash.digest('base64') };
}

const lookUp = new LookupName();

function findOwner(reader: ZoneReader, version: VersionRef, owner: Uint8Array): NodeRef | 0 {
  lookUp.assign(owner, 0);
  return reader.findNode(version, lookUp, lookUp.labelCount);
}

function readSrv(reader: ZoneReader, node: NodeRef): PublishedSet | undefined {
  const rrset = reader.findRrset(node, Type.srv);
  if (rrset === 0 || reader.findRrsig(node, Type.srv) !== 0) return undefined;
  return { owner: ownerOf(reader, node), ttlSeconds: reader.rrsetTtl(rrset), rdatas: rdatasOf(reader, rrset) };
}

function rdatasOf(reader: ZoneReader, rrset: Parameters<ZoneReader['rrsetTtl']>[0]): readonly Uint8Array[] {
  const { octets } = reader;
  const rdatas: Uint8Array[] = [];
  let at = reader.rrsetDataOffset(rrset);
  const end = at + reader.rrsetDataOctets(rrset);
  while (at < end) {
    const next = at + 2 + u16At(octets, at);
    // A copy that is not shared with other threads.
    rdatas.push(Uint8Array.from(octets.subarray(at + 2, next)));
    at = next;
  }
  return rdatas;
}

/** The node's sets as records: of these types, else all but SRV. */
function addSets(
  reader: ZoneReader,
  node: NodeRef,
  owner: Uint8Array,
  zoneClass: number,
  types: readonly number[] | undefined,
  add: (record: ParsedRecord) => void,
): void {
  visitSets(reader, node, (rrset) => {
    const type = reader.rrsetType(rrset);
    if (types === undefined ? type === Type.srv : !types.includes(type)) return;
    const ttlSeconds = reader.rrsetTtl(rrset);
    for (const rdata of rdatasOf(reader, rrset)) {
      const { length: ownerOctets } = owner;
      add({ owner, ownerOctets, type, class: zoneClass, ttlSeconds, rdata, rdataOctets: rdata.length });
    }
  });
}

function ownerOf(reader: ZoneReader, node: NodeRef): Uint8Array {
  const at = reader.nodeOriginalNameOffset(node);
  return Uint8Array.from(reader.octets.subarray(at, at + reader.nodeNameOctets(node)));
}
