/** The text of one file, which knows lines and columns, and shows no secret. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { coverInMessage, coverLikelySecrets } from '../config/likely-secrets.ts';

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
  /** Lines as they are shown, so that many faults in a long one don't take long. */
  private readonly shown = new Map<number, string>();

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    const lineStarts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
    this.lineStarts = lineStarts;
  }

  /** Have this range shown as asterisks. */
  cover(start: number, end: number): void {
    this.secrets.push([start, end]);
    this.shown.clear();
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
    return { ...problem, message: coverInMessage(problem.message), ...place };
  }

  /** Long ones are those of programs, and would be shown once for each problem. */
  private shownLine(line: number): string {
    const before = this.shown.get(line);
    if (before !== undefined) return before;
    const made = this.makeShownLine(line);
    this.shown.set(line, made);
    return made;
  }

  private makeShownLine(line: number): string {
    const start = this.lineStarts[line - 1] as number;
    const end = Math.min(this.lineStarts[line] ?? this.text.length, start + longestLine);
    const near = this.secrets.filter(([from, to]) => from < end && to > start);
    if (near.length === 0) return coverLikelySecrets(this.text.slice(start, end).replace(/[\r\n]+$/, ''));
    const characters = Array.from({ length: end - start }, (_, i) =>
      near.some(([from, to]) => start + i >= from && start + i < to) ? '*' : this.text.charAt(start + i),
    );
    return coverLikelySecrets(characters.join('').replace(/[\r\n]+$/, ''));
  }
}

/** In UTF-16 units, of what is shown. */
const longestLine = 1000;
