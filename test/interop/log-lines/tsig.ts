/** TSIG of the scene's clients and peers. The signatures are judged by BIND, which takes them. */

import { signResponse, tsigReserveOctets } from '../../../src/tsig/sign-response.ts';
import { TsigClient } from '../../../src/tsig/tsig-client.ts';
import { createTsigKey, type TsigKey } from '../../../src/tsig/tsig-key.ts';
import { findTsigRecord } from '../../../src/tsig/tsig-record.ts';
import { verifyRequest } from '../../../src/tsig/verify-request.ts';
import { asWireName } from '../../../src/wire/name.ts';
import { nameToWire } from '../lib/names.ts';

export const secrets = {
  'ddns-key': 'ZGRucyBzZWNyZXQgb2YgdGhlIGxvZyBsaW5lcyB0ZXN0IQ==',
  'xfr-key': 'eGZyIHNlY3JldCBvZiB0aGUgbG9nIGxpbmVzIHRlc3QhIQ==',
} as const;

export function keyOf(name: string, secret: string): TsigKey {
  return createTsigKey(asWireName(Uint8Array.from(nameToWire(name))), 'hmac-sha256', Buffer.from(secret, 'base64'));
}

export const ddnsKey = keyOf('ddns-key', secrets['ddns-key']);
const xfrKey = keyOf('xfr-key', secrets['xfr-key']);
/** No server knows it. */
export const strangeKey = keyOf('wrong-key', secrets['ddns-key']);
/** The server knows another secret. */
export const falseKey = keyOf('ddns-key', secrets['xfr-key']);

/** The message with a signature. `lateSeconds` in the past. */
export function signed(message: Uint8Array, key: TsigKey, lateSeconds = 0): Uint8Array {
  const client = new TsigClient(key);
  const out = new Uint8Array(message.length + client.reserveOctets);
  out.set(message);
  return out.subarray(0, client.signRequest(out, 0, message.length, nowSeconds() - lateSeconds));
}

export function isSigned(message: Uint8Array): boolean {
  return findTsigRecord(message, 0, message.length) >= 0;
}

/** The response to a signed request, signed by the key of the peers. */
export function signReply(request: Uint8Array, response: Uint8Array): Buffer {
  const at = findTsigRecord(request, 0, request.length);
  const verdict = verifyRequest([xfrKey, ddnsKey], request, 0, request.length, at, nowSeconds());
  if (verdict.status !== 'ok') throw new Error('the server signs with a key of its own');
  const out = new Uint8Array(response.length + tsigReserveOctets(verdict));
  out.set(response);
  return Buffer.from(out.subarray(0, signResponse(verdict, out, 0, response.length, nowSeconds())));
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
