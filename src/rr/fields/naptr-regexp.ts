/** NAPTR's substitution expression: a character-string `!ere!replacement!flags` (RFC 3402 §3.2), or an empty one. */
import { octetAt } from '../../base/octets.ts';
import { type Field, field } from '../field.ts';
import { needToken, quoteToken } from '../field-problems.ts';
import { checkString, formatQuoted, parseStringToken } from './character-string.ts';

export function naptrRegexp(): Field {
  const label = 'regexp';
  const example = '"!^.*$!sip:info@example.com!"';
  return field({
    kind: 'naptr-regexp',
    label,
    example,
    parse(tokens, out, at, mnemonic) {
      if (!needToken(tokens, mnemonic, label, example)) return -1;
      const next = parseStringToken(tokens, out, at, mnemonic, label);
      if (next < 0 || isSubstitution(out, at + 1, next)) return next;
      return tokens.fail(
        'ZF29',
        `the ${label} of ${mnemonic} must be delimiter, pattern, delimiter, replacement, delimiter, not ${quoteToken(tokens)}`,
        `write it as in ${example}, or "" where the replacement name is used; in quotes a backslash is written twice`,
      );
    },
    check(octets, at, end) {
      const next = checkString(octets, at, end);
      return next >= 0 && isSubstitution(octets, at + 1, next) ? next : -1;
    },
    format: (octets, at, end) => formatQuoted(octets, at + 1, end),
  });
}

/**
 * Whether there are exactly three delimiters, none escaped, with nothing but `i` behind the last, and every `\N` of the
 * replacement has its group in the pattern.
 */
function isSubstitution(octets: Uint8Array, start: number, end: number): boolean {
  if (start === end) return true;
  const delimiter = octetAt(octets, start);
  // RFC 3402 §3.2: not a digit, not the flag, and here not the escape, nor NUL.
  if (delimiter === 0 || delimiter === backslash || delimiter === letterI || isDigit(delimiter)) return false;
  let delimiters = 1;
  let groups = 0;
  let wanted = 0;
  for (let i = start + 1; i < end; i++) {
    const octet = octetAt(octets, i);
    if (octet === 0) return false;
    if (octet === delimiter) {
      if (++delimiters > 3) return false;
    } else if (delimiters === 3) {
      if (octet !== letterI) return false;
    } else if (octet === backslash) {
      if (++i >= end) return false;
      const escaped = octetAt(octets, i);
      if (delimiters === 2 && escaped === 0x30) return false;
      if (delimiters === 2 && isDigit(escaped)) wanted = Math.max(wanted, escaped - 0x30);
    } else if (delimiters === 1 && octet === openParenthesis) {
      groups++;
    }
  }
  return delimiters === 3 && wanted <= groups;
}

function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39;
}

const backslash = 0x5c;
const letterI = 0x69;
const openParenthesis = 0x28;
