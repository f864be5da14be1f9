import type { Interfaces } from '../../access/local-networks.ts';
import type { NamedConfCode } from '../codes.ts';
import type { ParseState } from '../parse-state.ts';
import type { Token } from '../token.ts';
import { nameOf, type Statement } from '../tree.ts';
import { textOf } from './arguments.ts';
import type { Settings } from './settings.ts';

/** What converting has at hand: the settings that it makes, and what statements refer to. */
export class Conversion {
  readonly settings: Settings;
  readonly state: ParseState;
  readonly interfaces: Interfaces;
  /** All at the top, with those of the one view. */
  readonly statements: readonly Statement[];
  /** For what is told of something that is missing. */
  readonly beginning: Token;
  private readonly byName = new Map<string, readonly Statement[]>();
  private readonly noted = new Set<string>();

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

  error(code: NamedConfCode, message: string, token: Token, hint?: string): void {
    this.state.error(code, message, token, hint);
  }

  warn(code: NamedConfCode, message: string, token: Token, hint?: string): void {
    this.state.tell({ severity: 'warning', code, message, hint }, token);
  }

  note(code: NamedConfCode, message: string, token: Token, hint?: string): void {
    this.state.tell({ severity: 'note', code, message, hint }, token);
  }

  /** Once is enough: files are full of the same. */
  noteOnce(code: NamedConfCode, message: string, token: Token): void {
    if (!this.noted.has(message)) this.note(code, message, token);
    this.noted.add(message);
  }

  /** Do what the table says about a statement. True: it is to be converted. */
  treat(statement: Statement): boolean {
    const { keyword, clause, args } = statement;
    const { treatment, age } = clause;
    const name = keyword.text.toLowerCase();
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
