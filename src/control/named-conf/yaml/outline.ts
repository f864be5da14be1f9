/** What became of each statement: where it stands in ringzone.yaml, or why it stands nowhere. */
import type { Path } from '../../config/yaml-source.ts';
import type { Remark } from '../convert/settings.ts';
import type { NamedConf } from '../parse-named-config.ts';
import type { SourceText } from '../source-text.ts';
import type { Token } from '../token.ts';
import { nameOf, type Statement } from '../tree.ts';

export interface Mark {
  /** Offset of the token in its source. */
  readonly start: number;
  readonly path: readonly string[];
}

export interface Located {
  readonly statement: Statement;
  /** The map that has what stands in the block around it. */
  readonly container: Path;
  /** Of a block that is a map of its own, that. */
  readonly path: Path | undefined;
  /** It stands nowhere: why. */
  readonly leftOut: string | undefined;
}

/** Statements that have no place themselves, but whose statements do. */
const groups = ['options', 'logging', 'view'];
/** Statements whose content stands wherever somebody refers to them. */
const definitions = ['tls', 'server'];

/** Why a statement that nothing was said about is not needed. */
const reasons: Readonly<Record<string, string>> = {
  directory: 'paths are whole here',
  port: 'it stands in listen',
  'tls-port': 'it stands in tls.listen',
  recursion: 'this server never does',
  tls: 'nothing refers to it',
  server: 'no server that is named here has such an address',
};
const otherReason = 'it is so without it';

export class Outline {
  readonly located: readonly Located[];
  private readonly marks = new Map<SourceText, Mark[]>();
  private readonly remarks: readonly Remark[];
  private readonly conf: NamedConf;

  constructor(conf: NamedConf) {
    this.conf = conf;
    this.remarks = conf.settings.remarks;
    for (const [path, { source, start, kind }] of conf.settings.marks()) {
      // What stands nowhere is marked with the end of an empty text.
      if (kind === 'end') continue;
      const marks = this.marks.get(source) ?? [];
      marks.push({ start, path });
      this.marks.set(source, marks);
    }
    for (const marks of this.marks.values()) marks.sort((a, b) => a.start - b.start || a.path.length - b.path.length);
    const located: Located[] = [];
    this.locate(conf.statements, [], located);
    this.located = located;
  }

  /** The innermost statement around an offset. */
  around(source: SourceText, offset: number): Located | undefined {
    return this.located.findLast(
      ({ statement: { keyword, last } }) =>
        keyword.source === source && keyword.start <= offset && offset < Math.max(last.end, keyword.end),
    );
  }

  /** The first mark between two offsets. */
  firstMark(source: SourceText, from: number, to: number): Mark | undefined {
    return this.marks.get(source)?.find(({ start }) => start >= from && start <= to);
  }

  /** The last place that is marked between two offsets. */
  lastMark(source: SourceText, from: number, to: number): Mark | undefined {
    const found = this.marks.get(source)?.findLast(({ start }) => start >= from && start <= to);
    return found && this.firstMark(source, found.start, found.start);
  }

  /** What was said about a statement, and not about one inside it. */
  remarksOn({ statement }: Located): readonly Remark[] {
    const { keyword, last } = statement;
    return this.remarks.filter(
      ({ token: { source, start, kind } }) =>
        source === keyword.source &&
        kind !== 'end' &&
        start >= keyword.start &&
        start < last.end &&
        this.around(source, start)?.statement === statement,
    );
  }

  private locate(statements: readonly Statement[], container: Path, located: Located[]): void {
    for (const statement of statements) {
      const { keyword, last } = statement;
      const block = statement.args.find((argument) => argument.kind === 'block');
      const isBlock = block !== undefined;
      const mark = this.firstMark(keyword.source, keyword.start, isBlock ? block.open.start : last.end);
      const isKept = mark !== undefined || (isBlock && groups.includes(nameOf(statement)));
      const isUsed = this.conf.settings.isUsed(keyword);
      const leftOut = isKept || isUsed ? undefined : this.reasonFor(statement, isBlock ? block.open : undefined);
      const path = isBlock ? mark?.path : undefined;
      located.push({ statement, container, path, leftOut });
      if (isBlock && isKept) this.locate(block.statements, path ?? container, located);
      else if (isBlock && isUsed) this.locateRefused(block.statements, container, located);
    }
  }

  /** Of a block that stands elsewhere, the statements that don't. */
  private locateRefused(statements: readonly Statement[], container: Path, located: Located[]): void {
    for (const statement of statements) {
      const remark = this.remarks.find(({ token }) => token === statement.keyword);
      if (remark !== undefined) located.push({ statement, container, path: undefined, leftOut: remark.message });
    }
  }

  private reasonFor(statement: Statement, open: Token | undefined): string {
    const { keyword, last } = statement;
    const end = open?.start ?? last.end;
    const remark = this.remarks.find(
      ({ token: { source, start } }) => source === keyword.source && start >= keyword.start && start < end,
    );
    if (remark !== undefined) return remark.message;
    const isDefinition = definitions.includes(nameOf(statement));
    return (isDefinition || open === undefined ? reasons[nameOf(statement)] : undefined) ?? otherReason;
  }
}
