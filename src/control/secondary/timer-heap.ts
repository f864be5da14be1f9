/** What is due at a time. Kept in at most one heap. */
export interface Timed {
  /** On whatever clock the heap's owner uses. */
  dueMs: number;
  /** Place in the heap; -1 for none. The heap's own. */
  heapIndex: number;
}

/** The next of many: a binary heap, so that thousands of zones need no timer each. */
export class TimerHeap<T extends Timed> {
  private readonly items: T[] = [];

  get size(): number {
    return this.items.length;
  }

  /** What is due first. */
  get first(): T | undefined {
    return this.items[0];
  }

  /** Put it in, or move it, to be due at `dueMs`. */
  schedule(item: T, dueMs: number): void {
    item.dueMs = dueMs;
    if (item.heapIndex < 0) {
      item.heapIndex = this.items.length;
      this.items.push(item);
    }
    this.sink(this.rise(item.heapIndex));
  }

  remove(item: T): void {
    const at = item.heapIndex;
    if (at < 0) return;
    item.heapIndex = -1;
    const last = this.items.pop() as T;
    if (last === item) return;
    this.put(last, at);
    this.sink(this.rise(at));
  }

  /** Returns where it has come to. */
  private rise(from: number): number {
    const item = this.items[from] as T;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = this.items[parent] as T;
      if (above.dueMs <= item.dueMs) break;
      this.put(above, at);
      at = parent;
    }
    this.put(item, at);
    return at;
  }

  private sink(from: number): void {
    const { items } = this;
    const item = items[from] as T;
    let at = from;
    for (let child = 2 * at + 1; child < items.length; child = 2 * at + 1) {
      const right = items[child + 1];
      if (right !== undefined && right.dueMs < (items[child] as T).dueMs) child++;
      const below = items[child] as T;
      if (below.dueMs >= item.dueMs) break;
      this.put(below, at);
      at = child;
    }
    this.put(item, at);
  }

  private put(item: T, at: number): void {
    this.items[at] = item;
    item.heapIndex = at;
  }
}
