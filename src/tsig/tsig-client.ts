import { u16At } from '../base/octets.ts';
import { fudgeSeconds } from './sign-response.ts';
import { minMacOctets, tsigAlgorithms } from './tsig-algorithm.ts';
import { TsigDigest } from './tsig-digest.ts';
import type { TsigKey } from './tsig-key.ts';
import {
  appendTsigRecord,
  findTsigRecord,
  formatTsigError,
  parseTsigRecord,
  TsigError,
  type TsigRecord,
  tsigRecordOctets,
} from './tsig-record.ts';
import { isKeyOf } from './verify-request.ts';

/** RFC 8945 §5.3.1: at most so many messages of a stream between two signed ones. */
const maxUnsignedMessages = 99;

/** `unsigned`: a message of a stream that a later one must vouch for. Else why it is not to be believed. */
export type TsigCheck = 'ok' | 'unsigned' | { readonly problem: string };

/** Our side of a signed exchange: signs the request, then verifies the messages of the answer in their order. */
export class TsigClient {
  private readonly key: TsigKey;
  private digest: TsigDigest | undefined;
  private signedCount = 0;
  private unsignedCount = 0;

  constructor(key: TsigKey) {
    this.key = key;
  }

  /** Octets that the request grows by. */
  get reserveOctets(): number {
    const { key } = this;
    const mac = new Uint8Array(key.macOctets);
    return tsigRecordOctets({
      keyName: key.name,
      algorithm: tsigAlgorithms[key.algorithm].wireName,
      mac,
      other: noOctets,
    });
  }

  /** Sign the request `out[start, start + octets)`; returns its octets then. Begins a new exchange. */
  signRequest(out: Uint8Array, start: number, octets: number, nowSeconds: number): number {
    const { key } = this;
    const unsigned: TsigRecord = {
      keyName: key.name,
      algorithm: tsigAlgorithms[key.algorithm].wireName,
      timeSigned: nowSeconds,
      fudgeSeconds,
      mac: noOctets,
      originalId: u16At(out, start),
      error: TsigError.none,
      other: noOctets,
    };
    const digest = new TsigDigest(key).addMessage(out, start, start + octets, unsigned.originalId, false);
    const mac = digest.addVariables(unsigned).finish();
    this.begin(mac);
    this.signedCount = 0;
    return appendTsigRecord({ ...unsigned, mac }, out, start, octets);
  }

  /** Verify the next message of the answer, `message[start, end)`. */
  verify(message: Uint8Array, start: number, end: number, nowSeconds: number): TsigCheck {
    const at = findTsigRecord(message, start, end);
    if (at === -2) return { problem: 'malformed message' };
    if (at === -1) return this.passUnsigned(message, start, end);
    const record = parseTsigRecord(message, start, end, at);
    if (record === undefined) return { problem: 'malformed TSIG record' };
    return this.check(record, message, start, at, nowSeconds);
  }

  /** After the last message, which must have been signed (RFC 8945 §5.3.1). */
  finish(): TsigCheck {
    return this.signedCount > 0 && this.unsignedCount === 0 ? 'ok' : { problem: 'the last message is not signed' };
  }

  private passUnsigned(message: Uint8Array, start: number, end: number): TsigCheck {
    if (this.signedCount === 0) return { problem: 'the answer is not signed' };
    if (++this.unsignedCount > maxUnsignedMessages) return { problem: 'too many messages without a signature' };
    this.digest?.addMessage(message, start, end, u16At(message, start), false);
    return 'unsigned';
  }

  private check(record: TsigRecord, message: Uint8Array, start: number, at: number, nowSeconds: number): TsigCheck {
    const { key, digest } = this;
    if (!isKeyOf(key, record)) return { problem: 'signed with another key' };
    // RFC 8945 §5.4.1 and §5.4.2: these come without a MAC and prove nothing, but they say what the server thinks.
    if (record.error === TsigError.badKey || record.error === TsigError.badSig)
      return { problem: `the server says ${formatTsigError(record.error)}` };
    if (digest === undefined || record.mac.length < Math.max(key.macOctets, minMacOctets(key.algorithm)))
      return { problem: 'the signature is too short' };
    digest.addMessage(message, start, at, record.originalId, true);
    if (this.signedCount === 0) digest.addVariables(record);
    else digest.addTimers(record);
    this.digest = undefined;
    if (!digest.matches(record.mac)) return { problem: 'the signature does not match' };
    if (record.error !== TsigError.none) return { problem: `the server says ${formatTsigError(record.error)}` };
    if (Math.abs(nowSeconds - record.timeSigned) > record.fudgeSeconds)
      return { problem: 'signed at another time: compare the clocks' };
    this.signedCount++;
    this.unsignedCount = 0;
    this.begin(record.mac);
    return 'ok';
  }

  private begin(mac: Uint8Array): void {
    this.digest = new TsigDigest(this.key).addMac(mac);
  }
}

const noOctets = new Uint8Array(0);
