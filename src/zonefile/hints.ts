/** What a person could do about an error; guesses from what such lines usually were meant to be. */
import { findClassCode, findTypeCode, typeText } from '../rr/mnemonics.ts';
import { formatName, NameError } from '../wire/name.ts';
import type { EntryLexer } from './entry-lexer.ts';
import type { ParseState } from './parse-state.ts';
import { tokenText } from './token-text.ts';

/** The owner that a line without one gets. */
export function ownerBefore(state: ParseState): string {
  return formatName(state.record.owner);
}

/** Why `parseName` refused a name. */
export function nameProblem(error: number): string {
  switch (error) {
    case NameError.empty:
      return 'it is empty';
    case NameError.emptyLabel:
      return 'nothing stands between two dots';
    case NameError.labelTooLong:
      return 'a label is over 63 octets';
    case NameError.nameTooLong:
      return 'with its origin it is over 255 octets';
    default:
      return 'a backslash must be followed by a character, or by three digits up to 255';
  }
}

/** What to do about it. */
export function hintForName(error: number): string {
  switch (error) {
    case NameError.empty:
      return 'write a name, or @ for the origin';
    case NameError.emptyLabel:
      return 'remove the dot that is too many';
    case NameError.labelTooLong:
      return 'shorten the part between two dots';
    case NameError.nameTooLong:
      return 'shorten it, or write the final dot if it needs no origin';
    default:
      return 'write a backslash itself as \\\\';
  }
}

/** For a token that stands in the place of the type and is none. */
export function hintForType(state: ParseState, lexer: EntryLexer, index: number, hasClass: boolean): string {
  const text = tokenText(lexer, index);
  if (lexer.hasLeadingBlank && index === 0) {
    if (text.startsWith('$')) return 'the line begins with a blank; a directive begins in the first column';
    const owner = state.hasOwner ? ` (${ownerBefore(state)})` : '';
    return `the line begins with a blank, so its owner is the one before${owner}; remove the blank to make this name the owner`;
  }
  if (lexer.quoted[index] === 1) return 'a type stands without quotes';
  if (hasClass && findClassCode(lexer.octets, lexer.starts[index] as number, lexer.ends[index] as number) >= 0) {
    return 'the class stands here twice; remove one';
  }
  if (isOwnerForgotten(lexer)) return ownerForgotten(lexer);
  const address = guessAddressType(text);
  if (address !== undefined) return `an address stands behind its type: write ${address} ${text}`;
  return 'a type is for example A, AAAA, CNAME, NS, SRV, TXT; one without a name is written TYPE65534 (RFC 3597)';
}

/** For a token that begins with a digit in the place of TTL or type and is neither. */
export function hintForTtl(lexer: EntryLexer, index: number): string {
  const text = tokenText(lexer, index);
  if (isOwnerForgotten(lexer)) return ownerForgotten(lexer);
  const address = guessAddressType(text);
  if (address !== undefined) return `an address stands behind its type: write ${address} ${text}`;
  return 'a TTL is a number of seconds, or numbers with the units w, d, h, m, s, as in 1d12h; then comes the type';
}

/** Whether the line begins with a type, as when its owner was left away. In capitals: `a` and `mx` are good host names. */
function isOwnerForgotten(lexer: EntryLexer): boolean {
  if (lexer.hasLeadingBlank) return false;
  const text = tokenText(lexer, 0);
  return (
    text === text.toUpperCase() && findTypeCode(lexer.octets, lexer.starts[0] as number, lexer.ends[0] as number) >= 0
  );
}

function ownerForgotten(lexer: EntryLexer): string {
  const type = typeText(findTypeCode(lexer.octets, lexer.starts[0] as number, lexer.ends[0] as number));
  return `"${type}" in the first column is read as the owner; begin the line with a name, @, or a blank for the owner before`;
}

function guessAddressType(text: string): 'A' | 'AAAA' | undefined {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(text)) return 'A';
  return /^[0-9a-f]*:[0-9a-f:.]+$/i.test(text) ? 'AAAA' : undefined;
}
