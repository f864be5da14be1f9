/** What became of each statement: where it stands in ringzone.yaml, or why it stands nowhere. */
import type { Path } from '../../config/yaml-source.ts';
import type { Remark } from '../convert/settings.ts';
import type { NamedConf } from '../parse-named-config.ts';
import type { SourceText } from '../source-text.ts';
import type { Token } from '../token.ts';
import { nameOf, type Statement } from '../tree.ts';
import { ByOffset } from './by-offset.ts';

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
  /** It stands nowhere: why, and whether something is lost by that. */
  readonly leftOut: LeftOut | undefined;
}

export interface LeftOut {
  readonly reason: string;
  /** False: what it says is said otherwise, or is so without it. */
  readonly isLoss: boolean;
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
  private readonly statements = new ByOffset<Located>();
  private readonly marks = new ByOffset<Mark>();
  private readonly remarks = new ByOffset<Remark>();
  private readonly conf: NamedConf;

  constructor(conf: NamedConf) {
    this.conf = conf;
    // Of several paths of one token the shortest comes first. What stands nowhere is marked with the end of an empty text.
    const marks = [...conf.settings.marks()].filter(([, { kind }]) => kind !== 'end');
    for (const [path, token] of marks.sort(([a], [b]) => a.length - b.length)) {
      this.marks.add(token, { start: token.start, path });
    }
    for (const remark of conf.settings.remarks) if (remark.token.kind !== 'end') this.remarks.add(remark.token, remark);
    const located: Located[] = [];
    this.locate(conf.statements, [], located);
    this.located = located;
    for (const one of located) this.statements.add(one.statement.keyword, one);
  }

  /** The innermost statement around an offset. */
  around(source: SourceText, offset: number): Located | undefined {
    for (const located of this.statements.before(source, offset)) {
      const { keyword, last } = located.statement;
      if (offset < Math.max(last.end, keyword.end)) return located;
    }
    return undefined;
  }

  /** The first mark between two offsets. */
  firstMark(source: SourceText, from: number, to: number): Mark | undefined {
    const { value, done } = this.marks.between(source, from, to).next();
    return done === true ? undefined : value;
  }

  /** The last place that is marked between two offsets. */
  lastMark(source: SourceText, from: number, to: number): Mark | undefined {
    const { value, done } = this.marks.before(source, to).next();
    return done === true || value.start < from ? undefined : this.firstMark(source, value.start, value.start);
  }

  /** What was said about a statement, and not about one inside it. */
  remarksOn({ statement }: Located): readonly Remark[] {
    const { keyword, last } = statement;
    return [...this.remarks.between(keyword.source, keyword.start, last.end)].filter(
      ({ token }) => this.around(token.source, token.start)?.statement === statement,
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
      const { source, start } = statement.keyword;
      const [remark] = this.remarks.between(source, start, start);
      if (remark === undefined) continue;
      const leftOut = { reason: remark.message, isLoss: true };
      located.push({ statement, container, path: undefined, leftOut });
    }
  }

  private reasonFor(statement: Statement, open: Token | undefined): LeftOut {
    const { keyword, last } = statement;
    const end = open?.start ?? last.end;
    const [remark] = this.remarks.between(keyword.source, keyword.start, end);
    if (remark !== undefined) return { reason: remark.message, isLoss: true };
    const isDefinition = definitions.includes(nameOf(statement));
    const known = isDefinition || open === undefined ? reasons[nameOf(statement)] : undefined;
    return { reason: known ?? otherReason, isLoss: false };
  }
}
