/** One line on a terminal that says how far a long work is, written over again and taken away at its end. */
import type { MaybeTerminal } from '../../base/colours.ts';

/** What is over before isn't worth a line. */
const silentMs = 1000;
/** From one drawing to the next, at least. */
export const progressDrawMs = 150;
/** To the line's beginning, and nothing on it. */
const restart = '\r\u001b[2K';
const usualColumns = 80;

/** A stream as far as it is needed: `process.stderr`, or what a test has. */
export interface ProgressStream extends MaybeTerminal {
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export class ProgressLine {
  private readonly stream: ProgressStream | undefined;
  private readonly now: () => number;
  private startedAt: number;
  private drawnAt = 0;

  /** Silent where there is no stream, or it is no terminal, or one that can't go back on its line. `now` is in milliseconds. */
  constructor(
    stream: ProgressStream | undefined,
    now: () => number = () => performance.now(),
    env: Readonly<Record<string, string | undefined>> = process.env,
  ) {
    this.stream = stream?.isTTY === true && env.TERM !== 'dumb' ? stream : undefined;
    this.now = now;
    this.startedAt = now();
  }

  get isSilent(): boolean {
    return this.stream === undefined;
  }

  /** Begin another work. */
  start(): void {
    this.startedAt = this.now();
  }

  /** Call it as often as you like: `makeText` is when there is something to draw, not in the first second and a few times in each other. */
  step(makeText: () => string): void {
    if (this.stream === undefined) return;
    const now = this.now();
    if (now - this.startedAt < silentMs || now - this.drawnAt < progressDrawMs) return;
    this.drawnAt = now;
    const seconds = Math.round((now - this.startedAt) / 1000);
    // A line that is broken into two can't be written over. A terminal that has not been told its width says 0.
    const columns = this.stream.columns || usualColumns;
    const text = `${makeText()}, ${seconds} s`.slice(0, columns - 1);
    this.stream.write(`${restart}${text}`);
  }

  /** Take the line away, before something else is written. */
  clear(): void {
    if (this.drawnAt > 0) this.stream?.write(restart);
    this.drawnAt = 0;
  }
}
