import type { LogTrouble } from '../log/log-trouble.ts';

const repeatMs = 60_000;

/** What is wrong with an output: told when it begins, once a minute, and when it is over. What is dropped meanwhile others count. */
export class TapTrouble {
  private readonly what: string;
  private error: string | undefined;
  private isTold = false;
  private isOver = false;
  private toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(what: string) {
    this.what = what;
  }

  fail(error: string): void {
    this.error = error;
    this.isOver = false;
  }

  succeed(): void {
    this.isOver = this.error !== undefined;
  }

  take(nowMs: number): LogTrouble | undefined {
    if (this.error === undefined) return undefined;
    if (this.isOver) return this.takeEnd();
    if (nowMs - this.toldAtMs < repeatMs) return undefined;
    this.toldAtMs = nowMs;
    this.isTold = true;
    return { severity: 'error', message: `${this.what}: ${this.error}; answers go on` };
  }

  /** `toldAtMs` stays: one that fails every other second must not fill the log. */
  private takeEnd(): LogTrouble | undefined {
    const { isTold } = this;
    this.error = undefined;
    this.isOver = false;
    this.isTold = false;
    return isTold ? { severity: 'notice', message: `${this.what}: writing again` } : undefined;
  }
}
