/** What must not run beside each other: one after the other, in the order in which it was asked for. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Resolves, or rejects, as `work` does. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work);
    this.last = done.catch(() => undefined);
    return done;
  }

  /** Resolves when it is the caller's turn, with what ends it. */
  hold(): Promise<() => void> {
    const { promise: begun, resolve: begin } = Promise.withResolvers<() => void>();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    void this.take(() => {
      begin(end);
      return ended;
    });
    return begun;
  }
}
