/** How far a comparison is: one line on a terminal. */
import { ProgressLine, type ProgressStream } from '../../progress/progress-line.ts';

export class Progress {
  private readonly line: ProgressLine;
  private readonly unit: string;
  private zone = '';
  private questions = 0;
  private asked = 0;

  /** Silent where the stream is no terminal, or there is none. `unit`: what is counted; `now` is in milliseconds. */
  constructor(stream: ProgressStream | undefined, unit = 'questions', now?: () => number) {
    this.unit = unit;
    this.line = new ProgressLine(stream, now);
  }

  /** Before a zone's questions are known: its names are had from its file or a transfer. */
  noteNames(zone: string, makeText: () => string): void {
    this.line.step(() => `${zone}: names: ${makeText()}`);
  }

  startZone(zone: string, questions: number): void {
    this.zone = zone;
    this.questions = questions;
    this.asked = 0;
  }

  step(): void {
    this.asked++;
    this.line.step(() => {
      const percent = Math.floor((100 * this.asked) / Math.max(1, this.questions));
      const figures = `${this.asked.toLocaleString('en')} of ${this.questions.toLocaleString('en')} ${this.unit}`;
      return `${this.zone}: ${figures} (${percent}%)`;
    });
  }

  /** Take the line away, before something else is written. */
  clear(): void {
    this.line.clear();
  }
}
