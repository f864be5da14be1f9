/**
 * Values of the journal's database, sealed so that damage is seen:
 *
 *     version u8 (1), three octets of zero, CRC-32 of key and payload u32, payload
 *
 * The key is under the checksum too: a value that lies in another's place is damaged.
 */
import { crc32 } from 'node:zlib';
import { putU32, u32At } from '../../base/octets.ts';

const version = 1;
const headOctets = 8;

/** `parts` one behind the other are the payload. */
export function sealValue(key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer {
  const payloadOctets = parts.reduce((sum, part) => sum + part.length, 0);
  const value = Buffer.alloc(headOctets + payloadOctets);
  let at = headOctets;
  for (const part of parts) {
    value.set(part, at);
    at += part.length;
  }
  value[0] = version;
  putU32(value, 4, crc32(value.subarray(headOctets), crc32(key)));
  return value;
}

/** The payload, in the same memory; `undefined` where the value is damaged, or of a version that is not known. */
export function unsealValue(key: Uint8Array, value: Uint8Array): Uint8Array | undefined {
  if (value.length < headOctets || value[0] !== version) return undefined;
  const payload = value.subarray(headOctets);
  return crc32(payload, crc32(key)) === u32At(value, 4) ? payload : undefined;
}
