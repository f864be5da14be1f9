/** Whole numbers in network order. */
import { octetAt, putU16, putU32, u16At, u32At } from '../../base/octets.ts';
import { type Field, field } from '../field.ts';
import { needToken, quoteToken } from '../field-problems.ts';
import type { RdataTokens } from '../rdata-tokens.ts';

export function u8(label: string, example = '1', max = 0xff): Field {
  return field({
    kind: 'u8',
    label,
    example,
    fixedOctets: 1,
    parse(tokens, out, at, mnemonic) {
      const value = parseNumber(tokens, mnemonic, label, example, max);
      if (value < 0) return -1;
      out[at] = value;
      return at + 1;
    },
    check: (octets, at, end) => (at < end && octetAt(octets, at) <= max ? at + 1 : -1),
    format: (octets, at) => String(octetAt(octets, at)),
  });
}

export function u16(label: string, example = '10'): Field {
  return field({
    kind: 'u16',
    label,
    example,
    fixedOctets: 2,
    parse(tokens, out, at, mnemonic) {
      const value = parseNumber(tokens, mnemonic, label, example, 0xffff);
      if (value < 0) return -1;
      putU16(out, at, value);
      return at + 2;
    },
    check: (_octets, at, end) => (at + 2 <= end ? at + 2 : -1),
    format: (octets, at) => String(u16At(octets, at)),
  });
}

export function u32(label: string, example = '1'): Field {
  return field({
    kind: 'u32',
    label,
    example,
    fixedOctets: 4,
    parse(tokens, out, at, mnemonic) {
      const value = parseNumber(tokens, mnemonic, label, example, maxU32);
      if (value < 0) return -1;
      putU32(out, at, value);
      return at + 4;
    },
    check: checkU32,
    format: (octets, at) => String(u32At(octets, at)),
  });
}

/** Seconds in 32 bits, written as a number or in BIND's units, as in `1h30m`. */
export function seconds(label: string, example = '3600'): Field {
  return field({
    kind: 'u32',
    label,
    example,
    fixedOctets: 4,
    parse(tokens, out, at, mnemonic) {
      if (!needToken(tokens, mnemonic, label, example)) return -1;
      const value = secondsValue(tokens.octets, tokens.start, tokens.end);
      if (value < 0) {
        return tokens.fail(
          'ZF22',
          `the ${label} of ${mnemonic} must be a time from 0 to ${maxU32} seconds, not ${quoteToken(tokens)}`,
          `write seconds, or numbers with the units w, d, h, m, s, for example ${example} or 1d12h`,
        );
      }
      putU32(out, at, value);
      return at + 4;
    },
    check: checkU32,
    format: (octets, at) => String(u32At(octets, at)),
  });
}

/** Read the next token as a decimal number from 0 to `max`; -1 after `fail`. */
export function parseNumber(
  tokens: RdataTokens,
  mnemonic: string,
  label: string,
  example: string,
  max: number,
): number {
  if (!needToken(tokens, mnemonic, label, example)) return -1;
  const value = digitsValue(tokens.octets, tokens.start, tokens.end, max);
  return value >= 0 ? value : failNumber(tokens, mnemonic, label, example, max);
}

export function failNumber(tokens: RdataTokens, mnemonic: string, label: string, example: string, max: number): -1 {
  return tokens.fail(
    'ZF22',
    `the ${label} of ${mnemonic} must be a number from 0 to ${max}, not ${quoteToken(tokens)}`,
    `write a number there, for example ${example}`,
  );
}

/** The decimal number in `octets[start, end)`; -1 where it isn't one or is over `max` (at most 2^32 - 1). */
export function digitsValue(octets: Uint8Array, start: number, end: number, max: number): number {
  // Eleven digits and more could be leading zeros only; nobody writes those, and the sum stays exact.
  if (start >= end || end - start > 10) return -1;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = octetAt(octets, i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value > max ? -1 : value;
}

/** The time in `octets[start, end)` in seconds: a number, or numbers with units; -1 where it isn't one or over 32 bits. */
export function secondsValue(octets: Uint8Array, start: number, end: number): number {
  let total = 0;
  let value = -1;
  let hasUnit = false;
  for (let i = start; i < end; i++) {
    const octet = octetAt(octets, i);
    const digit = octet - 0x30;
    if (digit >= 0 && digit <= 9) {
      value = Math.max(value, 0) * 10 + digit;
      if (value > maxU32) return -1;
      continue;
    }
    const unit = secondsPerUnit(octet | 0x20);
    if (unit === 0 || value < 0) return -1;
    total += value * unit;
    if (total > maxU32) return -1;
    hasUnit = true;
    value = -1;
  }
  if (hasUnit) {
    // `1h30` isn't a time to BIND either: with one unit, every number has one.
    return value < 0 ? total : -1;
  }
  return value;
}

export const maxU32 = 0xffff_ffff;

function checkU32(_octets: Uint8Array, at: number, end: number): number {
  return at + 4 <= end ? at + 4 : -1;
}

function secondsPerUnit(lowerCaseLetter: number): number {
  switch (lowerCaseLetter) {
    case 0x77: // w
      return 604_800;
    case 0x64: // d
      return 86_400;
    case 0x68: // h
      return 3_600;
    case 0x6d: // m
      return 60;
    case 0x73: // s
      return 1;
    default:
      return 0;
  }
}
