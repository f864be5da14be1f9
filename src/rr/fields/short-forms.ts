/** Small forms that one or two types have to themselves: EUI-48/64, the 64 bits of ILNP, digits of X.25, CAA's tag. */
import { octetAt, u16At } from '../../base/octets.ts';
import { type Field, field } from '../field.ts';
import { needToken, quoteToken } from '../field-problems.ts';
import { hexValue } from './address.ts';
import { checkString, decodeText, failEscape, formatQuoted, parseStringToken } from './character-string.ts';
import { decodeHex, failHex, formatHex } from './encoded.ts';

/** Octets in lower-case hexadecimal with `-` between them (RFC 7043 §3.2, §4.2). */
export function eui(octetCount: 6 | 8): Field {
  const label = 'address';
  const example = octetCount === 6 ? '00-00-5e-00-53-2a' : '00-00-5e-ef-10-00-00-2a';
  return field({
    kind: `octets${octetCount}`,
    label,
    example,
    fixedOctets: octetCount,
    parse(tokens, out, at, mnemonic) {
      if (!needToken(tokens, mnemonic, label, example)) return -1;
      if (parseEui(tokens.octets, tokens.start, tokens.end, out, at, octetCount)) return at + octetCount;
      return tokens.fail(
        'ZF23',
        `the ${label} of ${mnemonic} must be ${octetCount} octets in hexadecimal, not ${quoteToken(tokens)}`,
        `write pairs of digits with - between them, as in ${example}`,
      );
    },
    check: (_octets, at, end) => (at + octetCount <= end ? at + octetCount : -1),
    format: (octets, at) =>
      Array.from({ length: octetCount }, (_, i) =>
        octetAt(octets, at + i)
          .toString(16)
          .padStart(2, '0'),
      ).join('-'),
  });
}

function parseEui(source: Uint8Array, start: number, end: number, out: Uint8Array, at: number, count: number): boolean {
  if (end - start !== count * 3 - 1) return false;
  for (let i = 0; i < count; i++) {
    const from = start + i * 3;
    if (!decodeHex(source, from, from + 2, out, at + i)) return false;
    if (i < count - 1 && octetAt(source, from + 2) !== dash) return false;
  }
  return true;
}

/** 64 bits as four groups of hexadecimal with colons (RFC 6742 §2.1.2, §2.3.2). */
export function locator64(label: string): Field {
  const example = '2001:0db8:1140:1000';
  return field({
    kind: 'octets8',
    label,
    example,
    fixedOctets: 8,
    parse(tokens, out, at, mnemonic) {
      if (!needToken(tokens, mnemonic, label, example)) return -1;
      if (parseGroups(tokens.octets, tokens.start, tokens.end, out, at)) return at + 8;
      return tokens.fail(
        'ZF23',
        `the ${label} of ${mnemonic} must be four groups of hexadecimal, not ${quoteToken(tokens)}`,
        `write it as in ${example}`,
      );
    },
    check: (_octets, at, end) => (at + 8 <= end ? at + 8 : -1),
    format: (octets, at) => [0, 2, 4, 6].map((i) => u16At(octets, at + i).toString(16)).join(':'),
  });
}

function parseGroups(source: Uint8Array, start: number, end: number, out: Uint8Array, at: number): boolean {
  let group = 0;
  let digits = 0;
  let value = 0;
  for (let i = start; i <= end; i++) {
    if (i === end || octetAt(source, i) === colon) {
      if (digits === 0 || group > 3) return false;
      out[at + group * 2] = value >>> 8;
      out[at + group * 2 + 1] = value;
      group++;
      digits = 0;
      value = 0;
      continue;
    }
    const digit = hexValue(octetAt(source, i));
    if (digit < 0 || ++digits > 4) return false;
    value = (value << 4) | digit;
  }
  return group === 4;
}

/** A character-string of four digits or more (RFC 1183 §3.1: X.121 begins with the 4-digit DNIC). */
export function x25Address(): Field {
  const label = 'PSDN address';
  const example = '"311061700956"';
  return field({
    kind: 'digit-string',
    label,
    example,
    parse(tokens, out, at, mnemonic) {
      if (!needToken(tokens, mnemonic, label, example)) return -1;
      const next = parseStringToken(tokens, out, at, mnemonic, label);
      if (next < 0 || isDigitString(out, at, next)) return next;
      return tokens.fail(
        'ZF29',
        `the ${label} of ${mnemonic} must have four digits or more and nothing else, not ${quoteToken(tokens)}`,
        `write it as in ${example}`,
      );
    },
    check(octets, at, end) {
      const next = checkString(octets, at, end);
      return next >= 0 && isDigitString(octets, at, next) ? next : -1;
    },
    format: (octets, at, end) => formatQuoted(octets, at + 1, end),
  });
}

function isDigitString(octets: Uint8Array, at: number, next: number): boolean {
  if (next - at < 5) return false;
  for (let i = at + 1; i < next; i++) if (octetAt(octets, i) < 0x30 || octetAt(octets, i) > 0x39) return false;
  return true;
}

