/**
 * The questions sent on one socket and not answered yet. Each has a slot; its id tells the slot and how often that was
 * used, so that a response that comes after its question was given up is told apart.
 */
const slotBits = 11;
const slotCount = 1 << slotBits;

export class Outstanding {
  private readonly questions = new Int32Array(slotCount).fill(-1);
  private readonly ids = Uint16Array.from({ length: slotCount }, (_, slot) => slot);
  private readonly sentMs = new Float64Array(slotCount);
  private readonly free = Uint16Array.from({ length: slotCount }, (_, slot) => slot);
  private freeCount = slotCount;

  get count(): number {
    return slotCount - this.freeCount;
  }

  /** The id to send this question with; -1 where no slot is free. */
  add(question: number, nowMs: number): number {
    if (this.freeCount === 0) return -1;
    const slot = this.free[--this.freeCount] as number;
    const id = ((this.ids[slot] as number) + slotCount) & 0xffff;
    this.ids[slot] = id;
    this.questions[slot] = question;
    this.sentMs[slot] = nowMs;
    return id;
  }

  /** The question that waits for a response of this id; -1 where none does. */
  find(id: number): number {
    const slot = id & (slotCount - 1);
    return this.ids[slot] === id ? (this.questions[slot] as number) : -1;
  }

  sentAtMs(id: number): number {
    return this.sentMs[id & (slotCount - 1)] as number;
  }

  remove(id: number): void {
    const slot = id & (slotCount - 1);
    this.questions[slot] = -1;
    this.free[this.freeCount++] = slot;
  }

  /** Give up what was sent before that time. Returns how many. */
  removeOlder(beforeMs: number): number {
    let removed = 0;
    for (let slot = 0; slot < slotCount; slot++) {
      if ((this.questions[slot] as number) < 0 || (this.sentMs[slot] as number) >= beforeMs) continue;
      this.remove(this.ids[slot] as number);
      removed++;
    }
    return removed;
  }
}
