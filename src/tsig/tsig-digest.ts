/** What a MAC is made of (RFC 8945 §4.3 and §5.3.1). */
import { createHmac, type Hmac, timingSafeEqual } from 'node:crypto';
import { copyOf, lowerCase, octetAt, putU16, putU32, u16At } from '../base/octets.ts';
import { Class, headerOctets } from '../wire/codes.ts';
import { tsigAlgorithms } from './tsig-algorithm.ts';
import type { TsigKey } from './tsig-key.ts';
import { putTime, type TsigRecord } from './tsig-record.ts';

/** What of the record is signed, beside names. */
type SignedFields = Pick<TsigRecord, 'timeSigned' | 'fudgeSeconds' | 'error' | 'other'>;

export class TsigDigest {
  private readonly key: TsigKey;
  private readonly hmac: Hmac;

  constructor(key: TsigKey) {
    this.key = key;
    this.hmac = createHmac(tsigAlgorithms[key.algorithm].hash, key.secret);
  }

  /** The request's MAC for a response (RFC 8945 §4.3.1), or that of the message before in a stream: its length, then itself. */
  addMac(mac: Uint8Array): this {
    const length = new Uint8Array(2);
    putU16(length, 0, mac.length);
    this.hmac.update(length).update(mac);
    return this;
  }

  /**
   * The message `message[start, end)` with the ID that it was signed with, and without the TSIG record, which stands at `end` and
   * beyond and is counted in ARCOUNT where `isCounted`.
   */
  addMessage(message: Uint8Array, start: number, end: number, id: number, isCounted: boolean): this {
    const header = copyOf(message, start, start + headerOctets);
    putU16(header, 0, id);
    if (isCounted) putU16(header, 10, u16At(header, 10) - 1);
    this.hmac.update(header).update(message.subarray(start + headerOctets, end));
    return this;
  }

  /** RFC 8945 §4.3.3: all variables, for a request, a response, the first message of a stream. */
  addVariables(record: SignedFields): this {
    const { name, algorithm } = this.key;
    const algorithmName = tsigAlgorithms[algorithm].wireName;
    const classAndTtl = new Uint8Array(6);
    putU16(classAndTtl, 0, Class.any);
    putU32(classAndTtl, 2, 0);
    this.hmac.update(name).update(classAndTtl).update(Uint8Array.from(algorithmName, lower));
    this.addTimers(record);
    const tail = new Uint8Array(4);
    putU16(tail, 0, record.error);
    putU16(tail, 2, record.other.length);
    this.hmac.update(tail).update(record.other);
    return this;
  }

  /** RFC 8945 §5.3.1: only these, for the later messages of a stream. */
  addTimers({ timeSigned, fudgeSeconds }: Pick<TsigRecord, 'timeSigned' | 'fudgeSeconds'>): this {
    const timers = new Uint8Array(8);
    putTime(timers, 0, timeSigned);
    putU16(timers, 6, fudgeSeconds);
    this.hmac.update(timers);
    return this;
  }

  /** The MAC, cut to the key's length. Ends this object. */
  finish(): Uint8Array {
    return this.hmac.digest().subarray(0, this.key.macOctets);
  }

  /** Whether `mac`, which may be cut, is this one, in constant time. Ends this object. */
  matches(mac: Uint8Array): boolean {
    const whole = this.hmac.digest();
    return mac.length <= whole.length && timingSafeEqual(whole.subarray(0, mac.length), mac);
  }
}

function lower(octet: number): number {
  return octetAt(lowerCase, octet);
}
