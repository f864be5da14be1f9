/** Counts what is wrong with a zone and passes on as much of it as a person can use. */
import type { Diagnostic, Severity } from '../base/diagnostic.ts';
import type { ZoneFileCode } from './codes.ts';

/** A place in a file: 1-based line and column, the line's text. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly sourceLine: string;
}

export class Reporter {
  errors = 0;
  warnings = 0;
  private hidesErrors = false;
  private readonly onDiagnostic: (diagnostic: Diagnostic) => void;
  private readonly max: number;

  constructor(onDiagnostic: (diagnostic: Diagnostic) => void, max: number) {
    this.onDiagnostic = onDiagnostic;
    this.max = max;
  }

  /** `findPlace` counts lines and characters, so it is asked only for what is passed on. */
  report(
    severity: Severity,
    code: ZoneFileCode,
    message: string,
    hint: string | undefined,
    findPlace: () => Partial<Place>,
  ): void {
    if (severity === 'error') this.errors++;
    else this.warnings++;
    if (this.errors + this.warnings > this.max) {
      this.hidesErrors ||= severity === 'error';
      return;
    }
    this.onDiagnostic({ severity, code, message, hint, ...findPlace() });
  }

  /** Say how many were left out, as an error where one of them was: it refuses the zone. Call once, at the end. */
  finish(file: string): void {
    const hidden = this.errors + this.warnings - this.max;
    if (hidden <= 0) return;
    const message = `${hidden} more problem${hidden === 1 ? '' : 's'} not listed`;
    const severity = this.hidesErrors ? 'error' : 'note';
    this.onDiagnostic({ severity, code: 'ZF99', message, hint: 'mend those above and check again', file });
  }
}
