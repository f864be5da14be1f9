/**
 * Steps that the code under test takes, and where it has been. `instrument.ts` puts a call for each into the code that is fuzzed: the
 * product's own files have nothing of it, so that it costs a query nothing.
 *
 * A step is a call of one of our functions, or a turn of one of our loops; of the runtime's own functions those that copy or search octets
 * take a step for every 16 of them. More steps than are allowed end the run where it is, also in a loop that would have no end.
 */

/** What instrumented code reaches by its short names. */
export interface StepCounter {
  /** Steps taken, and allowed. */
  readonly S: Float64Array;
  /** By the number of a place in the code: whether it has ever been reached. */
  readonly C: Uint8Array;
  /** Called where a step too many is taken. */
  readonly X: () => void;
  /** Called at the first time that a place is reached. */
  readonly H: (place: number) => void;
}

/** More than the code has. */
const maxPlaces = 200_000;

export class StepsExceeded extends Error {
  override readonly name = 'StepsExceeded';
}

const counts = new Float64Array(2);
const reached = new Uint8Array(maxPlaces);
let news = 0;
let total = 0;

const counter: StepCounter = {
  S: counts,
  C: reached,
  X: () => {
    const allowed = counts[1] as number;
    counts[1] = Number.POSITIVE_INFINITY;
    throw new StepsExceeded(`more than ${allowed} steps`);
  },
  H: (place) => {
    reached[place] = 1;
    news++;
    total++;
  },
};

/** The name that instrumented code finds it by. */
export const counterName = '__ringzoneSteps';

export function installStepCounter(): void {
  counts[1] = Number.POSITIVE_INFINITY;
  Reflect.set(globalThis, counterName, counter);
  countNatives();
}

/** Count from now on, and allow so many. */
export function beginCounting(allowed: number): void {
  counts[0] = 0;
  counts[1] = allowed;
}

/** Steps since `beginCounting`; from now on all are allowed. */
export function endCounting(): number {
  counts[1] = Number.POSITIVE_INFINITY;
  return counts[0] as number;
}

/** Let the code of a test take as many steps as it likes. */
export function uncounted<T>(act: () => T): T {
  const [taken, allowed] = counts as unknown as [number, number];
  counts[1] = Number.POSITIVE_INFINITY;
  const result = act();
  counts[0] = taken;
  counts[1] = allowed;
  return result;
}

/** Places reached for the first time since this was asked last. */
export function takeNews(): number {
  const found = news;
  news = 0;
  return found;
}

export function placesReached(): number {
  return total;
}

/** Octets that the runtime copies or searches for a step. */
const octetsPerStep = 16;

/** Without these, code that copies all that it has for each octet that comes would look cheap. */
function countNatives(): void {
  const typed = Object.getPrototypeOf(Uint8Array.prototype) as object;
  wrap(typed, 'set', (_self, source: ArrayLike<unknown>) => source.length);
  wrap(typed, 'slice', ({ length }, start = 0, end = length) => between(length, Number(start), Number(end)));
  wrap(typed, 'fill', ({ length }, _value, start = 0, end = length) => between(length, Number(start), Number(end)));
  wrap(typed, 'copyWithin', ({ length }, _to, from = 0, end = length) => between(length, Number(from), Number(end)));
  wrap(Buffer, 'concat', (_self, list: readonly Uint8Array[]) => list.reduce((sum, { length }) => sum + length, 0));
}

function between(length: number, start: number, end: number): number {
  return Math.max(0, Math.min(end, length) - start);
}

type Cost = (self: { readonly length: number }, ...args: never[]) => number;

function wrap(holder: object, name: string, cost: Cost): void {
  const original = Reflect.get(holder, name) as (...args: unknown[]) => unknown;
  const counted = function (this: { readonly length: number }, ...args: unknown[]): unknown {
    const steps = (counts[0] as number) + 1 + (cost as (...all: unknown[]) => number)(this, ...args) / octetsPerStep;
    counts[0] = steps;
    if (steps > (counts[1] as number)) counter.X();
    return original.apply(this, args);
  };
  Object.defineProperty(holder, name, { value: counted, configurable: true, writable: true });
}
