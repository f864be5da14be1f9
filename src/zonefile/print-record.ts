/** Records in presentation format, one line each. */
import { classText, typeText } from '../rr/mnemonics.ts';
import { formatRdata } from '../rr/rdata.ts';
import { formatName } from '../wire/name.ts';

/**
 * Format one record as `owner TTL class type rdata`: absolute names, single spaces, no line end.
 *
 * `owner` at `ownerOffset` is a valid uncompressed name; the RDATA is valid wire format, its names uncompressed.
 */
export function printRecord(
  owner: Uint8Array,
  ownerOffset: number,
  ttlSeconds: number,
  recordClass: number,
  type: number,
  rdata: Uint8Array,
  rdataOffset: number,
  rdataOctets: number,
): string {
  const head = `${formatName(owner, ownerOffset)} ${ttlSeconds} ${classText(recordClass)} ${typeText(type)}`;
  const data = formatRdata(type, rdata, rdataOffset, rdataOctets);
  return data === '' ? head : `${head} ${data}`;
}
