import { assert } from '../../base/assert.ts';
import { u16At } from '../../base/octets.ts';
import type { VersionRef, ZoneReader } from '../../store/zone-reader.ts';
import { Type } from '../../wire/codes.ts';
import { type Octets, octetsOf } from './copy-run.ts';
import type { TransferMessage } from './transfer-message.ts';

/** The SOA of a version, which begins and ends a transfer. */
export class SoaRecord {
  private readonly source: Octets;
  private readonly ownerAt: number;
  private readonly ownerOctets: number;
  private readonly ttlSeconds: number;
  private readonly recordAt: number;
  private readonly recordEnd: number;

  /** The version must be held by `reader` as long as this is used. */
  constructor(reader: ZoneReader, version: VersionRef) {
    const apex = reader.apexNode(version);
    const soa = reader.findRrset(apex, Type.soa);
    assert(soa !== 0, 'a zone has a SOA');
    this.source = octetsOf(reader.octets);
    this.ownerAt = reader.nodeOriginalNameOffset(apex);
    this.ownerOctets = reader.nodeNameOctets(apex);
    this.ttlSeconds = reader.rrsetTtl(soa);
    this.recordAt = reader.rrsetDataOffset(soa);
    // A zone has one; should it have more, the first is the zone's.
    this.recordEnd = this.recordAt + 2 + u16At(reader.octets, this.recordAt);
  }

  /** Write it. False where the message has no room for it. */
  put(message: TransferMessage): boolean {
    const { source, recordAt, recordEnd } = this;
    message.setOwner(source, this.ownerAt, this.ownerOctets);
    return message.putRecords(Type.soa, this.ttlSeconds, source, recordAt, recordEnd) === recordEnd;
  }
}
