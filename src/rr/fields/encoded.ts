/** Fields of octets that are written as base64, hexadecimal or base32hex. */
import { octetAt } from '../../base/octets.ts';
import { type Field, field } from '../field.ts';
import { failMissing, needToken, quoteToken } from '../field-problems.ts';
import type { RdataTokens } from '../rdata-tokens.ts';
import { hexValue } from './address.ts';
import { decodeBase32hex, formatBase32hex } from './base32hex.ts';
import { base64Octets, formatBase64, pushAllBase64 } from './base64.ts';

/** Base64 up to the end of the record, over any number of tokens; at least one octet. */
export function base64(label: string, example = 'AwEAAQ=='): Field {
  return rest({ kind: 'base64', label, example, minOctets: 1, parseRest: parseBase64Rest, format: formatBase64 });
}

/** Base64 up to the end of the record that may be missing. */
export function optionalBase64(label: string, example = 'AwEAAQ=='): Field {
  return rest({
    kind: 'optional-base64',
    label,
    example,
    minOctets: 0,
    parseRest: parseBase64Rest,
    format: formatBase64,
  });
}

/** Hexadecimal up to the end of the record, over any number of tokens; at least one octet. */
export function hex(label: string, example = '2BB183AF5F22588179A53B0A98631FAD1A292118'): Field {
  return rest({ kind: 'hex', label, example, minOctets: 1, parseRest: parseHexRest, format: formatHex });
}

/** Base64 up to the end, or `-` where there is none (DOA). */
export function base64OrDash(label: string, example = '-'): Field {
  return field({
    kind: 'optional-base64',
    label,
    example,
    parse(tokens, out, at, mnemonic) {
      if (!needToken(tokens, mnemonic, label, example)) return -1;
      if (isDash(tokens)) return at;
      tokens.putBack();
      return parseBase64Rest(tokens, out, at, mnemonic, label);
    },
    check: (_octets, _at, end) => end,
    format: (octets, at, end) => (at === end ? '-' : formatBase64(octets, at, end)),
  });
}

/** A length octet and up to 255 octets, written as one token of hexadecimal, or `-` for none (RFC 5155 §3.3: the salt). */
export function salt(label: string): Field {
  return field({
    kind: 'salt',
    label,
    example: '-',
    parse(tokens, out, at, mnemonic) {
      if (!needToken(tokens, mnemonic, label, '-')) return -1;
      const digits = tokens.end - tokens.start;
      if (isDash(tokens)) {
        out[at] = 0;
        return at + 1;
      }
      if (digits > 510 || !decodeHex(tokens.octets, tokens.start, tokens.end, out, at + 1)) {
        return tokens.fail(
          'ZF25',
          `the ${label} of ${mnemonic} must be hexadecimal, at most 255 octets, not ${quoteToken(tokens)}`,
          'write pairs of the digits 0 to 9 and A to F without blanks, or - for none',
        );
      }
      out[at] = digits / 2;
      return at + 1 + digits / 2;
    },
    check: checkCounted,
    format: (octets, at, end) => (octetAt(octets, at) === 0 ? '-' : formatHex(octets, at + 1, end)),
  });
}

/** A length octet and 1 to 255 octets, written as one token of base32hex without padding (RFC 5155 §3.3). */
export function base32hex(label: string): Field {
  const example = '2T7B4G4VSA5SMI47K61MV5BV1A22BOJR';
  return field({
    kind: 'base32hex',
    label,
    example,
    parse(tokens, out, at, mnemonic) {
      if (!needToken(tokens, mnemonic, label, example)) return -1;
      const length = decodeBase32hex(tokens.octets, tokens.start, tokens.end, out, at + 1);
      if (length < 1 || length > 255) {
        return tokens.fail(
          'ZF25',
          `the ${label} of ${mnemonic} must be base32hex, not ${quoteToken(tokens)}`,
          `write the digits 0 to 9 and A to V without padding, as in ${example}`,
        );
      }
      out[at] = length;
      return at + 1 + length;
    },
    check: (octets, at, end) => (at < end && octetAt(octets, at) > 0 ? checkCounted(octets, at, end) : -1),
    format: (octets, at, end) => formatBase32hex(octets, at + 1, end),
  });
}

