import { equalNames } from '../wire/name.ts';
import { isAlgorithmName, minMacOctets, tsigAlgorithms } from './tsig-algorithm.ts';
import { TsigDigest } from './tsig-digest.ts';
import type { TsigKey } from './tsig-key.ts';
import { parseTsigRecord, TsigError, type TsigRecord } from './tsig-record.ts';

/** What became of a signed request, with what its response must be signed with. */
export type TsigVerdict =
  /** The record is malformed: FORMERR, without a TSIG. */
  { readonly status: 'formErr' } | TsigAccepted | TsigFailed;

export interface TsigAccepted {
  readonly status: 'ok';
  readonly key: TsigKey;
  /** Its place among the keys. */
  readonly keyNumber: number;
  readonly record: TsigRecord;
}

/** NOTAUTH with this error in the TSIG (RFC 8945 §5.2). `key` where the response is signed all the same (§5.3.2). */
export interface TsigFailed {
  readonly status: 'failed';
  readonly error: number;
  readonly key: TsigKey | undefined;
  readonly record: TsigRecord;
}

const formErr: TsigVerdict = { status: 'formErr' };

/**
 * Verify the request `message[offset, offset + octets)` whose TSIG record stands at `tsigOffset` (Request.tsigOffset): key, MAC,
 * time, length of the MAC, in this order (RFC 8945 §5.2), so that nobody without the key learns more than that it is not theirs.
 */
export function verifyRequest(
  keys: readonly TsigKey[],
  message: Uint8Array,
  offset: number,
  octets: number,
  tsigOffset: number,
  nowSeconds: number,
): TsigVerdict {
  const record = parseTsigRecord(message, offset, offset + octets, tsigOffset);
  if (record === undefined) return formErr;
  const keyNumber = keys.findIndex((key) => isKeyOf(key, record));
  const key = keys[keyNumber];
  if (key === undefined) return { status: 'failed', error: TsigError.badKey, key: undefined, record };
  // RFC 8945 §5.2.2.1.
  if (record.mac.length > tsigAlgorithms[key.algorithm].macOctets) return formErr;
  if (record.mac.length < minMacOctets(key.algorithm)) return formErr;
  const digest = new TsigDigest(key).addMessage(message, offset, tsigOffset, record.originalId, true);
  if (!digest.addVariables(record).matches(record.mac))
    return { status: 'failed', error: TsigError.badSig, key: undefined, record };
  if (Math.abs(nowSeconds - record.timeSigned) > record.fudgeSeconds)
    return { status: 'failed', error: TsigError.badTime, key, record };
  if (record.mac.length < key.macOctets) return { status: 'failed', error: TsigError.badTrunc, key, record };
  return { status: 'ok', key, keyNumber, record };
}

/** Name and algorithm must both be the key's (RFC 8945 §5.2.1). */
export function isKeyOf(key: TsigKey, record: TsigRecord): boolean {
  return equalNames(key.name, 0, record.keyName, 0) && isAlgorithmName(key.algorithm, record.algorithm, 0);
}
