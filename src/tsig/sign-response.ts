import { u16At } from '../base/octets.ts';
import { TsigDigest } from './tsig-digest.ts';
import { appendTsigRecord, putTime, TsigError, type TsigRecord, tsigRecordOctets } from './tsig-record.ts';
import type { TsigAccepted, TsigFailed } from './verify-request.ts';

/** RFC 8945 §10: the recommended one. */
export const fudgeSeconds = 300;

/** Octets to keep free for the TSIG record of the response. */
export function tsigReserveOctets({ key, record, ...verdict }: TsigAccepted | TsigFailed): number {
  const { keyName, algorithm } = record;
  const isLate = verdict.status === 'failed' && verdict.error === TsigError.badTime;
  const mac = new Uint8Array(key?.macOctets ?? 0);
  return tsigRecordOctets({ keyName, algorithm, mac, other: isLate ? new Uint8Array(6) : noOctets });
}

/**
 * Append the TSIG record to the response `out[start, start + octets)`, behind which there must be `tsigReserveOctets`. Signed, but
 * for BADKEY and BADSIG, where there is nothing to sign with (RFC 8945 §5.3.2). Returns the response's octets then.
 */
export function signResponse(
  verdict: TsigAccepted | TsigFailed,
  out: Uint8Array,
  start: number,
  octets: number,
  nowSeconds: number,
): number {
  return appendTsigRecord(responseRecord(verdict, out, start, octets, nowSeconds), out, start, octets);
}

/** The record for the response, signed where it is. */
export function responseRecord(
  verdict: TsigAccepted | TsigFailed,
  out: Uint8Array,
  start: number,
  octets: number,
  nowSeconds: number,
): TsigRecord {
  const { key, record: request } = verdict;
  const error = verdict.status === 'failed' ? verdict.error : TsigError.none;
  const isLate = error === TsigError.badTime;
  const unsigned: TsigRecord = {
    keyName: request.keyName,
    algorithm: request.algorithm,
    // RFC 8945 §5.2.3: the client's own time, which it can check, and ours as data.
    timeSigned: isLate ? request.timeSigned : nowSeconds,
    fudgeSeconds,
    mac: noOctets,
    originalId: u16At(out, start),
    error,
    other: isLate ? timeOctets(nowSeconds) : noOctets,
  };
  if (key === undefined) return unsigned;
  const digest = new TsigDigest(key).addMac(request.mac);
  const mac = digest
    .addMessage(out, start, start + octets, unsigned.originalId, false)
    .addVariables(unsigned)
    .finish();
  return { ...unsigned, mac };
}

const noOctets = new Uint8Array(0);

function timeOctets(seconds: number): Uint8Array {
  const octets = new Uint8Array(6);
  putTime(octets, 0, seconds);
  return octets;
}
