/** Servers that an SRV set names twice: shares and backups that exist on paper only. */
import { compareOctets, u16At } from '../../../base/octets.ts';
import { Type } from '../../../wire/codes.ts';
import { equalNames, nameText } from '../../../wire/name.ts';
import type { NodeRef, ZoneReader } from '../../zone-reader.ts';
import type { CheckContext } from '../check-context.ts';
import { SipProblem } from './codes.ts';
import { formatAddresses } from './host-addresses.ts';
import { placeOf, type SrvRecord, type SrvSet, targetText } from './srv-set.ts';

/** Tell of each record whose port at one of its addresses, or at its name, an earlier record of the set has. */
export function checkServersTwice({ zone, list }: CheckContext, set: SrvSet): void {
  if (set.records.length < 2 || (set.records.length <= fewServers && !hasPair(zone.reader, set.records))) return;
  const seen = new Map<string, SrvRecord>();
  for (const record of set.records) {
    const target = targetText(zone, record).toLowerCase();
    const ways = [`name ${target}`, ...formatAddresses(zone.reader, record.host)];
    const keys = ways.map((way) => `${record.port} ${way}`);
    const index = keys.findIndex((key) => seen.has(key));
    const before = index < 0 ? undefined : seen.get(keys[index] as string);
    for (const key of keys) if (!seen.has(key)) seen.set(key, record);
    if (before === undefined) continue;
    const place = placeOf(zone, set, record);
    const names =
      index === 0
        ? `${target}, port ${record.port}, stands twice`
        : `${targetText(zone, before)} and ${target} have the same address, ${ways[index]}, and port ${record.port}`;
    const consequence =
      before.priority === record.priority
        ? `it gets both weights (${before.weight} and ${record.weight}), and both are gone when it fails`
        : `it is no backup of its own (priorities ${before.priority} and ${record.priority})`;
    list.add(
      SipProblem.serverTwice,
      place,
      `${nameText(place.owner)}: ${names}: one server, and ${consequence}`,
      'name each server once; give a second server an address of its own',
    );
  }
}

/** Sets up to this size are compared pair by pair first, without making a text. */
const fewServers = 12;
/** Addresses of two hosts are compared pair by pair up to this many pairs. */
const manyPairs = 256;

function hasPair(reader: ZoneReader, records: readonly SrvRecord[]): boolean {
  const { octets } = reader;
  return records.some((record, i) => {
    for (let j = 0; j < i; j++) {
      const other = records[j] as SrvRecord;
      if (other.port !== record.port) continue;
      if (equalNames(octets, other.rdataOffset + 6, octets, record.rdataOffset + 6)) return true;
      if (record.host === 0 || other.host === 0) continue;
      if (shareAddress(reader, record.host, other.host, Type.a)) return true;
      if (shareAddress(reader, record.host, other.host, Type.aaaa)) return true;
    }
    return false;
  });
}

function shareAddress(reader: ZoneReader, one: NodeRef, other: NodeRef, type: number): boolean {
  const ours = reader.findRrset(one, type);
  const theirs = reader.findRrset(other, type);
  if (ours === 0 || theirs === 0) return false;
  // For the slow way, which has a bound.
  if (reader.rrsetCount(ours) * reader.rrsetCount(theirs) > manyPairs) return true;
  const { octets } = reader;
  const step = 2 + u16At(octets, reader.rrsetDataOffset(ours));
  for (let i = 0; i < reader.rrsetDataOctets(ours); i += step) {
    for (let j = 0; j < reader.rrsetDataOctets(theirs); j += step) {
      const a = reader.rrsetDataOffset(ours) + i;
      const b = reader.rrsetDataOffset(theirs) + j;
      if (compareOctets(octets, a, step, octets, b, step) === 0) return true;
    }
  }
  return false;
}
