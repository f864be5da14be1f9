/** Reads what follows a statement's name, as the grammar's shape for it says. */
import { isIP } from 'node:net';
import { didYouMean } from '../config/nearest-word.ts';
import { type Shape, shapeOf } from './grammar/notation.ts';
import { terminals } from './grammar/terminals.ts';
import type { ParseState } from './parse-state.ts';
import { isSymbol, isWord, showToken, type Token } from './token.ts';
import type { TokenStream } from './token-stream.ts';
import type { Argument } from './tree.ts';

/** What only the reader of statements knows. */
export interface BlockReader {
  /** Read the statements behind `open`, which has been read, and its closing brace. */
  readBlock(open: Token): Argument;
  /** Whether a statement of the blocks around begins here. */
  isStatement(): boolean;
}

export class ShapeReader {
  private readonly stream: TokenStream;
  private readonly state: ParseState;
  private readonly blocks: BlockReader;
  /** How many lists and blocks are open. */
  private depth = 0;
  /** A brace that is missing has been told: what follows belongs to a block further out. */
  isBroken = false;

  constructor(stream: TokenStream, state: ParseState, blocks: BlockReader) {
    this.stream = stream;
    this.state = state;
    this.blocks = blocks;
  }

  /** Append what is read to `args`. False: it is something else, which has been told. */
  read(shape: Shape, args: Argument[]): boolean {
    switch (shape.kind) {
      case 'sequence':
        return this.sequence(shape.parts, args);
      case 'choice': {
        const part = shape.parts.find((candidate) => this.begins(candidate));
        return part === undefined ? this.unexpected(shape) : this.read(part, args);
      }
      case 'optional':
        return !this.begins(shape.part) || this.read(shape.part, args);
      case 'list':
        return this.list(shape.item, args);
      case 'block':
        return this.block(args);
      case 'word':
        return this.begins(shape) ? this.take(args) : this.unexpected(shape);
      case 'terminal':
        return this.terminal(shape.name, args);
    }
  }

  /** Neighbours that may be missing may come in any order, as in BIND's log files. */
  private sequence(parts: readonly Shape[], args: Argument[]): boolean {
    let optional: Shape[] = [];
    for (const part of parts) {
      if (part.kind === 'optional') {
        optional.push(part.part);
        continue;
      }
      if (!this.optionals(optional, args)) return false;
      optional = [];
      if (!this.read(part, args)) return false;
    }
    return this.optionals(optional, args);
  }

  private optionals(parts: readonly Shape[], args: Argument[]): boolean {
    const rest = [...parts];
    for (;;) {
      const index = rest.findIndex((part) => this.begins(part));
      const [part] = index < 0 ? [] : rest.splice(index, 1);
      if (part === undefined) return true;
      if (!this.read(part, args)) return false;
    }
  }

  private terminal(name: string, args: Argument[]): boolean {
    if (name === 'ELEMENT') return this.element(args);
    if (name === 'RRTYPES' || name === 'ANYTHING') return this.rest(args);
    return this.begins({ kind: 'terminal', name }) ? this.take(args) : this.unexpected({ kind: 'terminal', name });
  }

  /** Of an address match list: an address, a prefix, a key, an acl or a list, each with `!` in front. */
  private element(args: Argument[]): boolean {
    while (isSymbol(this.stream.token, '!')) this.take(args);
    if (isSymbol(this.stream.token, '{')) return this.list({ kind: 'terminal', name: 'ELEMENT' }, args);
    const { token } = this.stream;
    if (token.kind !== 'word' && token.kind !== 'string') return this.unexpected({ kind: 'terminal', name: 'ELEMENT' });
    this.take(args);
    if (isWord(token, 'key') || isWord(token, 'ecs')) return this.read(nameShape, args);
    if (isWord(token, 'geoip')) while (this.begins(nameShape)) this.take(args);
    return true;
  }

  private rest(args: Argument[]): boolean {
    while (this.stream.token.kind !== 'end' && !isSymbol(this.stream.token, ';') && !isSymbol(this.stream.token, '}')) {
      if (isSymbol(this.stream.token, '{')) {
        if (!this.list({ kind: 'terminal', name: 'ANYTHING' }, args)) return false;
      } else this.take(args);
    }
    return true;
  }

  private list(item: Shape, args: Argument[]): boolean {
    const open = this.stream.token;
    if (!isSymbol(open, '{')) return this.unexpected({ kind: 'list', item });
    if (this.isTooDeep(open)) return false;
    this.depth++;
    const isGood = this.items(item, args);
    this.depth--;
    return isGood;
  }

  /** It is told, and passed by whoever passes the statement. */
  private isTooDeep(open: Token): boolean {
    if (this.depth < maxDepth) return false;
    this.state.error('NC05', `nested deeper than ${maxDepth} braces`, open);
    return true;
  }

