/** Zones and the messages of their transfers, decoded by another decoder than the server's. */
import { u16At } from '../../../../src/base/octets.ts';
import type { VersionRef, ZoneReader } from '../../../../src/store/zone-reader.ts';
import { ZoneStore } from '../../../../src/store/zone-store.ts';
import { walkNodes } from '../../../../src/store/zone-walk.ts';
import type { TransferHead } from '../../../../src/transfer/out/transfer-message.ts';
import { notYet, type TransferWriter, tooLarge } from '../../../../src/transfer/out/transfer-writer.ts';
import { Type } from '../../../../src/wire/codes.ts';
import { formatName, type WireName, wireNameFrom } from '../../../../src/wire/name.ts';
import type { ParsedRecord } from '../../../../src/zonefile/record-sink.ts';
import { type DecodedMessage, type DecodedRecord, decodeMessage } from '../../../interop/lib/decode-message.ts';
import { addAll } from '../../store/zone-fixture.ts';

export interface TransferZone {
  readonly store: ZoneStore;
  readonly reader: ZoneReader;
  readonly version: VersionRef;
  readonly head: TransferHead;
}

/** A zone of these records, published and held. `asked` is the question's name where its case is another one. */
export function transferZone(apexText: string, records: readonly ParsedRecord[], asked = apexText): TransferZone {
  const apex = wireNameFrom(apexText);
  const store = ZoneStore.create({ maxOctets: 2 ** 26 });
  const [number] = store.declareZones([{ view: 0, class: 1, apex }]);
  const builder = store.startZone(apex, 1);
  addAll(builder, records);
  const zone = builder.finish();
  store.publish(number as number, zone);
  store.reader.enter();
  return { store, reader: store.reader, version: zone.version, head: headOf(apex, asked) };
}

function headOf(apex: WireName, asked: string): TransferHead {
  const question = Uint8Array.from([...wireNameFrom(asked), 0, Type.axfr, 0, 1]);
  return { id: 0x4711, flags: 0x8400, question, opt: new Uint8Array(0), class: 1, apex };
}

/** All messages, each checked to be in its room and nothing written around it. */
export function readMessages(writer: TransferWriter, roomOctets: number): DecodedMessage[] {
  const messages: DecodedMessage[] = [];
  const offset = 3;
  for (let steps = 0; steps < 1_000_000; steps++) {
    const out = new Uint8Array(offset + roomOctets + 8).fill(0xa5);
    const octets = writer.next(out, offset, roomOctets);
    if (octets === notYet) continue;
    if (octets === 0) return messages;
    if (octets === tooLarge) throw new Error('a record is too large');
    if (octets > roomOctets) throw new Error('longer than its room');
    const around = [...out.subarray(0, offset), ...out.subarray(offset + roomOctets)];
    if (around.some((octet) => octet !== 0xa5)) throw new Error('wrote outside of its room');
    messages.push(decodeMessage(out.slice(offset, offset + octets)));
  }
  throw new Error('it does not end');
}

export function recordsOf(messages: readonly DecodedMessage[]): readonly DecodedRecord[] {
  return messages.flatMap(({ answer }) => answer);
}

/** Owner as it is written, type, TTL and data in hexadecimal digits: nothing is equal that is not the same. */
export function exactText({
  owner,
  type,
  ttl,
  rdata,
}: Pick<DecodedRecord, 'owner' | 'type' | 'ttl' | 'rdata'>): string {
  return `${owner} ${ttl} ${type} ${Buffer.from(rdata).toString('hex')}`;
}

/** All records of the version, as the store has them. */
export function storedTexts(reader: ZoneReader, version: VersionRef): string[] {
  const texts: string[] = [];
  const { octets } = reader;
  walkNodes(reader, version, (node) => {
    const owner = formatName(octets, reader.nodeOriginalNameOffset(node));
    for (let rrset = reader.firstRrset(node); rrset !== 0; rrset = reader.nextRrset(node, rrset)) {
      const [type, ttl] = [reader.rrsetType(rrset), reader.rrsetTtl(rrset)];
      const end = reader.rrsetDataOffset(rrset) + reader.rrsetDataOctets(rrset);
      for (let at = reader.rrsetDataOffset(rrset); at < end; at += 2 + u16At(octets, at)) {
        texts.push(exactText({ owner, type, ttl, rdata: octets.slice(at + 2, at + 2 + u16At(octets, at)) }));
      }
    }
  });
  return texts;
}

/** The data of names one behind the other, behind some octets. */
export function nameRdata(before: readonly number[], ...names: readonly string[]): Uint8Array {
  return Uint8Array.from([...before, ...names.flatMap((name) => [...wireNameFrom(name)])]);
}

export function soaRecordData(
  serial: number,
  primary = 'ns1.zone.test.',
  mailbox = 'hostmaster.zone.test.',
): Uint8Array {
  const numbers = [serial, 3600, 900, 1_209_600, 300].flatMap((n) => [
    n >>> 24,
    (n >>> 16) & 255,
    (n >>> 8) & 255,
    n & 255,
  ]);
  return Uint8Array.from([...nameRdata([], primary, mailbox), ...numbers]);
}