/** CAA's property tag: a length octet and letters and digits, unquoted (RFC 8659 §4.1). */
export function caaTag(): Field {
  const label = 'tag';
  const example = 'issue';
  return field({
    kind: 'caa-tag',
    label,
    example,
    parse(tokens, out, at, mnemonic) {
      if (!needToken(tokens, mnemonic, label, example)) return -1;
      const length = decodeText(tokens.octets, tokens.start, tokens.end, out, at + 1);
      if (length < 0) return failEscape(tokens, mnemonic, label);
      out[at] = length;
      if (length >= 1 && length <= 255 && isAlphanumeric(out, at + 1, at + 1 + length)) return at + 1 + length;
      return tokens.fail(
        'ZF29',
        `the ${label} of ${mnemonic} must be letters and digits, not ${quoteToken(tokens)}`,
        'tags in use are issue, issuewild, iodef, contactemail',
      );
    },
    check(octets, at, end) {
      const next = checkString(octets, at, end);
      return next > at + 1 && isAlphanumeric(octets, at + 1, next) ? next : -1;
    },
    format: (octets, at, end) => formatQuoted(octets, at + 1, end).slice(1, -1),
  });
}

function isAlphanumeric(octets: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const octet = octetAt(octets, i);
    const lower = octet | 0x20;
    if (!((octet >= 0x30 && octet <= 0x39) || (octet >= 0x41 && lower >= 0x61 && lower <= 0x7a))) return false;
  }
  return true;
}

/** NSAP: hexadecimal behind `0x`, dots between digits for the eye only (RFC 1706 §7). */
export function nsapAddress(): Field {
  const label = 'address';
  const example = '0x47.0005.80.005a00.0000.0001.e133.ffffff000161.00';
  return field({
    kind: 'octets',
    label,
    example,
    parse(tokens, out, at, mnemonic) {
      if (!needToken(tokens, mnemonic, label, example)) return -1;
      const { octets, start, end } = tokens;
      const hasPrefix =
        end - start > 2 && octetAt(octets, start) === 0x30 && (octetAt(octets, start + 1) | 0x20) === 0x78;
      const length = hasPrefix ? decodeDottedHex(octets, start + 2, end, out, at) : -1;
      return length > 0 ? at + length : failHex(tokens, mnemonic, label, `behind 0x, not ${quoteToken(tokens)}`);
    },
    check: (_octets, at, end) => (at < end ? end : -1),
    format: (octets, at, end) => `0x${formatHex(octets, at, end).toLowerCase()}`,
  });
}

/**
 * ATMA: a format octet, then an AESA in hexadecimal (format 0) or an E.164 number behind `+` (format 1); dots for the eye.
 * (ATM Forum af-saa-0069, §5.2.)
 */
export function atmAddress(): Field {
  const label = 'address';
  const example = '+61200000000';
  return field({
    kind: 'atm-address',
    label,
    example,
    parse(tokens, out, at, mnemonic) {
      if (!needToken(tokens, mnemonic, label, example)) return -1;
      const { octets, start, end } = tokens;
      const isE164 = end > start && octetAt(octets, start) === plus;
      out[at] = isE164 ? 1 : 0;
      const length = isE164
        ? copyDottedDigits(octets, start + 1, end, out, at + 1)
        : decodeDottedHex(octets, start, end, out, at + 1);
      if (length > 0) return at + 1 + length;
      return failHex(tokens, mnemonic, label, `or + and decimal digits, not ${quoteToken(tokens)}`);
    },
    check(octets, at, end) {
      if (end - at < 2) return -1;
      if (octetAt(octets, at) !== 1) return end;
      for (let i = at + 1; i < end; i++) if (octetAt(octets, i) < 0x30 || octetAt(octets, i) > 0x39) return -1;
      return end;
    },
    format(octets, at, end) {
      const format = octetAt(octets, at);
      if (format > 1) return undefined;
      return format === 1
        ? `+${formatQuoted(octets, at + 1, end).slice(1, -1)}`
        : formatHex(octets, at + 1, end).toLowerCase();
    },
  });
}

function decodeDottedHex(source: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let digits = 0;
  for (let i = start; i < end; i++) {
    if (octetAt(source, i) === dot) continue;
    const value = hexValue(octetAt(source, i));
    if (value < 0) return -1;
    const place = at + (digits >>> 1);
    out[place] = (digits & 1) === 0 ? value << 4 : octetAt(out, place) | value;
    digits++;
  }
  return (digits & 1) === 1 ? -1 : digits / 2;
}

function copyDottedDigits(source: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let length = 0;
  for (let i = start; i < end; i++) {
    const octet = octetAt(source, i);
    if (octet === dot) continue;
    if (octet < 0x30 || octet > 0x39) return -1;
    out[at + length++] = octet;
  }
  return length;
}

const dash = 0x2d;
const dot = 0x2e;
const plus = 0x2b;
const colon = 0x3a;
