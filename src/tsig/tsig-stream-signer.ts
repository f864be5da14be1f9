import { u16At } from '../base/octets.ts';
import { fudgeSeconds, responseRecord, tsigReserveOctets } from './sign-response.ts';
import { TsigDigest } from './tsig-digest.ts';
import { appendTsigRecord, TsigError } from './tsig-record.ts';
import type { TsigAccepted } from './verify-request.ts';

/**
 * Signs the messages of one answer that has several (RFC 8945 §5.3.1), each of them: the first over the request's MAC with all
 * variables, each later one over the MAC before it with the timers alone.
 */
export class TsigStreamSigner {
  /** Octets to keep free in each message. */
  readonly reserveOctets: number;
  private readonly verdict: TsigAccepted;
  private lastMac: Uint8Array | undefined;

  constructor(verdict: TsigAccepted) {
    this.verdict = verdict;
    this.reserveOctets = tsigReserveOctets(verdict);
  }

  /** Append the TSIG record to the message `out[start, start + octets)`. Returns its octets then. */
  sign(out: Uint8Array, start: number, octets: number, nowSeconds: number): number {
    const record =
      this.lastMac === undefined
        ? responseRecord(this.verdict, out, start, octets, nowSeconds)
        : this.laterRecord(this.lastMac, out, start, octets, nowSeconds);
    this.lastMac = record.mac;
    return appendTsigRecord(record, out, start, octets);
  }

  private laterRecord(lastMac: Uint8Array, out: Uint8Array, start: number, octets: number, nowSeconds: number) {
    const { key, record } = this.verdict;
    const timers = { timeSigned: nowSeconds, fudgeSeconds };
    const originalId = u16At(out, start);
    const digest = new TsigDigest(key).addMac(lastMac).addMessage(out, start, start + octets, originalId, false);
    const mac = digest.addTimers(timers).finish();
    const { keyName, algorithm } = record;
    return { keyName, algorithm, ...timers, mac, originalId, error: TsigError.none, other: new Uint8Array(0) };
  }
}
