/** How many transfers run at once: in all, and from one primary (BIND: transfers-in, transfers-per-ns). The rest wait in line. */
export class TransferQuota {
  private limits: { readonly total: number; readonly perPrimary: number };
  private running = 0;
  private readonly runningByPrimary = new Map<string, number>();
  /** Who waits, by primary, each line in the order of arrival. */
  private readonly lines = new Map<string, (() => void)[]>();

  constructor(limits: { readonly total: number; readonly perPrimary: number }) {
    this.limits = limits;
  }

  setLimits(limits: { readonly total: number; readonly perPrimary: number }): void {
    this.limits = limits;
    this.startWaiting();
  }

  get runningCount(): number {
    return this.running;
  }

  get waitingCount(): number {
    return this.lines.values().reduce((sum, line) => sum + line.length, 0);
  }

  /** Resolves when a transfer from this address may run; `onDeferred` is called where it has to wait. Then `release`. */
  async take(primary: string, onDeferred: () => void): Promise<void> {
    if (this.isFree(primary)) {
      this.count(primary, 1);
      return;
    }
    onDeferred();
    const line = this.lines.get(primary) ?? [];
    this.lines.set(primary, line);
    await new Promise<void>((resolve) => line.push(resolve));
  }

  release(primary: string): void {
    this.count(primary, -1);
    this.startWaiting();
  }

  /** The first in line of each primary that has a place. */
  private startWaiting(): void {
    for (const [primary, line] of this.lines) {
      while (line.length > 0 && this.isFree(primary)) {
        this.count(primary, 1);
        line.shift()?.();
      }
      if (line.length === 0) this.lines.delete(primary);
    }
  }

  private isFree(primary: string): boolean {
    return this.running < this.limits.total && (this.runningByPrimary.get(primary) ?? 0) < this.limits.perPrimary;
  }

  private count(primary: string, by: number): void {
    this.running += by;
    const count = (this.runningByPrimary.get(primary) ?? 0) + by;
    if (count === 0) this.runningByPrimary.delete(primary);
    else this.runningByPrimary.set(primary, count);
  }
}
