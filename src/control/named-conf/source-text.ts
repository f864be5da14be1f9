/** The text of one file, which knows lines and columns, and shows no secret. */
import type { Diagnostic } from '../../base/diagnostic.ts';

/** What a diagnostic says beside its place. */
export interface Problem<Code extends string = string> {
  readonly severity: Diagnostic['severity'];
  readonly code: Code;
  readonly message: string;
  readonly hint?: string | undefined;
}

export class SourceText {
  readonly file: string;
  readonly text: string;
  /** Offsets of the lines' beginnings. */
  private readonly lineStarts: readonly number[];
  private readonly secrets: (readonly [start: number, end: number])[] = [];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  /** Have this range shown as asterisks. */
  cover(start: number, end: number): void {
    this.secrets.push([start, end]);
  }

  isCovered(offset: number): boolean {
    return this.secrets.some(([start, end]) => offset >= start && offset < end);
  }

  /** 1-based. */
  lineOf(offset: number): number {
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.lineStarts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  diagnosticAt(problem: Problem, offset: number): Diagnostic {
    const line = this.lineOf(offset);
    const start = this.lineStarts[line - 1] as number;
    const place = { file: this.file, line, column: offset - start + 1, sourceLine: this.shownLine(line) };
    return { ...problem, ...place };
  }

  private shownLine(line: number): string {
    const start = this.lineStarts[line - 1] as number;
    const end = this.lineStarts[line] ?? this.text.length;
    const characters = Array.from({ length: end - start }, (_, i) =>
      this.isCovered(start + i) ? '*' : this.text.charAt(start + i),
    );
    return characters.join('').replace(/[\r\n]+$/, '');
  }
}
