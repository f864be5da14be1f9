import type { Diagnostic } from '../../base/diagnostic.ts';
import { distributionChroots } from './chroot.ts';
import type { NamedConfCode } from './codes.ts';
import type { Problem, SourceText } from './source-text.ts';
import type { Token } from './token.ts';

export interface ReadFile {
  readonly source: SourceText;
  /** The word `include` that named it; `undefined`: it is the first file. */
  readonly include: Token | undefined;
}

/** What the readers of a file and of those that it includes share. */
export class ParseState {
  /** Absolute; relative paths start here. BIND changes to `directory` as soon as it has read it. */
  directory: string;
  /** Absolute paths of the files being read, outermost first. */
  readonly open: string[] = [];
  readonly diagnostics: Diagnostic[] = [];
  /** In the order in which they were read. */
  readonly files: ReadFile[] = [];
  filesRead = 0;
  /** Folders that BIND may have had as its root. */
  readonly chroots: readonly string[];
  private errors = 0;

  constructor(directory: string, chroots = distributionChroots) {
    this.directory = directory;
    this.chroots = chroots;
  }

  /** Whether more has been told than anybody reads. */
  get isFull(): boolean {
    return this.errors >= maxErrors;
  }

  error(code: NamedConfCode, message: string, token: Token, hint?: string): void {
    this.errors++;
    this.tell({ severity: 'error', code, message, hint }, token);
  }

  tell(problem: Problem<NamedConfCode>, token: Token): void {
    this.diagnostics.push(token.source.diagnosticAt(problem, token.start));
  }

  errorBehind(code: NamedConfCode, message: string, token: Token, hint?: string): void {
    this.errors++;
    this.diagnostics.push(token.source.diagnosticAt({ severity: 'error', code, message, hint }, token.end));
  }
}

const maxErrors = 500;
