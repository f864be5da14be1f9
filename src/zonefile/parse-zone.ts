/** Reads a zone file and all that it includes, entry by entry (RFC 1035 §5). */
import { resolve } from 'node:path';
import { maxIncludeDepth } from '../base/limits.ts';
import { octetAt } from '../base/octets.ts';
import { DirectiveParser } from './directives.ts';
import { EntryLexer, LexProblem } from './entry-lexer.ts';
import { byteOrderMarkOctets, openingProblem } from './file-signature.ts';
import type { ParseOptions, ParseSummary } from './parse-options.ts';
import { type OpenedFile, ParseState } from './parse-state.ts';
import { RecordHead } from './record-head.ts';
import { RecordParser } from './record-parser.ts';
import type { Place } from './reporter.ts';
import { reasonOf, type ZoneSource } from './zone-source.ts';

/**
 * Read a zone file; every record goes to the sink, every problem to `onDiagnostic`.
 *
 * Goes on at the next entry after an error, so that one reading finds them all. Reads in chunks and holds one entry at a
 * time, whatever the file's size. Never throws for what is in the files or for files that can't be read.
 */
export function parseZone(options: ParseOptions): ParseSummary {
  const state = new ParseState(options);
  const parser = new ZoneParser(state);
  parser.readFile(options.file, () => ({ file: options.file }));
  state.reporter.finish(options.file);
  const { errors, warnings } = state.reporter;
  return { records: state.recordCount, errors, warnings, files: [...state.files] };
}

class ZoneParser {
  private readonly state: ParseState;
  /** The files being read, each including the next; absolute paths, to know them again. */
  private readonly chain: string[] = [];
  /** Buffers of files that have been read, for the next `$INCLUDE`. */
  private readonly spareLexers: EntryLexer[] = [];

  constructor(state: ParseState) {
    this.state = state;
  }

  /** `findPlace` tells where a failure to open the file is shown. */
  readFile(path: string, findPlace: () => Partial<Place>): void {
    const { state } = this;
    if (!this.checkChain(path, findPlace)) {
      state.noteLost();
      return;
    }
    const opened = state.open(path);
    if (!opened.ok) {
      this.reportUnreadable(path, opened.error.message, findPlace);
      return;
    }
    state.files.add(path);
    this.chain.push(resolve(path));
    const lexer = this.spareLexers.pop() ?? new EntryLexer(state.chunkOctets);
    try {
      this.readEntries({ path, lexer }, opened.value);
    } finally {
      opened.value.close();
      this.chain.pop();
      this.spareLexers.push(lexer);
    }
  }

  private checkChain(path: string, findPlace: () => Partial<Place>): boolean {
    const { reporter } = this.state;
    const first = this.chain.indexOf(resolve(path));
    if (first >= 0) {
      const circle = [...this.chain.slice(first), resolve(path)]
        .map((member) => this.shownPath(member))
        .join(' includes ');
      reporter.report(
        'error',
        'ZF16',
        `$INCLUDE runs in a circle: ${circle}`,
        'remove one of the $INCLUDE lines',
        findPlace,
      );
      return false;
    }
    if (this.chain.length <= maxIncludeDepth) return true;
    const message = `$INCLUDE is nested more than ${maxIncludeDepth} deep`;
    reporter.report('error', 'ZF17', message, 'include the files from fewer levels', findPlace);
    return false;
  }

  /** The path as messages show it, of a file of the chain. */
  private shownPath(absolute: string): string {
    for (const path of this.state.files) if (resolve(path) === absolute) return path;
    return absolute;
  }

  private reportUnreadable(path: string, reason: string, findPlace: () => Partial<Place>): void {
    const hint = this.chain.length > 0 ? 'the path is taken from the folder of the file that includes it' : undefined;
    this.state.reporter.report('error', 'ZF01', `cannot read ${path}: ${reason}`, hint, findPlace);
    this.state.noteLost();
  }

  private readEntries(file: OpenedFile, source: ZoneSource): void {
    const { state } = this;
    const { lexer } = file;
    const head = new RecordHead(state, file);
    const records = new RecordParser(state, file, head);
    const directives = new DirectiveParser(state, file, head, (path, at) =>
      this.readFile(path, () => ({ file: file.path, ...lexer.placeOf(at) })),
    );
    if (!this.tryRead(file, () => lexer.start(source)) || !this.checkOpening(file)) return;
    while (this.readEntry(file)) {
      if (lexer.lacksLastLineEnd) this.reportLastLine(file);
      if (lexer.problems.length > 0) this.reportProblems(file);
      else if (lexer.tokenCount === 0) continue;
      else if (!lexer.hasLeadingBlank && octetAt(lexer.octets, lexer.starts[0] as number) === dollar)
        directives.parse();
      else records.parse();
    }
  }

  private reportLastLine(file: OpenedFile): void {
    const message = 'the last line has no line end';
    const hint = 'the file may have been cut; add a line end if it is whole';
    this.state.report('warning', 'ZF35', file, file.lexer.entryEnd, message, hint);
  }

  /** Look at the first octets for what is no text, and leave a byte order mark out. */
  private checkOpening(file: OpenedFile): boolean {
    let first: Uint8Array = new Uint8Array(0);
    if (!this.tryRead(file, () => (first = file.lexer.peek(4)))) return false;
    const { reporter } = this.state;
    const problem = openingProblem(first);
    if (problem === undefined) return true;
    reporter.report(problem.severity, problem.code, problem.message, problem.hint, () => ({
      file: file.path,
      line: 1,
    }));
    file.lexer.skip(byteOrderMarkOctets);
    if (problem.severity !== 'error') return true;
    this.state.noteLost();
    return false;
  }

  /** Go to the next entry; false at the file's end, and where the disk fails. */
  private readEntry(file: OpenedFile): boolean {
    try {
      return file.lexer.readEntry();
    } catch (error) {
      this.reportUnreadable(file.path, reasonOf(error), () => ({ file: file.path }));
      return false;
    }
  }

  private tryRead(file: OpenedFile, read: () => void): boolean {
    try {
      read();
      return true;
    } catch (error) {
      this.reportUnreadable(file.path, reasonOf(error), () => ({ file: file.path }));
      return false;
    }
  }

  private reportProblems(file: OpenedFile): void {
    for (const { problem, at } of file.lexer.problems) {
      const { code, message, hint } = lexProblems[problem];
      this.state.report('error', code, file, at, message, hint);
    }
    this.state.noteLost();
  }
}

const lexProblems = {
  [LexProblem.openQuote]: {
    code: 'ZF02',
    message: 'unbalanced quotes: nothing closes this one in its line',
    hint: 'close the string in its line; several strings behind each other make a longer text',
  },
  [LexProblem.openParenthesis]: {
    code: 'ZF03',
    message: 'unbalanced parentheses: nothing closes this one',
    hint: 'write the missing ")" behind the last field of this record',
  },
  [LexProblem.closeParenthesis]: {
    code: 'ZF04',
    message: 'unbalanced parentheses: nothing opens what this one closes',
    hint: 'remove it, or open it where the record begins; as part of a text it stands in quotes',
  },
  [LexProblem.tooLong]: {
    code: 'ZF05',
    message: 'an entry of more than 1 MiB',
    hint: 'is this a zone file?',
  },
  [LexProblem.nul]: {
    code: 'ZF06',
    message: 'a NUL octet',
    hint: 'is this a zone file? In a name or a string it is written \\000',
  },
} as const;

const dollar = 0x24;
