/** Zones for tests of the store, made of records by hand: the parser has tests of its own. */
import { putU16, putU32, u16At } from '../../../src/base/octets.ts';
import { LookupName } from '../../../src/store/index/lookup-name.ts';
import type { NodeRef, VersionRef, ZoneReader } from '../../../src/store/zone-reader.ts';
import { formatName, wireNameFrom } from '../../../src/wire/name.ts';
import type { ParsedRecord, RecordSink } from '../../../src/zonefile/record-sink.ts';

/** `owner` is absolute; `rdata` in wire format. */
export function record(
  owner: string,
  type: number,
  rdata: Uint8Array | readonly number[],
  ttlSeconds = 300,
): ParsedRecord {
  const name = wireNameFrom(owner);
  const octets = Uint8Array.from(rdata);
  return {
    owner: name,
    ownerOctets: name.length,
    type,
    class: 1,
    ttlSeconds,
    rdata: octets,
    rdataOctets: octets.length,
  };
}

export function soaRdata(serial: number): Uint8Array {
  const rdata = new Uint8Array(22);
  putU32(rdata, 2, serial);
  return rdata;
}

export function soa(apex: string, serial: number): ParsedRecord {
  return record(apex, 6, soaRdata(serial));
}

export function nsec3paramRdata(iterations: number, salt: readonly number[]): number[] {
  return [1, 0, iterations >>> 8, iterations & 255, salt.length, ...salt];
}

/** An NSEC3 whose next owner and types don't matter. */
export function nsec3Rdata(iterations: number, salt: readonly number[]): number[] {
  return [...nsec3paramRdata(iterations, salt), 20, ...new Array<number>(20).fill(7), 0, 1, 0x40];
}

export function rrsigRdata(covered: number, mark: number): number[] {
  const rdata = new Uint8Array(24);
  putU16(rdata, 0, covered);
  rdata[23] = mark;
  return [...rdata];
}

export function addAll(sink: RecordSink, records: readonly ParsedRecord[]): void {
  for (const one of records) sink.addRecord(one);
}

export function lookup(text: string): LookupName {
  const name = new LookupName();
  name.assign(wireNameFrom(text), 0);
  return name;
}

/** The node of exactly this name. */
export function nodeOf(reader: ZoneReader, version: VersionRef, text: string): NodeRef {
  const name = lookup(text);
  return reader.findNode(version, name, name.labelCount);
}

export function ownerText(reader: ZoneReader, node: NodeRef): string {
  return formatName(reader.octets, reader.nodeNameOffset(node));
}

/** Every record of a node as `type ttl hex`, in the node's order. */
export function recordTexts(reader: ZoneReader, node: NodeRef): string[] {
  const texts: string[] = [];
  for (let rrset = reader.firstRrset(node); rrset !== 0; rrset = reader.nextRrset(node, rrset)) {
    const end = reader.rrsetDataOffset(rrset) + reader.rrsetDataOctets(rrset);
    for (let at = reader.rrsetDataOffset(rrset); at < end; at += 2 + u16At(reader.octets, at)) {
      const rdata = reader.octets.slice(at + 2, at + 2 + u16At(reader.octets, at));
      texts.push(`${reader.rrsetType(rrset)} ${reader.rrsetTtl(rrset)} ${Buffer.from(rdata).toString('hex')}`);
    }
  }
  return texts;
}
