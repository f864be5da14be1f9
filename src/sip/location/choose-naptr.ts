/** RFC 3263 §4.1: the NAPTR record that a client follows. */
import { findTransportByService, type Transport } from '../target/transport.ts';
import type { NaptrRecord } from './dns-answer.ts';

export interface NaptrChoice {
  readonly record: NaptrRecord;
  readonly transport: Transport;
  /** What the replacement is the owner of: SRV records (flag s), or addresses (flag a). */
  readonly leadsTo: 'SRV' | 'A';
}

/**
 * The record of lowest order, and of lowest preference in it, whose transport the client has. A SIPS URI leaves no records but those
 * of SIPS; a SIP URI leaves both. `undefined` where none fits.
 */
export function chooseNaptr(
  records: readonly NaptrRecord[],
  isSecure: boolean,
  supported: readonly Transport[],
): NaptrChoice | undefined {
  const sorted = records.toSorted((a, b) => a.order - b.order || a.preference - b.preference);
  for (const record of sorted) {
    const row = findTransportByService(record.services);
    if (row === undefined || (isSecure && !row.isSecure) || !supported.includes(row.transport)) continue;
    const leadsTo = flagMeanings[record.flags.toLowerCase()];
    if (leadsTo === undefined || record.replacement === '') continue;
    return { record, transport: row.transport, leadsTo };
  }
  return undefined;
}

/** RFC 3403 §4.1 and RFC 3404 §4.3. `u` gives a URI by its regexp, which no server is located by; without a flag more NAPTR follow. */
const flagMeanings: Readonly<Record<string, NaptrChoice['leadsTo']>> = { s: 'SRV', a: 'A' };
