/**
 * Cuts a zone file into entries and an entry into tokens (RFC 1035 §5.1). An entry is a record or a directive: one line, or
 * more where parentheses hold them together. Tokens are offsets into the window; nothing is copied and no object made.
 *
 * As in BIND: a quoted string and the word next to it are two tokens, a carriage return alone ends a line, quotes may hold a
 * line end only behind a backslash, `;` begins a comment anywhere outside of quotes.
 */
import { octetAt } from '../base/octets.ts';
import { FileWindow } from './file-window.ts';
import { Kind, octetKinds } from './octet-kinds.ts';
import type { ZoneSource } from './zone-source.ts';

/** What can be wrong with an entry before its tokens are looked at. */
export const LexProblem = { openQuote: 0, openParenthesis: 1, closeParenthesis: 2, tooLong: 3, nul: 4 } as const;
export type LexProblem = (typeof LexProblem)[keyof typeof LexProblem];

export interface FoundProblem {
  readonly problem: LexProblem;
  /** Where, in `octets`. */
  readonly at: number;
}

export class EntryLexer {
  /** Holds the entry; another buffer after each `readEntry`. */
  octets: Uint8Array;
  /** The i-th token is `octets[starts[i], ends[i])`, quotes outside of it. */
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  /** 1 where the token stood in quotes. */
  quoted = new Uint8Array(64);
  tokenCount = 0;
  /** Whether the entry's first line begins with a blank. */
  hasLeadingBlank = false;
  /** The entry is `octets[entryStart, entryEnd)`, its line end included. */
  entryStart = 0;
  entryEnd = 0;
  /** 1-based line of the entry's first octet. */
  entryLine = 1;
  /** Whether the last entry of the file ended without a line end. */
  lacksLastLineEnd = false;
  readonly problems: FoundProblem[] = [];

  private readonly window: FileWindow;
  private lineFeeds = 0;
  /** Where the outermost open parenthesis stands; -1 outside of parentheses. */
  private openAt = -1;
  /** Unclosed parentheses met so far in the file: each costs reading to the end again. */
  private unclosedCount = 0;
  private skipsLine = false;
  /** The window ends inside of a comment. */
  private endsInComment = false;

  constructor(chunkOctets: number) {
    this.window = new FileWindow(chunkOctets);
    this.octets = this.window.octets;
  }

  /** Begin a file. May throw what the source throws, as `readEntry` may. */
  start(source: ZoneSource): void {
    this.window.start(source);
    this.reset();
  }

  /** Begin a text in memory, as `$GENERATE` makes it. */
  startWith(octets: Uint8Array, length: number): void {
    this.window.startWith(octets, length);
    this.reset();
  }

  /** The first octets of the file, at most `length`, without moving on. */
  peek(length: number): Uint8Array {
    if (this.window.filled === 0) this.window.refill(0);
    this.octets = this.window.octets;
    return this.octets.slice(0, Math.min(length, this.window.filled));
  }

  /** Leave out octets at the file's beginning. */
  skip(length: number): void {
    this.entryEnd = length;
  }

  /** Go to the next entry, which may have no tokens. False at the end of the file. */
  readEntry(): boolean {
    this.entryLine += this.lineFeeds;
    this.lineFeeds = 0;
    this.entryStart = this.entryEnd;
    if (this.problems.length > 0) this.problems.length = 0;
    if (this.skipsLine) this.skipLine();
    while (!this.scan()) {
      const offset = this.entryStart;
      if (!this.window.refill(offset)) {
        this.giveUpEntry();
        break;
      }
      this.octets = this.window.octets;
      this.entryStart = 0;
      this.entryEnd = 0;
    }
    return this.entryEnd > this.entryStart;
  }

