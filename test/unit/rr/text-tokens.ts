/**
 * RDATA tokens over a string, for the tests of this room: blanks separate, quotes hold together, backslashes stay. The
 * zone file's lexer does the same and more.
 */
import type { RdataProblemCode, RdataTokens } from '../../../src/rr/rdata-tokens.ts';
import { rootName, type WireName } from '../../../src/wire/name.ts';

export interface Problem {
  readonly code: RdataProblemCode;
  readonly message: string;
  readonly hint: string | undefined;
}

interface Token {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

export class TextTokens implements RdataTokens {
  readonly octets: Uint8Array;
  readonly origin: WireName;
  readonly problems: Problem[] = [];
  start = 0;
  end = 0;
  quoted = false;
  private readonly tokens: readonly Token[];
  private index = 0;

  constructor(text: string | Uint8Array, origin: WireName = rootName) {
    this.octets = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    this.origin = origin;
    this.tokens = splitTokens(this.octets);
  }

  next(): boolean {
    const token = this.tokens[this.index];
    if (token === undefined) return false;
    this.index++;
    this.start = token.start;
    this.end = token.end;
    this.quoted = token.quoted;
    return true;
  }

  putBack(): void {
    this.index--;
  }

  fail(code: RdataProblemCode, message: string, hint?: string): -1 {
    this.problems.push({ code, message, hint });
    return -1;
  }
}

function splitTokens(octets: Uint8Array): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < octets.length) {
    if (octets[at] === 0x20) {
      at++;
    } else if (octets[at] === 0x22) {
      const end = skipTo(octets, at + 1, (octet) => octet === 0x22);
      tokens.push({ start: at + 1, end, quoted: true });
      at = end + 1;
    } else {
      let inQuotes = false;
      const end = skipTo(octets, at, (octet) => {
        if (octet === 0x22) inQuotes = !inQuotes;
        return octet === 0x20 && !inQuotes;
      });
      tokens.push({ start: at, end, quoted: false });
      at = end;
    }
  }
  return tokens;
}

function skipTo(octets: Uint8Array, from: number, isEnd: (octet: number) => boolean): number {
  let at = from;
  while (at < octets.length && !isEnd(octets[at] as number)) at += octets[at] === 0x5c ? 2 : 1;
  return Math.min(at, octets.length);
}
