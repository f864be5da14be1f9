/** News of a channel that cannot write, or can again. */
export interface LogTrouble {
  readonly severity: 'error' | 'warning' | 'notice';
  readonly message: string;
}

const repeatMs = 60_000;

/** Collects the errors of one channel: told when they begin, then once a minute, and when they are over. */
export class TroubleReport {
  private readonly what: string;
  private error: string | undefined;
  private toldAtMs = Number.NEGATIVE_INFINITY;
  private isTold = false;
  private recovered = false;
  private lostLines = 0;

  constructor(what: string) {
    this.what = what;
  }

  fail(error: string): void {
    this.error = error;
    this.recovered = false;
  }

  lose(lines: number): void {
    this.lostLines += lines;
  }

  succeed(): void {
    if (this.error !== undefined) this.recovered = true;
  }

  take(nowMs: number): LogTrouble | undefined {
    if (this.error === undefined) return undefined;
    if (this.recovered) return this.takeRecovery();
    if (nowMs - this.toldAtMs < repeatMs) return undefined;
    this.toldAtMs = nowMs;
    this.isTold = true;
    const lost = this.lostLines === 0 ? '' : `; ${this.lostText()} so far`;
    return { severity: 'error', message: `${this.what}: ${this.error}${lost}; answers go on` };
  }

  private takeRecovery(): LogTrouble | undefined {
    const message = `${this.what}: writing again, ${this.lostText()}`;
    const isWorthTelling = this.isTold || this.lostLines > 0;
    this.error = undefined;
    this.recovered = false;
    this.isTold = false;
    this.lostLines = 0;
    // `toldAtMs` stays: a disk that is full every other second must not fill stderr.
    return isWorthTelling ? { severity: 'notice', message } : undefined;
  }

  private lostText(): string {
    return `${this.lostLines} line${this.lostLines === 1 ? '' : 's'} lost`;
  }
}
