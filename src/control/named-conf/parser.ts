/**
 * The parser: statements by the grammar's tables. It tells all faults, each where it can be mended, and goes on at the next
 * statement. A brace that is missing is told where the block was opened: where a statement stands in a block that doesn't
 * know it, but one further out does, and the file has more opening than closing braces, the block ended before it.
 */

import { resolve } from 'node:path';
import { didYouMean, nearestWord } from '../config/nearest-word.ts';
import { chrootHint } from './chroot.ts';
import { type Clause, type Context, contextOf, placesOf, topContext } from './grammar/contexts.ts';
import { shapeOf } from './grammar/notation.ts';
import { removedStatements } from './grammar/removed.ts';
import { findIncluded } from './include.ts';
import { lex } from './lexer.ts';
import type { ParseState } from './parse-state.ts';
import { ShapeReader } from './shape-reader.ts';
import type { SourceText } from './source-text.ts';
import { statOf } from './stat-of.ts';
import { isSymbol, isWord, showToken, type Token } from './token.ts';
import { TokenStream } from './token-stream.ts';
import type { Argument, Statement } from './tree.ts';

/** Parse a file and those that it includes. Faults are in `state`. */
export function parseNamedConf(source: SourceText, state: ParseState): readonly Statement[] {
  const statements: Statement[] = [];
  state.files.push({ source, include: undefined });
  readInto(statements, source, [topContext], state);
  return statements;
}

/** Parse the text of a file that no statement includes, as if its statements stood in such a block. */
export function parseStatements(source: SourceText, context: Context, state: ParseState): readonly Statement[] {
  const statements: Statement[] = [];
  state.files.push({ source, include: undefined });
  readInto(statements, source, [context], state);
  return statements;
}

/** Statements of included files become those of the block that includes them. */
function readInto(statements: Statement[], source: SourceText, contexts: readonly Context[], state: ParseState): void {
  const { tokens, problems } = lex(source);
  for (const { offset, ...problem } of problems) state.diagnostics.push(source.diagnosticAt(problem, offset));
  // Behind it nothing is what it seems.
  if (problems.length > 0) return;
  new StatementReader(new TokenStream(tokens), state, contexts).readFile(statements);
}

class StatementReader {
  private readonly stream: TokenStream;
  private readonly state: ParseState;
  private readonly shapes: ShapeReader;
  /** Of the blocks that are open, outermost first. */
  private readonly contexts: Context[];
  private clause: Clause | undefined;

  constructor(stream: TokenStream, state: ParseState, contexts: readonly Context[]) {
    this.stream = stream;
    this.state = state;
    this.contexts = [...contexts];
    this.shapes = new ShapeReader(stream, state, this);
  }

  readFile(statements: Statement[]): void {
    this.statements(statements, undefined);
  }

  readBlock(open: Token): Argument {
    this.contexts.push(contextOf(this.clause?.name ?? ''));
    const statements: Statement[] = [];
    this.statements(statements, open);
    this.contexts.pop();
    return { kind: 'block', open, close: this.stream.previous, statements };
  }

  isStatement(): boolean {
    const { token } = this.stream;
    if (token.kind !== 'word') return false;
    const clause = this.contexts.map((context) => context.get(token.text.toLowerCase())).findLast((found) => found);
    if (clause === undefined) return false;
    return !/\bBLOCK$/.test(clause.grammar) || [1, 2, 3].some((ahead) => isSymbol(this.stream.peek(ahead), '{'));
  }

  /** Up to the brace that closes `open`, or to the end of the file. */
  private statements(statements: Statement[], open: Token | undefined): void {
    const { stream, state } = this;
    for (;;) {
      if (state.isFull) stream.skipAll();
      const { token } = stream;
      if (token.kind === 'end') {
        if (state.isFull) return;
        if (open !== undefined) this.unclosed(open);
        return;
      }
      if (isSymbol(token, '}')) {
        stream.next();
        if (open !== undefined) return;
        state.error('NC03', 'this } closes nothing', token, 'remove it, with the ; behind it');
        if (isSymbol(stream.token, ';')) stream.next();
      } else if (token.kind !== 'word') {
        const hint = isSymbol(token, ';') ? 'remove it' : undefined;
        state.error('NC05', `expected a statement, found ${showToken(token)}`, token, hint);
        if (isSymbol(token, ';')) stream.next();
        else stream.skipStatement();
      } else if (isWord(token, 'include')) this.include(statements);
      else {
        this.statement(statements, open);
        if (!this.shapes.isBroken) continue;
        // Whether this block is the one further out that goes on, or ends too, shows by its next statement.
        if (open !== undefined && !this.isKnown(stream.token)) {
          if (stream.token.kind === 'end' || this.isKnownOutside(stream.token)) {
            this.unclosed(open);
            return;
          }
        }
        this.shapes.isBroken = false;
      }
    }
  }

