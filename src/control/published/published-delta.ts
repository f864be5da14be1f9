/** What leads from one published state of a zone to the next: the zone's own difference, with other SRV for the owners that differ. */

import { type DiffSink, diffVersions } from '../../store/zone-diff.ts';
import type { VersionRef, ZoneReader } from '../../store/zone-reader.ts';
import { type Delta, DeltaWriter } from '../../transfer/journal/delta.ts';
import { Type } from '../../wire/codes.ts';
import type { ParsedRecord } from '../../zonefile/record-sink.ts';
import { type Overlay, ownerText, type PublishedSet, readSrvOf, srvRecord } from './overlay.ts';

export interface PublishedVersion {
  readonly version: VersionRef;
  readonly overlay: Overlay;
}

/** `undefined`: the SOA stays, so there is nothing to tell. */
export function publishedDelta(reader: ZoneReader, from: PublishedVersion, to: PublishedVersion): Delta | undefined {
  reader.renew();
  const owners = new Map<string, Uint8Array>();
  for (const { overlay } of [from, to]) for (const [text, { owner }] of overlay.sets) owners.set(text, owner);
  const writer = new DeltaWriter();
  diffVersions(reader, from.version, to.version, owners.size === 0 ? writer : withoutSrvOf(owners, writer));
  const zoneClass = reader.versionClass(to.version);
  for (const [text, owner] of owners) {
    const before = from.overlay.sets.get(text) ?? readSrvOf(reader, from.version, owner);
    const after = to.overlay.sets.get(text) ?? readSrvOf(reader, to.version, owner);
    if (isSame(before, after)) continue;
    // Whole, so that those who apply it have the records in the same order.
    for (const record of recordsOf(before, zoneClass)) writer.removeRecord(record);
    for (const record of recordsOf(after, zoneClass)) writer.addRecord(record);
  }
  return writer.hasSoas ? writer.finish() : undefined;
}

function withoutSrvOf(owners: ReadonlyMap<string, Uint8Array>, sink: DiffSink): DiffSink {
  const isOther = ({ type, owner, ownerOctets }: ParsedRecord) =>
    type !== Type.srv || !owners.has(ownerText(owner.subarray(0, ownerOctets)));
  return {
    removeRecord: (record) => {
      if (isOther(record)) sink.removeRecord(record);
    },
    addRecord: (record) => {
      if (isOther(record)) sink.addRecord(record);
    },
  };
}

function recordsOf(set: PublishedSet | undefined, zoneClass: number): readonly ParsedRecord[] {
  return set?.rdatas.map((rdata) => srvRecord(set.owner, zoneClass, set.ttlSeconds, rdata)) ?? [];
}

function isSame(a: PublishedSet | undefined, b: PublishedSet | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const isSameData = a.rdatas.length === b.rdatas.length && a.rdatas.every((rdata, i) => isEqual(rdata, b.rdatas[i]));
  return isSameData && a.ttlSeconds === b.ttlSeconds && isEqual(a.owner, b.owner);
}

function isEqual(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && Buffer.compare(a, b) === 0;
}