/** Decode a whole token of hexadecimal; false where it isn't. */
export function decodeHex(source: Uint8Array, start: number, end: number, out: Uint8Array, at: number): boolean {
  if (start >= end || ((end - start) & 1) === 1) return false;
  for (let i = start; i < end; i += 2) {
    const high = hexValue(octetAt(source, i));
    const low = hexValue(octetAt(source, i + 1));
    if (high < 0 || low < 0) return false;
    out[at++] = (high << 4) | low;
  }
  return true;
}

/** In upper case, as BIND prints it. */
export function formatHex(octets: Uint8Array, start: number, end: number): string {
  return Buffer.from(octets.buffer, octets.byteOffset + start, end - start)
    .toString('hex')
    .toUpperCase();
}

interface RestSpec {
  readonly kind: string;
  readonly label: string;
  readonly example: string;
  readonly minOctets: number;
  readonly parseRest: typeof parseBase64Rest;
  readonly format: (octets: Uint8Array, at: number, end: number) => string;
}

function rest({ kind, label, example, minOctets, parseRest, format }: RestSpec): Field {
  return field({
    kind,
    label,
    example,
    parse(tokens, out, at, mnemonic) {
      const next = parseRest(tokens, out, at, mnemonic, label);
      return next < 0 || next - at >= minOctets ? next : failMissing(tokens, mnemonic, label, example);
    },
    check: (_octets, at, end) => (end - at >= minOctets ? end : -1),
    format,
  });
}

function parseBase64Rest(tokens: RdataTokens, out: Uint8Array, at: number, mnemonic: string, label: string): number {
  let state = 0;
  while (tokens.next()) {
    state = pushAllBase64(tokens.octets, tokens.start, tokens.end, state, out, at);
    if (state < 0) return failBase64(tokens, mnemonic, label, `not ${quoteToken(tokens)}`);
  }
  const length = base64Octets(state);
  return length < 0 ? failBase64(tokens, mnemonic, label, 'and its last group is cut short') : at + length;
}

export function failBase64(tokens: RdataTokens, mnemonic: string, label: string, problem: string): -1 {
  return tokens.fail(
    'ZF25',
    `the ${label} of ${mnemonic} must be base64, ${problem}`,
    'write letters, digits, + and / in groups of four, the last filled up with =',
  );
}

function parseHexRest(tokens: RdataTokens, out: Uint8Array, at: number, mnemonic: string, label: string): number {
  let digits = 0;
  while (tokens.next()) {
    for (let i = tokens.start; i < tokens.end; i++) {
      const value = hexValue(octetAt(tokens.octets, i));
      if (value < 0) return failHex(tokens, mnemonic, label, `not ${quoteToken(tokens)}`);
      const octetOffset = at + (digits >>> 1);
      out[octetOffset] = (digits & 1) === 0 ? value << 4 : octetAt(out, octetOffset) | value;
      digits++;
    }
  }
  return (digits & 1) === 1
    ? failHex(tokens, mnemonic, label, 'and it has a single digit at its end')
    : at + digits / 2;
}

export function failHex(tokens: RdataTokens, mnemonic: string, label: string, problem: string): -1 {
  return tokens.fail(
    'ZF25',
    `the ${label} of ${mnemonic} must be hexadecimal, ${problem}`,
    'write pairs of the digits 0 to 9 and A to F',
  );
}

function checkCounted(octets: Uint8Array, at: number, end: number): number {
  if (at >= end) return -1;
  const next = at + 1 + octetAt(octets, at);
  return next <= end ? next : -1;
}

function isDash(tokens: RdataTokens): boolean {
  return tokens.end - tokens.start === 1 && octetAt(tokens.octets, tokens.start) === dash;
}

const dash = 0x2d;