  private items(item: Shape, args: Argument[]): boolean {
    const open = this.stream.next();
    const items: (readonly Argument[])[] = [];
    let isGood = true;
    while (!isSymbol(this.stream.token, '}')) {
      if (this.isUnclosed(open)) return false;
      const found: Argument[] = [];
      if (!this.read(item, found)) {
        isGood = false;
        if (this.isBroken) return false;
        this.stream.skipStatement();
        continue;
      }
      items.push(found);
      this.semicolon();
    }
    this.stream.next();
    args.push({ kind: 'list', open, items });
    return isGood;
  }

  /** Whether the list has to end here without its brace. */
  private isUnclosed(open: Token): boolean {
    const { stream } = this;
    const isEnd = stream.token.kind === 'end';
    if (!isEnd && !(stream.missingBraces > 0 && !isSymbol(stream.peek(1), ';') && this.blocks.isStatement()))
      return false;
    stream.missingBraces--;
    this.isBroken = true;
    const where = isEnd
      ? 'at the end of the file'
      : `before ${showToken(stream.token)} in line ${lineOf(stream.token)}`;
    this.state.error('NC03', 'this { is not closed', open, `write }; ${where}`);
    return true;
  }

  /** Behind an element of a list. */
  private semicolon(): void {
    if (isSymbol(this.stream.token, ';')) this.stream.next();
    else if (this.stream.token.kind !== 'end') {
      const { previous } = this.stream;
      this.state.errorBehind('NC04', `missing ; behind ${showToken(previous)}`, previous, 'each element ends with ;');
    }
  }

  private block(args: Argument[]): boolean {
    if (!isSymbol(this.stream.token, '{')) return this.unexpected({ kind: 'block' });
    if (this.isTooDeep(this.stream.token)) return false;
    this.depth++;
    args.push(this.blocks.readBlock(this.stream.next()));
    this.depth--;
    return !this.isBroken;
  }

  private take(args: Argument[]): boolean {
    args.push({ kind: 'token', token: this.stream.next() });
    return true;
  }

  /** Whether what stands here can be this. */
  private begins(shape: Shape): boolean {
    const { token } = this.stream;
    switch (shape.kind) {
      case 'sequence': {
        for (const part of shape.parts) {
          if (part.kind !== 'optional') return this.begins(part);
          if (this.begins(part.part)) return true;
        }
        return false;
      }
      case 'choice':
        return shape.parts.some((part) => this.begins(part));
      case 'optional':
        return this.begins(shape.part);
      case 'list':
      case 'block':
        return isSymbol(token, '{');
      case 'word':
        return isWord(token, shape.word);
      case 'terminal':
        return terminals[shape.name]?.matches(token) ?? token.kind !== 'symbol';
    }
  }

  private unexpected(shape: Shape): false {
    const { token, previous } = this.stream;
    const words = wordsOf(shape);
    const hint = token.kind === 'word' && words.length > 0 ? nearHint(token.text, words) : hintFor(shape, token);
    const message = `expected ${expectation(shape)}, found ${showToken(token)}`;
    // What is missing at the end of a line is missed there.
    if (isSymbol(token, ';') || isSymbol(token, '}') || token.kind === 'end') {
      this.state.errorBehind('NC05', message, previous, hint);
    } else this.state.error('NC05', message, token, hint);
    return false;
  }
}

/** Nobody's lists are half as deep, and the stack is much deeper. */
const maxDepth = 100;

const nameShape: Shape = shapeOf('STRING');

function lineOf(token: Token): number {
  return token.source.lineOf(token.start);
}

function nearHint(written: string, words: readonly string[]): string | undefined {
  const hint = didYouMean(written, words, '');
  return hint.startsWith('did') ? hint : undefined;
}

function hintFor(shape: Shape, token: Token): string | undefined {
  if (shape.kind !== 'terminal') return undefined;
  if (token.source.isCovered(token.start)) return undefined;
  if (shape.name === 'QUOTED' && token.kind === 'word') return `write "${token.text}"`;
  if (token.kind === 'string' && terminals[shape.name]?.matches({ ...token, kind: 'word' }) === true) {
    return `write ${token.text} without quotes`;
  }
  return isIP(token.text) === 0 ? undefined : `${token.text} is of the other family`;
}

function wordsOf(shape: Shape): readonly string[] {
  if (shape.kind === 'word') return [shape.word];
  if (shape.kind === 'sequence') return shape.parts.slice(0, 1).flatMap(wordsOf);
  return shape.kind === 'choice' ? shape.parts.flatMap(wordsOf) : [];
}

/** For a message. */
function expectation(shape: Shape): string {
  switch (shape.kind) {
    case 'sequence':
      return expectation(shape.parts[0] as Shape);
    case 'choice':
      return [...new Set(shape.parts.map(expectation))].join(', ').replace(/, ([^,]*)$/, ' or $1');
    case 'optional':
      return expectation(shape.part);
    case 'list':
    case 'block':
      return '{';
    case 'word':
      return shape.word;
    case 'terminal':
      if (shape.name === 'ELEMENT') return 'an address, a prefix, a key or an acl';
      return terminals[shape.name]?.expected ?? 'more';
  }
}
