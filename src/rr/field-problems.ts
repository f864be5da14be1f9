/** The words of problems that many kinds of fields can have. */
import type { RdataTokens } from './rdata-tokens.ts';

/** Move to the field's token, or say that it is missing. */
export function needToken(tokens: RdataTokens, mnemonic: string, label: string, example: string): boolean {
  if (tokens.next()) return true;
  failMissing(tokens, mnemonic, label, example);
  return false;
}

export function failMissing(tokens: RdataTokens, mnemonic: string, label: string, example: string): -1 {
  return tokens.fail(
    'ZF20',
    `${mnemonic} needs ${withArticle(label)}, and the line ends here`,
    `write one, for example ${example}, or remove the line`,
  );
}

/** `a priority`, `an address`; plurals and `data` stay as they are. */
function withArticle(noun: string): string {
  if (/[^s]s$|data$/.test(noun)) return noun;
  return `${/^([aeio]|unk|ISDN|RFC|HIT|X\.)/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** The current token as shown in a message: in quotes, cut when long. */
export function quoteToken(tokens: RdataTokens): string {
  return `"${textOf(tokens.octets, tokens.start, Math.min(tokens.end, tokens.start + shownOctets))}${
    tokens.end - tokens.start > shownOctets ? '...' : ''
  }"`;
}

/** Octets as text, for messages and for look-ups of rare keywords. */
export function textOf(octets: Uint8Array, start: number, end: number): string {
  // A copy: TextDecoder refuses views on shared memory.
  return decoder.decode(octets.slice(start, end));
}

const shownOctets = 60;
const decoder = new TextDecoder();
