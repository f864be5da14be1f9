import type { Diagnostic } from '../../base/diagnostic.ts';
import type { NamedConfCode } from './codes.ts';
import type { Problem } from './source-text.ts';
import type { Token } from './token.ts';

/** What the readers of a file and of those that it includes share. */
export class ParseState {
  /** Absolute; relative paths start here. BIND changes to `directory` as soon as it has read it. */
  directory: string;
  /** Absolute paths of the files being read, outermost first. */
  readonly open: string[] = [];
  readonly diagnostics: Diagnostic[] = [];
  filesRead = 0;

  constructor(directory: string) {
    this.directory = directory;
  }

  error(code: NamedConfCode, message: string, token: Token, hint?: string): void {
    this.tell({ severity: 'error', code, message, hint }, token);
  }

  tell(problem: Problem<NamedConfCode>, token: Token): void {
    this.diagnostics.push(token.source.diagnosticAt(problem, token.start));
  }

  errorBehind(code: NamedConfCode, message: string, token: Token, hint?: string): void {
    this.diagnostics.push(token.source.diagnosticAt({ severity: 'error', code, message, hint }, token.end));
  }
}
