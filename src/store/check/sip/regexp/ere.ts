/**
 * POSIX extended regular expressions, as RFC 3402 §3.2 wants them: read into a tree, with what is wrong with them. Octets are taken
 * as they are, in the C locale. `fault` is what no reader compiles and BIND refuses; a doubt is what POSIX leaves undefined, so that
 * each reader takes it its own way.
 */
import { parseBracket } from './bracket.ts';

export type Ere =
  | { readonly kind: 'octets'; readonly set: OctetSet }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Ere[] }
  | { readonly kind: 'repeat'; readonly body: Ere; readonly least: number; readonly most: number };

/** 1 at each octet that belongs to it. */
export type OctetSet = Uint8Array;

export interface ParsedEre {
  /** `undefined` where there is a fault. */
  readonly ere: Ere | undefined;
  readonly fault: string | undefined;
  readonly doubts: readonly string[];
}

/** `text` has one character for each octet. */
export function parseEre(text: string): ParsedEre {
  const parser = new EreParser(text);
  const ere = parser.parseChoice(0);
  return { ere, fault: parser.fault, doubts: parser.doubts };
}

/** POSIX's RE_DUP_MAX; BIND has it too. */
const mostRepeats = 255;

class EreParser {
  fault: string | undefined;
  readonly doubts: string[] = [];
  private readonly text: string;
  private at = 0;
  private groupsBegun = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** `depth` is the number of groups that are open. */
  parseChoice(depth: number): Ere | undefined {
    const parts: Ere[] = [];
    for (;;) {
      const part = this.parseSequence(depth);
      if (part === undefined) return undefined;
      parts.push(part);
      if (this.text[this.at] !== '|') break;
      this.at++;
    }
    return parts.length === 1 ? parts[0] : { kind: 'choice', parts };
  }

  private parseSequence(depth: number): Ere | undefined {
    const parts: Ere[] = [];
    while (this.at < this.text.length) {
      const next = this.text[this.at];
      if (next === '|' || (next === ')' && depth > 0)) break;
      const part = this.parsePiece(depth);
      if (part === undefined) return undefined;
      parts.push(part);
    }
    if (parts.length > 0) return parts.length === 1 ? parts[0] : { kind: 'sequence', parts };
    if (this.text[this.at] === ')' && this.text[this.at - 1] === '(') {
      this.doubts.push('"()" is empty');
      return { kind: 'sequence', parts };
    }
    return this.fail(this.text === '' ? 'it is empty' : 'an alternative of "|" is empty');
  }

  private parsePiece(depth: number): Ere | undefined {
    const begin = this.at;
    const atom = this.parseAtom(depth);
    if (atom === undefined || !this.isRepetition()) return atom;
    if (atom.kind === 'start' || atom.kind === 'end') {
      const anchor = this.text[begin];
      return this.fail(`"${this.text[this.at]}" behind "${anchor}" repeats nothing`);
    }
    const piece = this.parseRepetition(atom);
    if (piece === undefined || !this.isRepetition()) return piece;
    return this.fail(`"${this.text.slice(begin, this.at + 1)}" repeats a repetition`);
  }

  private parseAtom(depth: number): Ere | undefined {
    if (this.isRepetition()) return this.fail(`"${this.text[this.at]}" repeats nothing`);
    const character = this.text[this.at++] as string;
    switch (character) {
      case '(':
        return this.parseGroup(depth);
      case '[':
        return this.parseSet();
      case '\\':
        return this.parseEscape();
      case '.':
        return { kind: 'octets', set: new Uint8Array(256).fill(1) };
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case ')':
        this.doubts.push('")" closes nothing');
        return literal(character);
      case '{':
        this.doubts.push('"{" without a number');
        return literal(character);
      default:
        return literal(character);
    }
  }

  private parseGroup(depth: number): Ere | undefined {
    this.groupsBegun++;
    const body = this.parseChoice(depth + 1);
    if (body === undefined) return undefined;
    if (this.text[this.at] !== ')') return this.fail('"(" is not closed');
    this.at++;
    // A sequence of its own, so that a repetition of "(^)" is one of the group.
    return { kind: 'sequence', parts: [body] };
  }

  private parseSet(): Ere | undefined {
    const bracket = parseBracket(this.text, this.at);
    if (bracket.set === undefined) return this.fail(bracket.fault);
    this.at = bracket.next;
    return { kind: 'octets', set: bracket.set };
  }

  private parseEscape(): Ere | undefined {
    const escaped = this.text[this.at++];
    if (escaped === undefined) return this.fail('a backslash escapes nothing');
    if (/[1-9]/.test(escaped)) {
      if (Number(escaped) > this.groupsBegun) return this.fail(`"\\${escaped}" refers to a group that is not there`);
      this.doubts.push(`"\\${escaped}" refers back within the pattern`);
    } else if (/[0a-zA-Z]/.test(escaped)) {
      this.doubts.push(`"\\${escaped}" is not POSIX${escaped in perlTwins ? `: write ${perlTwins[escaped]}` : ''}`);
    }
    return literal(escaped);
  }

  private isRepetition(): boolean {
    const next = this.text[this.at];
    return next === '*' || next === '+' || next === '?' || (next === '{' && /[0-9]/.test(this.text[this.at + 1] ?? ''));
  }

  private parseRepetition(body: Ere): Ere | undefined {
    const character = this.text[this.at++];
    if (character === '*') return { kind: 'repeat', body, least: 0, most: Number.POSITIVE_INFINITY };
    if (character === '+') return { kind: 'repeat', body, least: 1, most: Number.POSITIVE_INFINITY };
    if (character === '?') return { kind: 'repeat', body, least: 0, most: 1 };
    return this.parseBounds(body);
  }

  private parseBounds(body: Ere): Ere | undefined {
    const written = /^(\d+)(,?)(\d*)\}/.exec(this.text.slice(this.at));
    if (written === null) return this.fail('the numbers in "{" are not closed, or not numbers');
    const [whole, low, comma, high] = written;
    const least = Number(low);
    const most = comma === '' ? least : high === '' ? Number.POSITIVE_INFINITY : Number(high);
    if (least > mostRepeats || (most !== Number.POSITIVE_INFINITY && most > mostRepeats)) {
      return this.fail(`"{${whole}" repeats more than ${mostRepeats} times`);
    }
    if (least > most) return this.fail(`"{${whole}" ends before it begins`);
    this.at += whole.length;
    return { kind: 'repeat', body, least, most };
  }

  private fail(fault: string): undefined {
    this.fault ??= fault;
    return undefined;
  }
}

const perlTwins: Readonly<Record<string, string>> = { d: '[0-9]', w: '[A-Za-z0-9_]', s: '[[:space:]]' };

function literal(character: string): Ere {
  const set = new Uint8Array(256);
  set[character.charCodeAt(0)] = 1;
  return { kind: 'octets', set };
}