  /** 1-based line and column, in characters, of the octet at `at` of the current entry, and its line's text. */
  placeOf(at: number): { line: number; column: number; sourceLine: string } {
    const entry = this.octets.subarray(this.entryStart, at);
    const lineStart = this.entryStart + entry.lastIndexOf(lineFeed) + 1;
    let line = this.entryLine;
    for (let end = entry.indexOf(lineFeed); end !== -1; end = entry.indexOf(lineFeed, end + 1)) line++;
    const column = decoder.decode(this.octets.subarray(lineStart, at)).length + 1;
    const sourceLine = decoder.decode(this.lineFrom(lineStart));
    return { line, column, sourceLine };
  }

  isBlankAt(at: number): boolean {
    return octetKinds[octetAt(this.octets, at)] === Kind.blank;
  }

  private reset(): void {
    this.octets = this.window.octets;
    this.entryStart = 0;
    this.entryEnd = 0;
    this.entryLine = 1;
    this.lineFeeds = 0;
    this.tokenCount = 0;
    this.lacksLastLineEnd = false;
    this.unclosedCount = 0;
    this.skipsLine = false;
    this.problems.length = 0;
  }

  /** Find the tokens of the entry at `entryStart` and its end; false where the window ends before the entry does. */
  private scan(): boolean {
    const octets = this.octets;
    let at = this.entryStart;
    let depth = 0;
    this.tokenCount = 0;
    this.lineFeeds = 0;
    this.openAt = -1;
    this.endsInComment = false;
    if (this.problems.length > 0) this.problems.length = 0;
    this.hasLeadingBlank = this.isBlankAt(at);
    for (;;) {
      switch (octetKinds[octetAt(octets, at)]) {
        case Kind.ordinary:
        case Kind.backslash:
          at = this.scanWord(at);
          break;
        case Kind.blank:
          at++;
          break;
        case Kind.lineFeed:
          if (at === this.window.filled) return this.window.isAtEnd && this.endAtFileEnd(at);
          this.lineFeeds++;
          at++;
          if (depth === 0) return this.endEntry(at);
          break;
        case Kind.carriageReturn:
          at++;
          if (octetAt(octets, at) === lineFeed || depth > 0) break;
          return this.endEntry(at);
        case Kind.semicolon:
          at = this.findLineEnd(at);
          this.endsInComment = at === this.window.filled;
          break;
        case Kind.open:
          if (depth === 0) this.openAt = at;
          depth++;
          at++;
          break;
        case Kind.close:
          if (depth === 0) this.problems.push({ problem: LexProblem.closeParenthesis, at });
          else if (--depth === 0) this.openAt = -1;
          at++;
          break;
        case Kind.quote:
          at = this.scanQuoted(at);
          break;
        default:
          if (this.problems.length === 0) this.problems.push({ problem: LexProblem.nul, at });
          at++;
      }
    }
  }

  private scanWord(start: number): number {
    const octets = this.octets;
    let at = start;
    for (;;) {
      while (octetKinds[octetAt(octets, at)] === Kind.ordinary) at++;
      if (octetAt(octets, at) !== backslash) break;
      at++;
      if (!isLineEnd(octetAt(octets, at))) at++;
    }
    this.addToken(start, at, 0);
    return at;
  }

  /** Returns where scanning goes on: behind the closing quote, or at the line's end where there is none. */
  private scanQuoted(quoteAt: number): number {
    const octets = this.octets;
    let at = quoteAt + 1;
    for (;;) {
      const octet = octetAt(octets, at);
      if (octet === quote) {
        this.addToken(quoteAt + 1, at, 1);
        return at + 1;
      }
      if (octet === backslash) {
        at++;
        if (octetAt(octets, at) !== lineFeed) at++;
        else if (at < this.window.filled) {
          this.lineFeeds++;
          at++;
        }
        continue;
      }
      if (octet === lineFeed) {
        // At the window's end it is too early to say; then the entry is scanned again.
        if (at < this.window.filled || this.window.isAtEnd) {
          this.problems.push({ problem: LexProblem.openQuote, at: quoteAt });
        }
        this.addToken(quoteAt + 1, at, 1);
        return at;
      }
      at++;
    }
  }

