/**
 * Domain names in wire format: a run of labels, each led by its length octet, ended by the root's zero octet
 * (RFC 1035 §3.1). Everything here works on `(octets, offset)` and makes no object per name; names in presentation
 * format exist only where people read or write them.
 */

import { maxLabelOctets, maxNameOctets } from '../base/limits.ts';
import { copyOctets, lowerCase, octetAt } from '../base/octets.ts';

declare const wireName: unique symbol;
/** A whole, valid, uncompressed name in a buffer of its own. */
export type WireName = Uint8Array & { readonly [wireName]: true };

/** Why a name in presentation format is not one. Negative, so that a parser can return an octet count or one of these. */
export const NameError = { empty: -1, emptyLabel: -2, labelTooLong: -3, nameTooLong: -4, badEscape: -5 } as const;

export const rootName: WireName = asWireName(Uint8Array.of(0));

/** Octets of the uncompressed name at `offset`, the root's octet included; -1 where it passes `end` or is not valid. */
export function nameOctets(octets: Uint8Array, offset: number, end: number): number {
  let at = offset;
  while (at < end) {
    const length = octetAt(octets, at);
    if (length > maxLabelOctets) return -1;
    at += 1 + length;
    if (at - offset > maxNameOctets) return -1;
    if (length === 0) return at - offset;
  }
  return -1;
}

/** Labels of a valid name, the root not counted. */
export function countLabels(octets: Uint8Array, offset: number): number {
  let count = 0;
  let at = offset;
  while (octetAt(octets, at) !== 0) {
    at += 1 + octetAt(octets, at);
    count++;
  }
  return count;
}

/** Whether two valid names are the same but for ASCII case (RFC 4343). */
export function equalNames(a: Uint8Array, aOffset: number, b: Uint8Array, bOffset: number): boolean {
  for (let i = 0; ; ) {
    const length = octetAt(a, aOffset + i);
    if (length !== octetAt(b, bOffset + i)) return false;
    if (length === 0) return true;
    for (const end = i + length; i < end; ) {
      i++;
      if (lowerCase[octetAt(a, aOffset + i)] !== lowerCase[octetAt(b, bOffset + i)]) return false;
    }
    i++;
  }
}

/** Whether the valid name at `offset` is `suffix` or lies below it. */
export function isAtOrBelow(octets: Uint8Array, offset: number, suffix: Uint8Array, suffixOffset = 0): boolean {
  const surplus = countLabels(octets, offset) - countLabels(suffix, suffixOffset);
  if (surplus < 0) return false;
  let at = offset;
  for (let i = 0; i < surplus; i++) at += 1 + octetAt(octets, at);
  return equalNames(octets, at, suffix, suffixOffset);
}

const leftLabels = new Uint8Array(128);
const rightLabels = new Uint8Array(128);

/** Canonical order (RFC 4034 §6.1): by labels from the right, each as lower-case octets. Negative, zero, positive. */
export function compareNames(a: Uint8Array, aOffset: number, b: Uint8Array, bOffset: number): number {
  let left = labelOffsets(a, aOffset, leftLabels);
  let right = labelOffsets(b, bOffset, rightLabels);
  while (left > 0 && right > 0) {
    left--;
    right--;
    const difference = compareLabels(a, aOffset + octetAt(leftLabels, left), b, bOffset + octetAt(rightLabels, right));
    if (difference !== 0) return difference;
  }
  return left - right;
}

function compareLabels(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number): number {
  const aLength = octetAt(a, aAt);
  const bLength = octetAt(b, bAt);
  const common = Math.min(aLength, bLength);
  for (let i = 1; i <= common; i++) {
    const difference = octetAt(lowerCase, octetAt(a, aAt + i)) - octetAt(lowerCase, octetAt(b, bAt + i));
    if (difference !== 0) return difference;
  }
  return aLength - bLength;
}

/** Fill `offsets` with where each label begins, relative to the name; returns how many, the root not counted. */
function labelOffsets(octets: Uint8Array, offset: number, offsets: Uint8Array): number {
  let count = 0;
  let at = 0;
  while (octetAt(octets, offset + at) !== 0) {
    offsets[count++] = at;
    at += 1 + octetAt(octets, offset + at);
  }
  return count;
}

