/** Text to octets and back, as the tests of this room want it. */

import { findTypeCode } from '../../../src/rr/mnemonics.ts';
import { formatRdata, parseRdata } from '../../../src/rr/rdata.ts';
import { type WireName, wireNameFrom } from '../../../src/wire/name.ts';
import { type Problem, TextTokens } from './text-tokens.ts';

export const exampleOrigin: WireName = wireNameFrom('example.');

export function typeNamed(mnemonic: string): number {
  const code = findTypeCode(new TextEncoder().encode(mnemonic), 0, mnemonic.length);
  if (code < 0) throw new Error(`no type ${mnemonic}`);
  return code;
}

const buffer = new Uint8Array(70_000);
/** Not 0, so that an offset that is forgotten shows. */
const bufferOffset = 7;

/** The RDATA's octets, or the problems. */
export function parseText(type: number, text: string | Uint8Array): Uint8Array | readonly Problem[] {
  const tokens = new TextTokens(text, exampleOrigin);
  buffer.fill(0xee);
  const length = parseRdata(type, tokens, buffer, bufferOffset);
  return length < 0 ? tokens.problems : buffer.slice(bufferOffset, bufferOffset + length);
}

export function mustParse(type: number, text: string | Uint8Array): Uint8Array {
  const octets = parseText(type, text);
  if (octets instanceof Uint8Array) return octets;
  throw new Error(`${text}: ${JSON.stringify(octets)}`);
}

/** Format octets that lie in the midst of others. */
export function formatOctets(type: number, octets: Uint8Array): string {
  const padded = new Uint8Array(octets.length + 20).fill(0xee);
  padded.set(octets, 11);
  return formatRdata(type, padded, 11, octets.length);
}

export function hexOf(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}

export function octetsOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'));
}
