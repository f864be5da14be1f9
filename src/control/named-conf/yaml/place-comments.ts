/** Find for each comment of a named.conf the place in ringzone.yaml that it is about, and say what stands nowhere and why. */
import { type Comment, findComments } from '../comments.ts';
import { lex } from '../lexer.ts';
import type { NamedConf } from '../parse-named-config.ts';
import type { ReadFile } from '../parse-state.ts';
import type { SourceText } from '../source-text.ts';
import { isSymbol, type Token } from '../token.ts';
import { CommentTable } from './comment-table.ts';
import { type Located, Outline } from './outline.ts';

export interface PlacedComments {
  readonly comments: CommentTable;
  /** Statements that stand nowhere, and whose meaning is lost. */
  readonly leftOut: number;
}

export function placeComments(conf: NamedConf): PlacedComments {
  const placer = new CommentPlacer(conf);
  for (const file of conf.files) placer.placeFile(file);
  placer.tellOfFiles();
  placer.tellOfStatements();
  const lost = placer.outline.located.filter(({ leftOut }) => leftOut?.isLoss === true);
  return { comments: placer.comments, leftOut: lost.length };
}

class CommentPlacer {
  readonly comments = new CommentTable();
  readonly outline: Outline;
  private readonly conf: NamedConf;
  /** Behind all of the first file. */
  private readonly end: string[] = [];
  /** Those of statements without a place of their own. */
  private readonly ofStatements = new Map<Located, string[]>();

  constructor(conf: NamedConf) {
    this.conf = conf;
    this.outline = new Outline(conf);
  }

  placeFile(file: ReadFile): void {
    const { source } = file;
    const found = findComments(source);
    if (found.length === 0) return;
    const { tokens } = lex(source);
    let next = 0;
    const isHead = headOf(source, found, tokens[0] as Token);
    for (const [index, comment] of found.entries()) {
      while ((tokens[next] as Token).start < comment.start && next < tokens.length - 1) next++;
      const previous = tokens[next - 1];
      const isBeside = previous !== undefined && source.lineOf(previous.end) === source.lineOf(comment.start);
      if (file.include === undefined && index < isHead) this.comments.head.push(...comment.lines);
      else if (isBeside) this.placeBeside(comment, previous);
      else this.placeBefore(comment, tokens[next] as Token, previous);
    }
  }

  /** In the line of what it is about, behind it. */
  private placeBeside(comment: Comment, previous: Token): void {
    const { source } = previous;
    const around = this.outline.around(source, previous.start);
    if (around === undefined) {
      const included = this.includedBefore(previous);
      if (included !== undefined) this.placeAtFile(included, comment);
      else this.comments.foot.push(...comment.lines);
      return;
    }
    const { statement, path } = around;
    const { keyword, last, args } = statement;
    const isAtEnd = previous.end === last.end;
    const isBlock = args.some((argument) => argument.kind === 'block');
    const own = this.outline.firstMark(keyword.source, keyword.start, last.end);
    // Behind the end of a list it is about the whole list.
    const mark = isAtEnd ? own : this.outline.lastMark(source, keyword.start, comment.start);
    if (isAtEnd && isBlock && own !== undefined) this.comments.addBehind(path ?? around.container, comment.lines);
    else if (mark === undefined) this.placeAtStatement(around, comment);
    else if (path !== undefined && mark.path.length === path.length) this.comments.addBefore(path, comment.lines);
    else this.comments.addBeside(mark.path, comment.lines);
  }

  /** Above what it is about, which begins with `next`. */
  private placeBefore(comment: Comment, next: Token, previous: Token | undefined): void {
    const { source } = next;
    const included = this.conf.files.find(({ include }) => include?.source === source && include.start === next.start);
    const around = this.outline.around(source, next.start);
    if (next.kind === 'end') this.placeAtEnd(comment, previous, source === this.conf.files[0]?.source);
    else if (included !== undefined) this.placeAtFile(included, comment);
    else if (around === undefined) this.comments.foot.push(...comment.lines);
    else if (isSymbol(next, '}')) this.placeBehind(around, comment);
    else this.placeAtStatement(around, comment, next.start);
  }

  private placeAtStatement(around: Located, comment: Comment, from = around.statement.keyword.start): void {
    const { keyword, last } = around.statement;
    const mark = this.outline.firstMark(keyword.source, from, last.end);
    if (mark !== undefined) this.comments.addBefore(mark.path, comment.lines);
    else this.ofStatements.set(around, [...(this.ofStatements.get(around) ?? []), ...comment.lines]);
  }

  private placeBehind(around: Located, comment: Comment): void {
    const { keyword, last } = around.statement;
    const isKept = this.outline.firstMark(keyword.source, keyword.start, last.end) !== undefined;
    if (isKept) this.comments.addBehind(around.path ?? around.container, comment.lines);
    else this.placeAtStatement(around, comment);
  }

