/** The addresses of a host as text. */
import { formatRdata } from '../../../rr/rdata.ts';
import { Type } from '../../../wire/codes.ts';
import type { NodeRef, ZoneReader } from '../../zone-reader.ts';
import { forEachRdata } from '../checked-zone.ts';

/** Of a host with more, the first ones: a set may name it in each of its records. */
const mostAddresses = 16;

/** `192.0.2.11`, `2001:db8::11`, at most 16 of a type; none for the node 0. */
export function formatAddresses(reader: ZoneReader, host: NodeRef): string[] {
  const texts: string[] = [];
  if (host === 0) return texts;
  for (const type of [Type.a, Type.aaaa]) {
    const set = reader.findRrset(host, type);
    let count = 0;
    if (set === 0) continue;
    forEachRdata(reader, set, (at, octets) => {
      if (count++ < mostAddresses) texts.push(formatRdata(type, reader.octets, at, octets));
    });
  }
  return texts;
}
