/** Something that happens at a time. */
export interface Appointment {
  readonly atMs: number;
  /** `undefined`: called off. */
  task: ((latenessMs: number) => void) | undefined;
}

/**
 * What is to happen when, on a clock that only goes forward: a binary heap with one timer for all, so that thousands of probes do not
 * have one each. Each task is told by how much it is late.
 */
export class Timeline {
  private readonly heap: Appointment[] = [];
  private readonly clock: () => number;
  /** Called when something is to happen before all else. */
  private readonly sooner: (atMs: number) => void;

  /** `clock`: milliseconds since any moment. */
  constructor(clock: () => number, sooner: (atMs: number) => void) {
    this.clock = clock;
    this.sooner = sooner;
  }

  now(): number {
    return this.clock();
  }

  at(atMs: number, task: (latenessMs: number) => void): Appointment {
    const appointment = { atMs, task };
    this.push(appointment);
    if (this.heap[0] === appointment) this.sooner(atMs);
    return appointment;
  }

  after(delayMs: number, task: (latenessMs: number) => void): Appointment {
    return this.at(this.clock() + delayMs, task);
  }

  /** Do what is due. Gives when the next is; `undefined`: never. */
  run(): number | undefined {
    for (let first = this.heap[0]; first !== undefined; first = this.heap[0]) {
      const now = this.clock();
      if (first.task === undefined) {
        this.pop();
      } else if (first.atMs <= now) {
        this.pop();
        first.task(now - first.atMs);
      } else {
        return first.atMs;
      }
    }
    return undefined;
  }

  private push(appointment: Appointment): void {
    const { heap } = this;
    let at = heap.push(appointment) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Appointment;
      if (above.atMs <= appointment.atMs) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = appointment;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop() as Appointment;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      const child = this.earlierChild(at);
      const below = heap[child];
      if (below === undefined || below.atMs >= last.atMs) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }

  private earlierChild(at: number): number {
    const left = this.heap[2 * at + 1];
    const right = this.heap[2 * at + 2];
    return left !== undefined && right !== undefined && right.atMs < left.atMs ? 2 * at + 2 : 2 * at + 1;
  }
}

export function callOff(appointment: Appointment | undefined): void {
  if (appointment !== undefined) appointment.task = undefined;
}

/** Wakes together what is due within as many milliseconds. */
const stepMs = 5;

/** A timeline on the monotonic clock, which a change of the time of day does not touch. `stop` it to let the thread end. */
export function startTimeline(): { readonly timeline: Timeline; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const wake = (atMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(turn, Math.max(1, atMs - performance.now() + stepMs / 2));
  };
  const timeline = new Timeline(() => performance.now(), wake);
  function turn(): void {
    const next = timeline.run();
    if (next !== undefined) wake(next);
  }
  return { timeline, stop: () => clearTimeout(timer) };
}
