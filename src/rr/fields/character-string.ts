/** Strings: octets as they are written, `\DDD` and `\X` decoded (RFC 1035 §5.1); UTF-8 stays octet for octet. */
import { octetAt } from '../../base/octets.ts';
import { parseEscape } from '../../wire/name.ts';
import { type Field, field } from '../field.ts';
import { failMissing, needToken, quoteToken } from '../field-problems.ts';
import type { RdataTokens } from '../rdata-tokens.ts';

const maxStringOctets = 255;

/** A character-string: a length octet and up to 255 octets (RFC 1035 §3.3). */
export function characterString(label: string, example = '"text"'): Field {
  return field({
    kind: 'string',
    label,
    example,
    parse: (tokens, out, at, mnemonic) =>
      needToken(tokens, mnemonic, label, example) ? parseStringToken(tokens, out, at, mnemonic, label) : -1,
    check: checkString,
    format: (octets, at) => formatQuoted(octets, at + 1, at + 1 + octetAt(octets, at)),
  });
}

/** A character-string at the end that may be missing (ISDN's subaddress). */
export function optionalString(label: string, example = '"text"'): Field {
  return field({
    kind: 'optional-string',
    label,
    example,
    parse: (tokens, out, at, mnemonic) => (tokens.next() ? parseStringToken(tokens, out, at, mnemonic, label) : at),
    check: (octets, at, end) => (at === end ? at : checkString(octets, at, end)),
    format: (octets, at, end) => (at === end ? '' : formatQuoted(octets, at + 1, at + 1 + octetAt(octets, at))),
  });
}

/** One or more character-strings up to the end of the data (RFC 1035 §3.3.14). */
export function characterStrings(label: string, example = '"text"'): Field {
  return field({
    kind: 'strings',
    label,
    example,
    parse(tokens, out, at, mnemonic) {
      let next = at;
      while (tokens.next()) {
        next = parseStringToken(tokens, out, next, mnemonic, label);
        if (next < 0) return -1;
      }
      return next === at ? failMissing(tokens, mnemonic, label, example) : next;
    },
    check(octets, at, end) {
      if (at >= end) return -1;
      let next = at;
      while (next < end && next >= 0) next = checkString(octets, next, end);
      return next;
    },
    format(octets, at, end) {
      let text = '';
      for (let i = at; i < end; i += 1 + octetAt(octets, i)) {
        text += `${text === '' ? '' : ' '}${formatQuoted(octets, i + 1, i + 1 + octetAt(octets, i))}`;
      }
      return text;
    },
  });
}

/** One string of any length that fills the rest of the data, without a length octet (RFC 7553 §4.4, RFC 8659 §4.1). */
export function restString(label: string, example = '"text"'): Field {
  return field({
    kind: 'rest-string',
    label,
    example,
    parse(tokens, out, at, mnemonic) {
      if (!needToken(tokens, mnemonic, label, example)) return -1;
      const length = decodeText(tokens.octets, tokens.start, tokens.end, out, at);
      return length < 0 ? failEscape(tokens, mnemonic, label) : at + length;
    },
    check: (_octets, _at, end) => end,
    format: formatQuoted,
  });
}

/** Read the current token as a character-string; returns where it ends in `out`, or -1 after `fail`. */
export function parseStringToken(
  tokens: RdataTokens,
  out: Uint8Array,
  at: number,
  mnemonic: string,
  label: string,
): number {
  const length = decodeText(tokens.octets, tokens.start, tokens.end, out, at + 1);
  if (length < 0) return failEscape(tokens, mnemonic, label);
  if (length > maxStringOctets) {
    return tokens.fail(
      'ZF26',
      `the ${label} of ${mnemonic} has ${length} octets, and a string holds at most ${maxStringOctets}`,
      mnemonic === 'TXT' || mnemonic === 'SPF'
        ? 'write several strings one after the other, each in quotes; readers join them without a space'
        : 'shorten it',
    );
  }
  out[at] = length;
  return at + 1 + length;
}

/** Decode `source[start, end)` into `out[at]`; returns the octets, or -1 where an escape is wrong. */
export function decodeText(source: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let length = 0;
  for (let i = start; i < end; i++) {
    let octet = octetAt(source, i);
    if (octet === backslash) {
      octet = parseEscape(source, i, end);
      if (octet < 0) return -1;
      const next = octetAt(source, i + 1);
      i += next >= 0x30 && next <= 0x39 ? 3 : 1;
    }
    out[at + length++] = octet;
  }
  return length;
}

export function failEscape(tokens: RdataTokens, mnemonic: string, label: string): -1 {
  return tokens.fail(
    'ZF29',
    `the ${label} of ${mnemonic} has a backslash that escapes nothing: ${quoteToken(tokens)}`,
    'write \\DDD with three digits up to 255, or \\\\ for a backslash',
  );
}

export function checkString(octets: Uint8Array, at: number, end: number): number {
  if (at >= end) return -1;
  const next = at + 1 + octetAt(octets, at);
  return next <= end ? next : -1;
}

/** `octets[start, end)` in quotes; `"` and `\` escaped, what is not printable ASCII as `\DDD`, as BIND prints it. */
export function formatQuoted(octets: Uint8Array, start: number, end: number): string {
  let text = '"';
  for (let i = start; i < end; i++) text += stringOctetText[octetAt(octets, i)] as string;
  return `${text}"`;
}

const backslash = 0x5c;

export const stringOctetText: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  if (octet < 0x20 || octet >= 0x7f) return `\\${String(octet).padStart(3, '0')}`;
  const character = String.fromCharCode(octet);
  return character === '"' || character === '\\' ? `\\${character}` : character;
});
