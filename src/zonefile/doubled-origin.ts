/** Finds the commonest slip in zone files: a full name without its final dot, which gets the origin a second time. */
import { lowerCase, octetAt } from '../base/octets.ts';
import { countLabels, formatName, type WireName } from '../wire/name.ts';
import type { EntryLexer } from './entry-lexer.ts';
import type { OpenedFile, ParseState } from './parse-state.ts';
import { tokenAt } from './token-text.ts';

export class DoubledOrigin {
  /** The apex in presentation format, lower case, without the final dot. */
  private readonly apexText: Uint8Array;
  private readonly apexLabels: number;
  /** The apex's labels without the root, in lower-case wire format. */
  private readonly apexLabelOctets: Uint8Array;

  constructor(apex: WireName) {
    this.apexText = encoder.encode(formatName(apex).slice(0, -1).toLowerCase());
    this.apexLabels = countLabels(apex, 0);
    this.apexLabelOctets = apex.slice(0, -1).map((octet) => octetAt(lowerCase, octet));
  }

  /**
   * Whether the name `octets[start, end)` in presentation format ends in the apex without a final dot. For an apex of one
   * label it must have more before it: in the zone `phones`, a host may well be called `phones`.
   */
  isSuspect(octets: Uint8Array, start: number, end: number): boolean {
    const text = this.apexText;
    const surplus = end - start - text.length;
    if (surplus < 0 || this.apexLabels === 0) return false;
    for (let i = text.length - 1; i >= 0; i--) {
      if (octetAt(lowerCase, octetAt(octets, start + surplus + i)) !== octetAt(text, i)) return false;
    }
    if (surplus === 0) return this.apexLabels > 1;
    return octetAt(octets, start + surplus - 1) === dot;
  }

  /** Whether `length` octets can hold the apex's labels with `origin` behind them; most data is too short. */
  hasRoom(length: number, origin: Uint8Array): boolean {
    return length >= this.apexLabelOctets.length + origin.length;
  }

  /** Where in `octets[0, length)` the apex's labels stand with `origin` right behind them; -1 if nowhere. */
  findDoubled(octets: Uint8Array, length: number, origin: Uint8Array): number {
    const { apexLabelOctets } = this;
    const last = length - apexLabelOctets.length - origin.length;
    for (let at = 0; at <= last; at++) {
      if (matches(octets, at, apexLabelOctets) && matches(octets, at + apexLabelOctets.length, origin)) return at;
    }
    return -1;
  }
}

/** Whether the i-th token is a name that was meant to be absolute; `octets[0, length)` is what has been made of it. */
export function isDoubled(
  state: ParseState,
  lexer: EntryLexer,
  index: number,
  octets: Uint8Array,
  length: number,
): boolean {
  if (!state.isOriginInZone || lexer.quoted[index] === 1) return false;
  const start = lexer.starts[index] as number;
  if (!state.doubledOrigin.isSuspect(lexer.octets, start, lexer.ends[index] as number)) return false;
  // Only if it was a name has the origin been put behind it.
  return state.doubledOrigin.findDoubled(octets, length, state.origin) >= 0;
}

/** Warn of the name `text`, which stands at the token `index`. */
export function reportDoubled(state: ParseState, file: OpenedFile, index: number, text: string): void {
  const message = `"${text}" has no final dot, so it means ${text}.${formatName(state.origin)}`;
  const hint = `write the final dot: ${text}. (or leave the zone's name away)`;
  state.report('warning', 'ZF33', file, tokenAt(file.lexer, index), message, hint);
}

function matches(octets: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) {
    if (octetAt(lowerCase, octetAt(octets, at + i)) !== octetAt(lowerCase, octetAt(wanted, i))) return false;
  }
  return true;
}

const encoder = new TextEncoder();
const dot = 0x2e;
