/**
 * Mnemonics of types, found by octets without a string per look-up. The table's rows enter theirs as the table loads;
 * fields that speak of types (NSEC's bitmap) look them up here, so that they needn't import the table.
 */
import { octetAt } from '../base/octets.ts';

/** The type that `octets[start, end)` names, whatever its case: a mnemonic or `TYPEnnn` (RFC 3597 §5); -1 if none. */
export function findTypeCode(octets: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 0 || length > maxMnemonicOctets) return -1;
  for (let slot = slotOf(octets, start, end); ; slot = (slot + 1) & slotMask) {
    const code = slotCodes[slot] as number;
    if (code < 0) return parseNumbered(octets, start, end, typePrefix);
    if (isSame(slot, octets, start, length)) return code;
  }
}

/** The mnemonic of `code`, or `TYPEnnn`. */
export function typeText(code: number): string {
  return mnemonics[code] ?? `TYPE${code}`;
}

/** Enter a name; the first one of a code is the one that is printed. */
export function addTypeName(code: number, mnemonic: string): void {
  const name = encoder.encode(mnemonic.toUpperCase());
  let slot = slotOf(name, 0, name.length);
  while ((slotCodes[slot] as number) >= 0) slot = (slot + 1) & slotMask;
  slotCodes[slot] = code;
  slotLengths[slot] = name.length;
  slotNames.set(name, slot * maxMnemonicOctets);
  mnemonics[code] ??= mnemonic;
}

/** The number of `PREFIXnnn`, at most 65,535; -1 where it isn't one. `prefix` is in lower case. */
export function parseNumbered(octets: Uint8Array, start: number, end: number, prefix: Uint8Array): number {
  const digits = end - start - prefix.length;
  if (digits < 1 || digits > 5) return -1;
  for (let i = 0; i < prefix.length; i++) {
    if ((octetAt(octets, start + i) | 0x20) !== octetAt(prefix, i)) return -1;
  }
  let value = 0;
  for (let i = end - digits; i < end; i++) {
    const digit = octetAt(octets, i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value > 0xffff ? -1 : value;
}

/** The longest are OPENPGPKEY and NSEC3PARAM. */
const maxMnemonicOctets = 10;
/** A power of two, several times the number of types, so that most look-ups meet their slot at once. */
const slotCount = 512;
const slotMask = slotCount - 1;
const encoder = new TextEncoder();
const typePrefix = encoder.encode('type');

/** The type whose name lies in the slot; -1 for an empty slot. */
const slotCodes = new Int32Array(slotCount).fill(-1);
const slotLengths = new Uint8Array(slotCount);
const slotNames = new Uint8Array(slotCount * maxMnemonicOctets);
const mnemonics: Record<number, string> = {};

/** ASCII letters to upper case; digits and `-` stay (0x5f would change them). */
const upperCase = Uint8Array.from({ length: 256 }, (_, c) => (c >= 0x61 && c <= 0x7a ? c - 0x20 : c));

function slotOf(octets: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ octetAt(upperCase, octetAt(octets, i)), 0x01000193);
  return (hash ^ (hash >>> 15)) & slotMask;
}

function isSame(slot: number, octets: Uint8Array, start: number, length: number): boolean {
  if (slotLengths[slot] !== length) return false;
  const at = slot * maxMnemonicOctets;
  for (let i = 0; i < length; i++) {
    if (octetAt(slotNames, at + i) !== octetAt(upperCase, octetAt(octets, start + i))) return false;
  }
  return true;
}