/**
 * Read a name in presentation format, `source[start, end)`, into wire format at `out[outOffset]`.
 *
 * A name without a final dot is relative and gets `origin` (a valid wire name) behind it; `@` alone is `origin`.
 * Case is kept. Escapes are `\DDD` (decimal octet) and `\X` (RFC 1035 §5.1).
 * Returns the octets written (the root's included, at most 255), or a `NameError`.
 */
export function parseName(
  source: Uint8Array,
  start: number,
  end: number,
  origin: Uint8Array,
  out: Uint8Array,
  outOffset: number,
): number {
  if (start === end) return NameError.empty;
  if (end - start === 1) {
    if (source[start] === atSign) return appendOrigin(origin, out, outOffset, 0);
    if (source[start] === dot) {
      out[outOffset] = 0;
      return 1;
    }
  }
  let labelAt = 0;
  let length = 0;
  for (let i = start; i < end; i++) {
    let octet = octetAt(source, i);
    if (octet === dot) {
      if (length === 0) return NameError.emptyLabel;
      out[outOffset + labelAt] = length;
      labelAt += 1 + length;
      length = 0;
      continue;
    }
    if (octet === backslash) {
      const value = parseEscape(source, i, end);
      if (value < 0) return NameError.badEscape;
      i += isDigit(octetAt(source, i + 1)) ? 3 : 1;
      octet = value;
    }
    if (++length > maxLabelOctets) return NameError.labelTooLong;
    if (labelAt + length + 1 >= maxNameOctets) return NameError.nameTooLong;
    out[outOffset + labelAt + length] = octet;
  }
  if (length === 0) {
    out[outOffset + labelAt] = 0;
    return labelAt + 1;
  }
  out[outOffset + labelAt] = length;
  return appendOrigin(origin, out, outOffset, labelAt + 1 + length);
}

/** The octet that the escape at `source[at]` (its backslash) stands for; -1 where it is cut short or over 255. */
export function parseEscape(source: Uint8Array, at: number, end: number): number {
  if (at + 1 >= end) return -1;
  const first = octetAt(source, at + 1);
  if (!isDigit(first)) return first;
  if (at + 3 >= end) return -1;
  const second = octetAt(source, at + 2);
  const third = octetAt(source, at + 3);
  if (!isDigit(second) || !isDigit(third)) return -1;
  const value = (first - zero) * 100 + (second - zero) * 10 + (third - zero);
  return value > 255 ? -1 : value;
}

function appendOrigin(origin: Uint8Array, out: Uint8Array, outOffset: number, length: number): number {
  if (length + origin.length > maxNameOctets) return NameError.nameTooLong;
  copyOctets(origin, 0, out, outOffset + length, origin.length);
  return length + origin.length;
}

/** A name for a sentence: no final dot, as BIND's messages have it. */
export function nameText(octets: Uint8Array, offset = 0): string {
  const text = formatName(octets, offset);
  return text === '.' ? text : text.slice(0, -1);
}

/**
 * The valid name at `offset` in presentation format, absolute, case kept; `.` for the root.
 * Escaped as BIND does: `. ; \ ( ) " @ $` behind a backslash, what is not printable as `\DDD`.
 */
export function formatName(octets: Uint8Array, offset = 0): string {
  let text = '';
  let at = offset;
  while (octetAt(octets, at) !== 0) {
    const end = at + 1 + octetAt(octets, at);
    for (at++; at < end; at++) text += nameOctetText[octetAt(octets, at)] as string;
    text += '.';
  }
  return text === '' ? '.' : text;
}

/** A name written by a person or a program as text; throws on what is not one. For configuration and tests. */
export function wireNameFrom(text: string, origin: WireName = rootName): WireName {
  const source = new TextEncoder().encode(text);
  const out = new Uint8Array(maxNameOctets);
  const length = parseName(source, 0, source.length, origin, out, 0);
  if (length < 0) throw new RangeError(`not a domain name: ${JSON.stringify(text)}`);
  return asWireName(out.slice(0, length));
}

export function asWireName(octets: Uint8Array): WireName {
  return octets as WireName;
}

const dot = 0x2e;
const atSign = 0x40;
const backslash = 0x5c;
const zero = 0x30;

function isDigit(octet: number): boolean {
  return octet >= zero && octet <= 0x39;
}

const nameOctetText: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  if (octet <= 0x20 || octet >= 0x7f) return `\\${String(octet).padStart(3, '0')}`;
  const character = String.fromCharCode(octet);
  return '.;\\()"@$'.includes(character) ? `\\${character}` : character;
});
