/** Which TTL a record without one gets (RFC 1035 §5.1, RFC 2308 §4, and BIND where both are silent). */
import { maxTtlSeconds } from '../base/limits.ts';
import { u32At } from '../base/octets.ts';
import { Type } from '../wire/codes.ts';

/** What was noteworthy about finding a TTL. */
export const TtlFinding = { plain: 0, soaMinimum: 1, recordBefore: 2, unknown: 3 } as const;
export type TtlFinding = (typeof TtlFinding)[keyof typeof TtlFinding];

export class TtlRules {
  /** Seconds of `$TTL` or what stands for it; -1 where there is none. */
  defaultSeconds: number;
  /** The TTL found last, in seconds. */
  seconds = 0;
  private lastExplicitSeconds = -1;
  private hasToldRecordBefore = false;
  private hasToldUnknown = false;

  constructor(defaultSeconds: number) {
    this.defaultSeconds = defaultSeconds;
  }

  setExplicit(seconds: number): void {
    this.seconds = seconds;
    this.lastExplicitSeconds = seconds;
  }

  /** Find the TTL of a record that has none, into `seconds`. A finding that concerns the whole file is told once. */
  findImplicit(type: number, rdata: Uint8Array, rdataOctets: number): TtlFinding {
    if (this.defaultSeconds >= 0) {
      this.seconds = this.defaultSeconds;
      return TtlFinding.plain;
    }
    if (this.lastExplicitSeconds >= 0) {
      this.seconds = this.lastExplicitSeconds;
      const finding = this.hasToldRecordBefore ? TtlFinding.plain : TtlFinding.recordBefore;
      this.hasToldRecordBefore = true;
      return finding;
    }
    this.seconds = 0;
    if (type === Type.soa) {
      this.seconds = limitTtl(u32At(rdata, rdataOctets - 4));
      this.defaultSeconds = this.seconds;
      return TtlFinding.soaMinimum;
    }
    const finding = this.hasToldUnknown ? TtlFinding.plain : TtlFinding.unknown;
    this.hasToldUnknown = true;
    return finding;
  }
}

/** RFC 2181 §8: a TTL with the highest bit set is to be taken as 0. */
export function limitTtl(seconds: number): number {
  return seconds > maxTtlSeconds ? 0 : seconds;
}