  /** Behind the last statement of a file. */
  private placeAtEnd(comment: Comment, previous: Token | undefined, isMain: boolean): void {
    const last = previous && this.outline.around(previous.source, previous.start);
    if (isMain) this.end.push(...comment.lines);
    else if (last?.path === undefined) this.comments.foot.push(...comment.lines);
    else this.comments.addBehind(last.path, comment.lines);
  }

  /** Above the first statement of an included file. */
  private placeAtFile({ source }: ReadFile, comment: Comment): void {
    const first = this.outline.located.find(({ statement }) => statement.keyword.source === source);
    if (first === undefined) this.comments.foot.push(...comment.lines);
    else this.placeAtStatement(first, comment);
  }

  private includedBefore(previous: Token): ReadFile | undefined {
    return this.conf.files.findLast(
      ({ include }) => include?.source === previous.source && include.start < previous.start,
    );
  }

  /** Where the next entry of a map comes from another file. */
  tellOfFiles(): void {
    const [main] = this.conf.files;
    const before = new Map<string, string | undefined>();
    for (const [path, { source }] of this.entries()) {
      const parent = JSON.stringify(path.slice(0, -1));
      const file = before.has(parent) ? before.get(parent) : main?.source.file;
      if (source.file !== file) {
        const lines = this.comments.take('before', path);
        this.comments.addBefore(path, [`from ${source.file}`, ...lines]);
      }
      before.set(parent, source.file);
    }
  }

  /** In the order in which they are written: settings of the server as they stood, all others as they were found. */
  private entries(): readonly (readonly [path: readonly string[], key: Token])[] {
    const { files, settings } = this.conf;
    const entries = [...settings.marks()].filter(([path, { kind }]) => kind !== 'end' && isEntry(path));
    const rank = (token: Token) => files.findIndex(({ source }) => source === token.source);
    const isSetting = ([path]: (typeof entries)[number]) => path.length === 1;
    const settingsFirst = entries.filter(isSetting).sort(([, a], [, b]) => rank(a) - rank(b) || a.start - b.start);
    return [...settingsFirst, ...entries.filter((entry) => !isSetting(entry))];
  }

  /** What was said about them, and why some stand nowhere. */
  tellOfStatements(): void {
    const { outline, comments, conf } = this;
    for (const { message, token } of conf.settings.remarks) if (token.kind === 'end') comments.head.push(message);
    for (const [path, { kind }] of conf.settings.marks()) {
      if (kind === 'end') comments.addBefore(path, ["BIND's default, which is another one here"]);
    }
    for (const located of outline.located) {
      const own = this.ofStatements.get(located) ?? [];
      if (located.leftOut !== undefined) {
        const { reason, isLoss } = located.leftOut;
        const text = `${isLoss ? 'left out' : 'not needed'}: ${shown(located.statement)} (${oneLine(reason)})`;
        comments.addBehind(located.container, [...own, text]);
        continue;
      }
      if (own.length > 0) comments.addBehind(located.container, [...own, shown(located.statement)]);
      const { keyword, last } = located.statement;
      for (const { message } of outline.remarksOn(located)) {
        const path = outline.firstMark(keyword.source, keyword.start, last.end)?.path ?? located.container;
        if (path.length === 0) comments.head.push(oneLine(message));
        else comments.addBefore(path, [oneLine(message)]);
      }
    }
    comments.foot.push(...this.end);
  }
}

/** How many of the first comments are about the file: those with an empty line between them and the first statement. */
function headOf(source: SourceText, comments: readonly Comment[], first: Token): number {
  const leading = comments.filter(({ start }) => start < first.start);
  const isApart = ({ end }: Comment, index: number) => {
    const next = leading[index + 1]?.start ?? first.start;
    return /\n[ \t]*\r?\n/.test(source.text.slice(end, next));
  };
  return leading.findLastIndex(isApart) + 1;
}

/** Settings at the top and in views, and the entries of maps. */
function isEntry(path: readonly string[]): boolean {
  const [section = '', , third = ''] = path;
  if (['keys', 'acl', 'primaries', 'zones', 'catalogs'].includes(section)) return path.length === 2;
  if (section === 'logging') return path.length === 3;
  if (section !== 'views') return path.length === 1 && section !== 'tls';
  return third === 'zones' ? path.length === 4 : path.length === 2;
}

/** A statement in a line, without the content of a block, and without secrets. */
function shown({ keyword, args, last }: Located['statement']): string {
  const { source } = keyword;
  const block = args.find((argument) => argument.kind === 'block');
  const end = block?.open.start ?? last.end;
  const isSecret = Array.from({ length: end - keyword.start }, (_, i) => keyword.start + i).some((at) =>
    source.isCovered(at),
  );
  const text = isSecret ? `${keyword.text} ...` : oneLine(source.text.slice(keyword.start, end).replace(/;$/, ''));
  const whole = block === undefined ? text : `${text} { ... }`;
  return whole.length > 100 ? `${whole.slice(0, 100)}...` : whole;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
