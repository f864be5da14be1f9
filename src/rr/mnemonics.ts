/** Names of types and classes, and which types are no data (RFC 6895 §3.1). */
import { octetAt } from '../base/octets.ts';
import { Class } from '../wire/codes.ts';
import * as classNames from './class-text.ts';
// The rows enter their mnemonics as they load.
import './table.ts';
import * as typeNames from './type-names.ts';

/**
 * The type that `octets[start, end)` names, whatever its case: a mnemonic or `TYPEnnn` (RFC 3597 §5); -1 if none.
 * (The names live in a module of their own, so that fields can speak of types without importing the table.)
 */
export const findTypeCode: (octets: Uint8Array, start: number, end: number) => number = typeNames.findTypeCode;

/** The mnemonic of the type, or `TYPEnnn`. */
export const typeText: (code: number) => string = typeNames.typeText;

/**
 * The class that `octets[start, end)` names, whatever its case: IN, CH (CHAOS), HS (HESIOD) or `CLASSnnn` (RFC 3597 §5);
 * -1 if none.
 */
export function findClassCode(octets: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 2) return -1;
  const first = octetAt(octets, start) | 0x20;
  if (length === 2) {
    const second = octetAt(octets, start + 1) | 0x20;
    if (first === letterI && second === letterN) return Class.in;
    if (first === letterC && second === letterH) return Class.ch;
    if (first === letterH && second === letterS) return Class.hs;
    return -1;
  }
  if (first === letterC) {
    return isWord(octets, start, end, chaos) ? Class.ch : typeNames.parseNumbered(octets, start, end, classPrefix);
  }
  return isWord(octets, start, end, hesiod) ? Class.hs : -1;
}

/** IN, CH, HS, NONE, ANY, or `CLASSnnn`. (In a module of its own for those who don't need the table of types.) */
export const classText: (code: number) => string = classNames.classText;

/**
 * Whether the type stands in questions or messages only and is never data of a zone: OPT, and 128 to 255 with ANY, AXFR,
 * IXFR, MAILA, MAILB, TSIG, TKEY (RFC 6895 §3.1), and the reserved: 0, which must never be a record (RFC 6895 §3.1.4), and 65535.
 */
export function isMetaType(code: number): boolean {
  return code === 0 || code === reservedType || code === optType || (code >= firstMetaType && code <= lastMetaType);
}

const optType = 41;
const reservedType = 65_535;
const firstMetaType = 128;
const lastMetaType = 255;

const encoder = new TextEncoder();
const classPrefix = encoder.encode('class');
const chaos = encoder.encode('chaos');
const hesiod = encoder.encode('hesiod');
const letterC = 0x63;
const letterH = 0x68;
const letterI = 0x69;
const letterN = 0x6e;
const letterS = 0x73;

/** Whether the octets are `word` (lower-case letters) in any case. */
function isWord(octets: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i++) if ((octetAt(octets, start + i) | 0x20) !== octetAt(word, i)) return false;
  return true;
}
