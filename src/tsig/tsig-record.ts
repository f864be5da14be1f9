/**
 * The TSIG record (RFC 8945 §4.2).
 *
 * Wire format of the RDATA: algorithm (a name, never compressed), time signed (48 bits, seconds since 1970), fudge (16 bits,
 * seconds), MAC size (16) and MAC, original ID (16), error (16), other length (16) and other data.
 */
import { copyOf, putU16, putU32, u16At, u32At } from '../base/octets.ts';
import { Class, headerOctets, Type } from '../wire/codes.ts';
import { MessageName } from '../wire/message-name.ts';
import { asWireName, nameOctets, type WireName } from '../wire/name.ts';
import { passName } from '../wire/pass-name.ts';

/** RFC 8945 §3; 0 is none. The RCODE beside it is NOTAUTH. */
export const TsigError = { none: 0, badSig: 16, badKey: 17, badTime: 18, badTrunc: 22 } as const;

/** As logs name them. */
export function formatTsigError(error: number): string {
  switch (error) {
    case TsigError.badSig:
      return 'BADSIG';
    case TsigError.badKey:
      return 'BADKEY';
    case TsigError.badTime:
      return 'BADTIME';
    case TsigError.badTrunc:
      return 'BADTRUNC';
    default:
      return String(error);
  }
}

export interface TsigRecord {
  /** The key's name as it came. */
  readonly keyName: WireName;
  readonly algorithm: WireName;
  readonly timeSigned: number;
  readonly fudgeSeconds: number;
  readonly mac: Uint8Array;
  readonly originalId: number;
  readonly error: number;
  readonly other: Uint8Array;
}

/** TYPE, CLASS, TTL and RDLENGTH. */
const recordFixedOctets = 10;
/** Of the RDATA without its three variable parts. */
const dataFixedOctets = 16;

/** Parse the TSIG record at `at` of the message `message[start, end)`; `undefined` where it is none, or is malformed. */
export function parseTsigRecord(message: Uint8Array, start: number, end: number, at: number): TsigRecord | undefined {
  const keyName = new MessageName();
  const fixed = keyName.read(message, start, end, at);
  if (fixed < 0 || end - fixed < recordFixedOctets) return undefined;
  // RFC 8945 §4.2: class ANY and TTL 0.
  if (u16At(message, fixed) !== Type.tsig || u16At(message, fixed + 2) !== Class.any) return undefined;
  if (u32At(message, fixed + 4) !== 0) return undefined;
  const data = fixed + recordFixedOctets;
  const dataEnd = data + u16At(message, fixed + 8);
  if (dataEnd > end) return undefined;
  const algorithmOctets = nameOctets(message, data, dataEnd);
  if (algorithmOctets < 0) return undefined;
  const timeAt = data + algorithmOctets;
  if (dataEnd - timeAt < dataFixedOctets) return undefined;
  const macOctets = u16At(message, timeAt + 8);
  const idAt = timeAt + 10 + macOctets;
  if (dataEnd - idAt < 6) return undefined;
  const otherOctets = u16At(message, idAt + 4);
  if (idAt + 6 + otherOctets !== dataEnd) return undefined;
  return {
    keyName: asWireName(keyName.octets.slice(0, keyName.length)),
    algorithm: asWireName(copyOf(message, data, timeAt)),
    timeSigned: u16At(message, timeAt) * 2 ** 32 + u32At(message, timeAt + 2),
    fudgeSeconds: u16At(message, timeAt + 6),
    mac: copyOf(message, timeAt + 10, idAt),
    originalId: u16At(message, idAt),
    error: u16At(message, idAt + 2),
    other: copyOf(message, idAt + 6, dataEnd),
  };
}

export function tsigRecordOctets(record: Pick<TsigRecord, 'keyName' | 'algorithm' | 'mac' | 'other'>): number {
  const { keyName, algorithm, mac, other } = record;
  return keyName.length + recordFixedOctets + algorithm.length + dataFixedOctets + mac.length + other.length;
}

/** Write the record behind the message `out[start, start + octets)` and count it in ARCOUNT. Returns the message's octets then. */
export function appendTsigRecord(record: TsigRecord, out: Uint8Array, start: number, octets: number): number {
  let at = start + octets;
  out.set(record.keyName, at);
  at += record.keyName.length;
  putU16(out, at, Type.tsig);
  putU16(out, at + 2, Class.any);
  putU32(out, at + 4, 0);
  const { algorithm, mac, other } = record;
  putU16(out, at + 8, algorithm.length + dataFixedOctets + mac.length + other.length);
  at += recordFixedOctets;
  out.set(algorithm, at);
  at += algorithm.length;
  putTime(out, at, record.timeSigned);
  putU16(out, at + 6, record.fudgeSeconds);
  putU16(out, at + 8, mac.length);
  out.set(mac, at + 10);
  at += 10 + mac.length;
  putU16(out, at, record.originalId);
  putU16(out, at + 2, record.error);
  putU16(out, at + 4, other.length);
  out.set(other, at + 6);
  addToAdditionalCount(out, start, 1);
  return at + 6 + other.length - start;
}

/** 48 bits. */
export function putTime(out: Uint8Array, at: number, seconds: number): void {
  putU16(out, at, Math.floor(seconds / 2 ** 32));
  putU32(out, at + 2, seconds % 2 ** 32);
}

function addToAdditionalCount(out: Uint8Array, start: number, count: number): void {
  putU16(out, start + 10, u16At(out, start + 10) + count);
}

/**
 * Find the TSIG record of a message that came as an answer: the last one of the additional section (RFC 8945 §5.1). Returns its
 * offset, -1 where there is none, -2 where the message is malformed or a TSIG stands elsewhere.
 */
export function findTsigRecord(message: Uint8Array, start: number, end: number): number {
  if (end - start < headerOctets) return -2;
  const recordCount = u16At(message, start + 6) + u16At(message, start + 8) + u16At(message, start + 10);
  let at = start + headerOctets;
  for (let i = u16At(message, start + 4); i > 0; i--) {
    at = passName(message, at, end);
    if (at < 0 || end - at < 4) return -2;
    at += 4;
  }
  for (let i = 1; i <= recordCount; i++) {
    const recordAt = at;
    at = passName(message, at, end);
    if (at < 0 || end - at < recordFixedOctets) return -2;
    const type = u16At(message, at);
    at += recordFixedOctets + u16At(message, at + 8);
    if (at > end) return -2;
    if (type === Type.tsig) return i === recordCount && u16At(message, start + 10) > 0 ? recordAt : -2;
  }
  return -1;
}
