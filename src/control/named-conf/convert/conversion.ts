import type { Interfaces } from '../../../plane/sockets/host-interfaces.ts';
import type { NamedConfCode } from '../codes.ts';
import type { ParseState } from '../parse-state.ts';
import { isWord, type Token } from '../token.ts';
import { nameOf, type Statement } from '../tree.ts';
import { textOf } from './arguments.ts';
import type { Settings } from './settings.ts';

/** What converting has at hand: the settings that it makes, and what statements refer to. */
export class Conversion {
  readonly settings: Settings;
  readonly state: ParseState;
  readonly interfaces: Interfaces;
  /** All at the top. */
  readonly statements: readonly Statement[];
  /** For what is told of something that is missing. */
  readonly beginning: Token;
  private readonly byName = new Map<string, readonly Statement[]>();
  private readonly noted = new Set<string>();
  /** Of the view that is being converted. */
  private view: readonly Statement[] | undefined;

  constructor(
    settings: Settings,
    state: ParseState,
    statements: readonly Statement[],
    interfaces: Interfaces,
    beginning: Token,
  ) {
    this.settings = settings;
    this.state = state;
    this.statements = statements;
    this.interfaces = interfaces;
    this.beginning = beginning;
  }

  all(name: string): readonly Statement[] {
    const found = this.byName.get(name) ?? this.statements.filter((statement) => nameOf(statement) === name);
    this.byName.set(name, found);
    return found;
  }

  /** The `server` statements that hold: those of a view that has any replace the others. */
  get servers(): readonly Statement[] {
    const ofView = this.view?.filter((statement) => nameOf(statement) === 'server') ?? [];
    return ofView.length > 0 ? ofView : this.all('server');
  }

  /** Whether servers may be spoken to with other keys than elsewhere. */
  get hasOwnServers(): boolean {
    return this.view?.some((statement) => nameOf(statement) === 'server') === true;
  }

  isAcl(name: string): boolean {
    return this.all('acl').some(({ args: [first] }) => first?.kind === 'token' && first.token.text === name);
  }

  /** Convert what stands in a view of these statements. */
  inView(statements: readonly Statement[], convert: () => void): void {
    this.view = statements;
    convert();
    this.view = undefined;
  }

  error(code: NamedConfCode, message: string, token: Token, hint?: string): void {
    this.state.error(code, message, token, hint);
  }

  warn(code: NamedConfCode, message: string, token: Token, hint?: string): void {
    this.state.tell({ severity: 'warning', code, message, hint }, token);
    this.settings.remarks.push({ code, message, hint, token });
  }

  note(code: NamedConfCode, message: string, token: Token, hint?: string): void {
    this.state.tell({ severity: 'note', code, message, hint }, token);
    this.settings.remarks.push({ code, message, hint, token });
  }

  /** Once is enough: files are full of the same. */
  noteOnce(code: NamedConfCode, message: string, token: Token): void {
    if (this.noted.has(message)) this.settings.remarks.push({ code, message, hint: undefined, token });
    else this.note(code, message, token);
    this.noted.add(message);
  }

  /** Of all zones, or all logs, once: in a chroot are all of them, or none. */
  warnOfChroot(what: 'zone' | 'log', path: string, truth: string | undefined, token: Token): void {
    if (truth === undefined || this.noted.has(what)) return;
    this.noted.add(what);
    const message = `${path} is missing, but ${truth} is there: BIND seems to run in a chroot (named -t)`;
    this.warn('NC18', message, token, `this server has no chroot: write ${truth}, and the like for others`);
  }

  /** Do what the table says about a statement. True: it is to be converted. */
  treat(statement: Statement): boolean {
    const { keyword, clause, args } = statement;
    const { treatment, age } = clause;
    const name = keyword.text.toLowerCase();
    const dscp = args.find((argument) => argument.kind === 'token' && isWord(argument.token, 'dscp'));
    if (dscp?.kind === 'token') this.noteOnce('NC11', 'dscp has no meaning here (and obsolete in BIND)', dscp.token);
    if (treatment.kind === 'keep') return true;
    if (treatment.kind !== 'note' && treatment.harmless.includes(textOf(args))) return false;
    if (treatment.kind === 'refuse') {
      this.error('NC13', `${name} cannot be obeyed: ${treatment.reason}`, keyword, 'remove it to go on without');
    } else if (treatment.kind === 'warn') {
      this.warn('NC12', `${name} is not obeyed: ${treatment.reason}`, keyword);
    } else {
      const old = age === 'current' || age === '9.20' ? '' : ` (and ${age} in BIND)`;
      this.noteOnce('NC11', `${name} has no meaning here${old}: ${treatment.reason}`, keyword);
    }
    return false;
  }
}