  private addToken(start: number, end: number, quoted: number): void {
    const index = this.tokenCount++;
    if (index === this.starts.length) this.growTokens();
    this.starts[index] = start;
    this.ends[index] = end;
    this.quoted[index] = quoted;
  }

  private growTokens(): void {
    const size = 2 * this.starts.length;
    const starts = new Int32Array(size);
    const ends = new Int32Array(size);
    const quoted = new Uint8Array(size);
    starts.set(this.starts);
    ends.set(this.ends);
    quoted.set(this.quoted);
    this.starts = starts;
    this.ends = ends;
    this.quoted = quoted;
  }

  private endEntry(at: number): true {
    this.entryEnd = at;
    return true;
  }

  private endAtFileEnd(at: number): true {
    this.entryEnd = at;
    if (this.openAt >= 0) this.recoverFromOpenParenthesis();
    else if (this.entryEnd > this.entryStart) this.lacksLastLineEnd = true;
    return true;
  }

  /** The entry passes the limit: say so, and go on where a new one seems to begin. */
  private giveUpEntry(): void {
    this.entryEnd = this.window.filled;
    if (this.openAt >= 0) {
      this.recoverFromOpenParenthesis();
      return;
    }
    // A comment may go on as it likes.
    if (!this.endsInComment) this.problems.push({ problem: LexProblem.tooLong, at: this.entryStart });
    this.lineFeeds = this.countLineFeeds(this.entryStart, this.entryEnd);
    this.skipsLine = true;
  }

  /**
   * Nothing closes the parenthesis, and most of what follows is not meant to be inside: go on at the next line that begins
   * like an owner or a directive. Each time costs reading to the end, so after some of them the rest is left unread.
   */
  private recoverFromOpenParenthesis(): void {
    this.problems.length = 0;
    this.problems.push({ problem: LexProblem.openParenthesis, at: this.openAt });
    if (++this.unclosedCount <= maxUnclosedParentheses) this.entryEnd = this.findNextOwnerLine(this.openAt);
    this.lineFeeds = this.countLineFeeds(this.entryStart, this.entryEnd);
    this.skipsLine = this.entryEnd === this.window.filled;
  }

  private findNextOwnerLine(from: number): number {
    const { octets } = this;
    for (let at = from; at < this.window.filled; at++) {
      if (octetAt(octets, at) !== lineFeed) continue;
      const kind = octetKinds[octetAt(octets, at + 1)];
      if ((kind === Kind.ordinary || kind === Kind.backslash) && at + 1 < this.window.filled) return at + 1;
    }
    return this.window.filled;
  }

  private countLineFeeds(from: number, to: number): number {
    let count = 0;
    for (let at = from; at < to; at++) if (octetAt(this.octets, at) === lineFeed) count++;
    return count;
  }

  /** Pass over the rest of a line, however long, to the beginning of the next. */
  private skipLine(): void {
    this.skipsLine = false;
    for (;;) {
      const end = this.octets.indexOf(lineFeed, this.entryStart);
      if (end < this.window.filled) {
        this.entryStart = end + 1;
        this.entryLine++;
        return;
      }
      this.entryStart = this.window.filled;
      if (this.window.isAtEnd) return;
      this.window.refill(this.entryStart);
      this.octets = this.window.octets;
      this.entryStart = 0;
      this.entryEnd = 0;
    }
  }

  private findLineEnd(from: number): number {
    let at = from;
    while (!isLineEnd(octetAt(this.octets, at))) at++;
    return at;
  }

  /** What stands from there to the next line end, which the window always has. */
  private lineFrom(start: number): Uint8Array {
    const line = this.octets.subarray(start, this.octets.indexOf(lineFeed, start));
    const end = line.indexOf(carriageReturn);
    return end === -1 ? line : line.subarray(0, end);
  }
}

/** How many unclosed parentheses of a file are mended by guessing before the rest of it is left unread. */
const maxUnclosedParentheses = 10;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const backslash = 0x5c;

const decoder = new TextDecoder();

function isLineEnd(octet: number): boolean {
  return octet === lineFeed || octet === carriageReturn;
}