  private isKnown(token: Token): boolean {
    return this.contexts.at(-1)?.has(token.text.toLowerCase()) === true || isSymbol(token, '}');
  }

  private isKnownOutside(token: Token): boolean {
    return token.kind === 'word' && this.contexts.some((context) => context.has(token.text.toLowerCase()));
  }

  private unclosed(open: Token): void {
    const { stream, state } = this;
    const { token } = stream;
    const isEnd = token.kind === 'end';
    stream.missingBraces--;
    this.shapes.isBroken = true;
    const where = isEnd
      ? 'at the end of the file'
      : `before ${showToken(token)} in line ${token.source.lineOf(token.start)}`;
    state.error('NC03', `the { of ${this.clause?.name} is not closed`, open, `write }; ${where}`);
  }

  private statement(statements: Statement[], open: Token | undefined): void {
    const { stream } = this;
    const keyword = stream.token;
    const clause = this.contexts.at(-1)?.get(keyword.text.toLowerCase());
    if (clause === undefined) {
      if (open !== undefined && stream.missingBraces > 0 && this.isKnownOutside(keyword)) {
        this.shapes.isBroken = true;
        return;
      }
      this.unknown(keyword);
      return;
    }
    stream.next();
    const args: Argument[] = [];
    const outer = this.clause;
    this.clause = clause;
    const isGood = this.shapes.read(shapeOf(clause.grammar), args);
    this.clause = outer;
    if (this.shapes.isBroken) return;
    if (!isGood) stream.skipStatement();
    else if (this.semicolon()) this.add(statements, { keyword, clause, args, last: stream.previous });
  }

  private add(statements: Statement[], statement: Statement): void {
    const { clause, keyword } = statement;
    const before = clause.isRepeatable ? undefined : statements.find((other) => other.clause === clause);
    if (before !== undefined) {
      const at = before.keyword;
      const place = at.source === keyword.source ? '' : `${at.source.file}:`;
      const hint = `it stands in ${place === '' ? 'line ' : place}${at.source.lineOf(at.start)} already`;
      this.state.error('NC08', `${keyword.text} is given twice`, keyword, hint);
    }
    statements.push(statement);
    const [value] = statement.args;
    // That of a key-store is another.
    if (clause.name === 'directory' && clause.places.includes('o') && value?.kind === 'token') {
      changeDirectory(value.token, this.state);
    }
  }

  /** False: something else stands there, which has been told and passed. */
  private semicolon(): boolean {
    const { stream, state } = this;
    const { token, previous } = stream;
    if (isSymbol(token, ';')) {
      stream.next();
      return true;
    }
    const isOnNewLine = token.source.lineOf(token.start) > previous.source.lineOf(previous.end);
    const isNext = token.kind === 'end' || isSymbol(token, '}') || this.isKnown(token) || isWord(token, 'include');
    if (isNext || isOnNewLine || this.isKnownOutside(token)) {
      state.errorBehind('NC04', `missing ; behind ${showToken(previous)}`, previous);
      return true;
    }
    state.error('NC05', `expected ;, found ${showToken(token)}`, token);
    stream.skipStatement();
    return false;
  }

  private unknown(keyword: Token): void {
    const { state, stream } = this;
    const word = keyword.text.toLowerCase();
    const here = [...(this.contexts.at(-1)?.keys() ?? [])];
    const elsewhere = placesOf(word);
    if (removedStatements.includes(word)) {
      state.error('NC10', `BIND has no ${word} any more`, keyword, 'remove the line');
    } else if (elsewhere.length > 0) {
      const hint = `it belongs in ${elsewhere.join(', ').replace(/, ([^,]*)$/, ' or $1')}`;
      state.error('NC07', `${word} does not belong here`, keyword, hint);
    } else {
      const near = nearestWord(word, here);
      const hint =
        near === undefined && here.length < 20 ? didYouMean(word, here, '') : near && `did you mean ${near}?`;
      state.error('NC06', `unknown statement ${showToken(keyword)}`, keyword, hint);
    }
    stream.skipStatement();
  }

  private include(statements: Statement[]): void {
    const { stream, state } = this;
    const keyword = stream.next();
    const args: Argument[] = [];
    if (!this.shapes.read(shapeOf('QUOTED'), args)) stream.skipStatement();
    const [path] = args;
    if (path?.kind !== 'token' || !this.semicolon()) return;
    for (const included of findIncluded(path.token, keyword, state)) {
      state.files.push({ source: included.source, include: keyword });
      state.open.push(included.source.file);
      readInto(statements, included.source, this.contexts, state);
      state.open.pop();
    }
  }
}

/** From here on, as BIND does. */
function changeDirectory(path: Token, state: ParseState): void {
  state.directory = resolve(state.directory, path.text);
  if (statOf(state.directory)?.isDirectory() === true) return;
  const hint = chrootHint(state.directory, state.chroots);
  state.error('NC01', `the directory ${state.directory} does not exist`, path, hint);
}
