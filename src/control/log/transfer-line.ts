/** What the lines of transfers to others end with (category `xfer-out`). */
import { copyOctets, octetAt } from '../../base/octets.ts';
import { LogKind } from '../../plane/rings/log-record.ts';
import type { StoredLogRecord } from '../../plane/rings/log-stored-record.ts';
import { classText } from '../../rr/class-text.ts';
import { octetsOf, putName, putOctets, putText } from './line-parts.ts';

const transferOf = octetsOf(": transfer of '");
const badRequest = octetsOf(": bad zone transfer request: '");
const tsig = octetsOf(': TSIG ');

export function isTransferKind(kind: number): boolean {
  return kind >= LogKind.transferDebug && kind <= LogKind.transferNotAuth;
}

/** Put it at `out[at]`; the zone's name stands at `out[nameAt]` already. Returns its end. */
export function putTransfer(
  out: Uint8Array,
  at: number,
  nameAt: number,
  nameOctets: number,
  record: StoredLogRecord,
): number {
  const isBad = record.kind === LogKind.transferNotAuth;
  const to = putOctets(out, at, isBad ? badRequest : transferOf);
  copyOctets(out, nameAt, out, to, nameOctets);
  const end = putText(out, to + nameOctets, `/${classText(record.qclass)}'`);
  if (isBad) return putText(out, end, ': non-authoritative zone (NOTAUTH)');
  return putMarkedText(out, putText(out, end, ': '), record);
}

/** The text, with the key where its mark is. */
function putMarkedText(out: Uint8Array, at: number, record: StoredLogRecord): number {
  const { octets, textOffset, textOctets } = record;
  let to = at;
  for (let i = 0; i < textOctets; i++) {
    const octet = octetAt(octets, textOffset + i);
    if (octet !== 0) out[to++] = octet;
    else if (record.keyNameOctets > 0) to = putName(out, putOctets(out, to, tsig), octets, record.keyNameOffset);
  }
  return to;
}
