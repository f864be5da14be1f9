/** What a transfer question gets: a whole zone, changes, the SOA alone (RFC 1995 §2, §4; RFC 5936). */
import type { Changes } from './ixfr-writer.ts';

/** What is known of the question and the zone. */
export interface TransferFacts {
  readonly isIxfr: boolean;
  /** Of an IXFR; -1 where it names none. */
  readonly clientSerial: number;
  readonly serial: number;
  /** The changes from one serial to another, undefined where the journal doesn't reach back. Asked at most once. */
  readonly findChanges: (fromSerial: number, toSerial: number) => SizedChanges | undefined;
  /** Octets of the zone's records. Asked at most once. */
  readonly zoneOctets: () => number;
  /** The most that changes may have, in percent of the zone; undefined for no bound. */
  readonly maxIxfrRatio: number | undefined;
}

export interface SizedChanges extends Changes {
  readonly octets: number;
}

export type TransferPlan =
  /** The question is an IXFR without a SOA: FORMERR. */
  | { readonly kind: 'formErr' }
  /** The client has what we have, or newer. */
  | { readonly kind: 'upToDate' }
  | { readonly kind: 'axfr' }
  | { readonly kind: 'ixfr'; readonly changes: SizedChanges }
  /** An IXFR that gets the whole zone: the journal doesn't reach back, or more has changed than is worth it. */
  | { readonly kind: 'axfrStyle'; readonly reason: 'notInJournal' }
  | {
      readonly kind: 'axfrStyle';
      readonly reason: 'tooLarge';
      readonly changeOctets: number;
      readonly zoneOctets: number;
    };

export function planTransfer(facts: TransferFacts): TransferPlan {
  const { clientSerial, serial, maxIxfrRatio } = facts;
  if (!facts.isIxfr) return { kind: 'axfr' };
  if (clientSerial < 0) return { kind: 'formErr' };
  // RFC 1995 §2, serials compared by RFC 1982. Those exactly 2^31 apart are not comparable, and get the zone.
  if (clientSerial === serial || ((clientSerial - serial) | 0) > 0) return { kind: 'upToDate' };
  const changes = facts.findChanges(clientSerial, serial);
  if (changes === undefined) return { kind: 'axfrStyle', reason: 'notInJournal' };
  if (maxIxfrRatio === undefined) return { kind: 'ixfr', changes };
  const zoneOctets = facts.zoneOctets();
  if (changes.octets * 100 <= zoneOctets * maxIxfrRatio) return { kind: 'ixfr', changes };
  return { kind: 'axfrStyle', reason: 'tooLarge', changeOctets: changes.octets, zoneOctets };
}
