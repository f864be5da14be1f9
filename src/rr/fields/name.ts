/** Domain names in RDATA. */
import { maxNameOctets } from '../../base/limits.ts';
import { lowerCase, octetAt } from '../../base/octets.ts';
import { formatName, NameError, nameOctets, parseName } from '../../wire/name.ts';
import { type Field, field, type NameRule } from '../field.ts';
import { needToken, quoteToken } from '../field-problems.ts';
import type { RdataTokens } from '../rdata-tokens.ts';

/** A name of a type of RFC 1035: may be compressed in responses, lower case in canonical form. */
export function nameCompressible(label: string, example = 'host.example.com.'): Field {
  return nameField(label, example, 'compressible');
}

/** A name that is never compressed; lower case in canonical form (RFC 4034 §6.2). */
export function nameUncompressed(label: string, example = 'host.example.com.'): Field {
  return nameField(label, example, 'lowered');
}

/** A name that is never compressed nor changed (RFC 6840 §5.1, RFC 3597 §7). */
export function nameKept(label: string, example = 'host.example.com.'): Field {
  return nameField(label, example, 'kept');
}

function nameField(label: string, example: string, names: NameRule): Field {
  return field({
    kind: 'name',
    label,
    example,
    names,
    parse: (tokens, out, at, mnemonic) =>
      needToken(tokens, mnemonic, label, example) ? parseNameToken(tokens, out, at, mnemonic, label) : -1,
    check: checkName,
    format: (octets, at) => formatName(octets, at),
    canonicalize: names === 'kept' ? undefined : lowerName,
  });
}

/** Read the current token as a name; returns where it ends in `out`, or -1 after `fail`. */
export function parseNameToken(
  tokens: RdataTokens,
  out: Uint8Array,
  at: number,
  mnemonic: string,
  label: string,
): number {
  if (at + maxNameOctets > out.length) return failTooLong(tokens, mnemonic);
  if (tokens.quoted && tokens.start < tokens.end) return failQuoted(tokens, mnemonic, label);
  const length = parseName(tokens.octets, tokens.start, tokens.end, tokens.origin, out, at);
  return length >= 0 ? at + length : failName(tokens, mnemonic, label, length);
}

/** RDATA that has no room in its 16 bits of length (RFC 1035 §4.1.3). */
export function failTooLong(tokens: RdataTokens, mnemonic: string): -1 {
  return tokens.fail(
    'ZF29',
    `the data of ${mnemonic} is longer than 65535 octets`,
    'a record can hold no more; shorten it',
  );
}

export function checkName(octets: Uint8Array, at: number, end: number): number {
  const length = nameOctets(octets, at, end);
  return length < 0 ? -1 : at + length;
}

/** Lower-case the valid name at `octets[at]`; its length octets are below 0x41 and stay as they are. */
export function lowerName(octets: Uint8Array, at: number): void {
  while (octetAt(octets, at) !== 0) {
    const end = at + 1 + octetAt(octets, at);
    for (at++; at < end; at++) octets[at] = octetAt(lowerCase, octetAt(octets, at));
  }
}

/** BIND refuses it, too: who writes quotes has a text in mind, and a blank in a name is hardly ever meant. */
function failQuoted(tokens: RdataTokens, mnemonic: string, label: string): -1 {
  return tokens.fail(
    'ZF24',
    `the ${label} of ${mnemonic} stands in quotes: ${quoteToken(tokens)}`,
    'write a name without quotes; a blank in it is \\032',
  );
}

function failName(tokens: RdataTokens, mnemonic: string, label: string, error: number): -1 {
  const what = `the ${label} of ${mnemonic}`;
  const token = quoteToken(tokens);
  switch (error) {
    case NameError.empty:
      return tokens.fail('ZF24', `${what} is empty`, 'write a name; the root is a single dot');
    case NameError.emptyLabel:
      return tokens.fail('ZF24', `${what} has an empty label: ${token}`, 'remove the dot that is too many');
    case NameError.labelTooLong:
      return tokens.fail(
        'ZF24',
        `${what} has a label of more than 63 octets: ${token}`,
        'shorten the part between two dots',
      );
    case NameError.nameTooLong:
      return tokens.fail(
        'ZF24',
        `${what} is longer than 255 octets: ${token}`,
        'a name without a final dot gets the origin behind it; shorten it, or end it with a dot',
      );
    default:
      return tokens.fail(
        'ZF24',
        `${what} has a backslash that escapes nothing: ${token}`,
        'write \\DDD with three digits up to 255, or \\ and the character',
      );
  }
}
