/** What can be fuzzed: a way to begin, a way to change, a way to judge. */
import type { Random } from '../../interop/differential/random.ts';

/** Changes an input in one way; the other one is of the corpus too, to take something from. May write into the input, which is a copy. */
export type Mutate = (random: Random, input: Uint8Array, other: Uint8Array) => Uint8Array;

export interface Target {
  /** What the first inputs are; what reaches places in the code that were not reached before joins them. */
  readonly corpus: readonly Uint8Array[];
  readonly mutate: Mutate;
  /** Longer inputs are cut to this. */
  readonly maxOctets: number;
  /** Steps that an input may take; see `linear`. */
  readonly allowedSteps: (input: Uint8Array) => number;
  /**
   * Put the input through, and throw where a rule is broken. What it gives is a word for how the input fared: they are counted, to
   * see that not all of them fare badly.
   */
  run(input: Uint8Array): string | Promise<string>;
  /** Words that a run must not be without: each stands for a thousandth of the inputs at least. */
  readonly expected: readonly string[];
}

export type TargetFactory = () => Target | Promise<Target>;

/** A rule that the code under test has broken. */
export class RuleBroken extends Error {
  override readonly name = 'RuleBroken';
}

export function must(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new RuleBroken(rule);
}

/** So many steps, and so many more for each octet: whoever sends more may have more done. */
export function linear(fixed: number, perOctet: number): (input: Uint8Array) => number {
  return ({ length }) => fixed + perOctet * length;
}
