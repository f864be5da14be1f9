/**
 * The message of a dynamic update (RFC 2136 §2): the sections of a query under other names: zone, prerequisites, updates, additional.
 */

import { u16At } from '../../base/octets.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { headerOctets, Rcode, Type } from '../../wire/codes.ts';
import { MessageName } from '../../wire/message-name.ts';
import { asWireName, type WireName } from '../../wire/name.ts';
import type { ParsedRecord } from '../../zonefile/record-sink.ts';
import { MessageRecord } from '../in/message-record.ts';

/** A record of a prerequisite or of an update, in octets of its own. Its data is of its type, or there is none. */
export interface UpdateRecord extends ParsedRecord {
  readonly owner: WireName;
}

export interface UpdateMessage {
  readonly zone: WireName;
  readonly zoneClass: number;
  readonly prerequisites: readonly UpdateRecord[];
  readonly updates: readonly UpdateRecord[];
}

/**
 * Parse an UPDATE whose header, and whose additional section with OPT and TSIG, have been looked at before (Request). The error is an
 * RCODE: FORMERR for what is malformed, and for a zone section of other than one SOA (RFC 2136 §3.1.1).
 */
export function parseUpdateMessage(message: Uint8Array): Result<UpdateMessage, number> {
  if (message.length < headerOctets || u16At(message, 4) !== 1) return err(Rcode.formErr);
  const name = new MessageName();
  const behind = name.read(message, 0, message.length, headerOctets);
  if (behind < 0 || behind + 4 > message.length || u16At(message, behind) !== Type.soa) return err(Rcode.formErr);
  const zone = asWireName(name.octets.slice(0, name.length));
  const reader = new SectionReader(message, behind + 4);
  const prerequisites = reader.read(u16At(message, 6));
  const updates = reader.read(u16At(message, 8));
  if (prerequisites === undefined || updates === undefined) return err(Rcode.formErr);
  return ok({ zone, zoneClass: u16At(message, behind + 2), prerequisites, updates });
}

class SectionReader {
  private readonly record = new MessageRecord();
  private at: number;

  constructor(message: Uint8Array, at: number) {
    this.record.begin(message, 0, message.length);
    this.record.allowsEmptyRdata = true;
    this.at = at;
  }

  /** `undefined` where a record is malformed. A count is not believed: it ends where the octets do. */
  read(count: number): readonly UpdateRecord[] | undefined {
    const records: UpdateRecord[] = [];
    for (let i = 0; i < count; i++) {
      this.at = this.record.read(this.at);
      if (this.at < 0) return undefined;
      records.push(copyRecord(this.record));
    }
    return records;
  }
}

function copyRecord(record: MessageRecord): UpdateRecord {
  const { ownerOctets, type, class: recordClass, ttlSeconds, rdataOctets } = record;
  return {
    owner: asWireName(record.owner.slice(0, ownerOctets)),
    ownerOctets,
    type,
    class: recordClass,
    ttlSeconds,
    rdata: record.rdata.slice(0, rdataOctets),
    rdataOctets,
  };
}
