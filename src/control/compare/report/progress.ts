/** How far a comparison is: one line on a terminal, written over again. */
import type { Writable } from 'node:stream';

const drawMs = 150;

export class Progress {
  private readonly stream: Writable | undefined;
  private readonly unit: string;
  private readonly startedAt = performance.now();
  private drawnAt = 0;
  private zone = '';
  private questions = 0;
  private asked = 0;

  /** Silent where the stream is no terminal. `unit`: what is counted. */
  constructor(stream: Writable, unit = 'questions') {
    this.unit = unit;
    this.stream = 'isTTY' in stream && stream.isTTY === true ? stream : undefined;
  }

  startZone(zone: string, questions: number): void {
    this.zone = zone;
    this.questions = questions;
    this.asked = 0;
  }

  step(): void {
    this.asked++;
    if (this.stream === undefined || (this.asked & 63) !== 0) return;
    const now = performance.now();
    if (now - this.drawnAt < drawMs) return;
    this.drawnAt = now;
    const percent = Math.floor((100 * this.asked) / Math.max(1, this.questions));
    const figures = `${this.asked.toLocaleString('en')} of ${this.questions.toLocaleString('en')} ${this.unit}`;
    const seconds = Math.round((now - this.startedAt) / 1000);
    this.stream.write(`${restart}${this.zone}: ${figures} (${percent}%), ${seconds} s`);
  }

  /** Take the line away, before something else is written. */
  clear(): void {
    if (this.drawnAt > 0) this.stream?.write(restart);
    this.drawnAt = 0;
  }
}

/** To the line's beginning, and nothing on it. */
const restart = '\r\u001b[2K';
