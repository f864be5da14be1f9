/** One NAPTR record as the checks see it (RFC 3403 §4.1). */
import { octetAt, u16At } from '../../../base/octets.ts';
import { Type } from '../../../wire/codes.ts';
import type { WireName } from '../../../wire/name.ts';
import type { Place } from '../problem-list.ts';

export interface NaptrRecord {
  readonly order: number;
  readonly preference: number;
  /** In lower case. */
  readonly flags: string;
  readonly service: string;
  /** Of one character for each octet. */
  readonly regexp: string;
  /** In the octets that it was read from. */
  readonly rdataOffset: number;
  readonly rdataOctets: number;
  readonly replacementOffset: number;
}

/** Read valid RDATA. */
export function readNaptr(octets: Uint8Array, offset: number, length: number): NaptrRecord {
  const serviceAt = behindString(octets, offset + 4);
  const regexpAt = behindString(octets, serviceAt);
  return {
    order: u16At(octets, offset),
    preference: u16At(octets, offset + 2),
    flags: stringAt(octets, offset + 4).toLowerCase(),
    service: stringAt(octets, serviceAt),
    regexp: stringAt(octets, regexpAt),
    rdataOffset: offset,
    rdataOctets: length,
    replacementOffset: behindString(octets, regexpAt),
  };
}

export function naptrPlace(octets: Uint8Array, owner: WireName, record: NaptrRecord): Place {
  const rdata = octets.slice(record.rdataOffset, record.rdataOffset + record.rdataOctets);
  return { owner, type: Type.naptr, rdata, part: 'data' };
}

function stringAt(octets: Uint8Array, at: number): string {
  let text = '';
  for (let i = at + 1; i <= at + octetAt(octets, at); i++) text += String.fromCharCode(octetAt(octets, i));
  return text;
}

function behindString(octets: Uint8Array, at: number): number {
  return at + 1 + octetAt(octets, at);
}
