/**
 * A pattern as a machine that is in several states at once (Thompson's construction), so that no pattern takes longer than its length
 * times that of the input: zones come from strangers, and backtracking would let one record hold a load for years.
 */
import { octetAt } from '../../../../base/octets.ts';
import type { Ere, OctetSet } from './ere.ts';

/** Patterns that unfold into more are not tried: `((a{255}){255}){255}` has 16 million. */
const mostSteps = 5_000;

const Op = { octets: 0, split: 1, start: 2, end: 3, match: 4 } as const;

/** One octet of the input, or a choice of several: `0123456789` where any digit may stand. */
export type InputOctet = readonly number[];

export class EreProgram {
  private readonly ops: number[] = [];
  private readonly sets: (OctetSet | undefined)[] = [];
  /** Where a split goes on beside the next step. */
  private readonly others: number[] = [];
  private isTooLarge = false;

  private constructor() {}

  /** `undefined` where the pattern is too large to try. */
  static from(ere: Ere, ignoresCase: boolean): EreProgram | undefined {
    const program = new EreProgram();
    program.emit(ere, ignoresCase);
    program.add(Op.match);
    return program.isTooLarge ? undefined : program;
  }

  get stepCount(): number {
    return this.ops.length;
  }

  /** Whether the pattern matches somewhere in the input. */
  matches(input: readonly InputOctet[]): boolean {
    let states = new Set<number>();
    for (let at = 0; ; at++) {
      // A match may begin at each octet.
      if (this.enter(states, 0, at, input.length)) return true;
      if (at === input.length) return false;
      const next = new Set<number>();
      for (const state of states) {
        if (this.ops[state] !== Op.octets || !this.takes(state, input[at] as InputOctet)) continue;
        if (this.enter(next, state + 1, at + 1, input.length)) return true;
      }
      states = next;
    }
  }

  /** Add a state and all that are reached from it without an octet; true where one is the match. */
  private enter(states: Set<number>, first: number, at: number, length: number): boolean {
    const waiting = [first];
    for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
      if (states.has(state)) continue;
      states.add(state);
      const op = this.ops[state];
      if (op === Op.match) return true;
      if (op === Op.split) waiting.push(this.others[state] as number, state + 1);
      else if ((op === Op.start && at === 0) || (op === Op.end && at === length)) waiting.push(state + 1);
    }
    return false;
  }

  private takes(state: number, choice: InputOctet): boolean {
    const set = this.sets[state] as OctetSet;
    return choice.some((octet) => set[octet] === 1);
  }

  private emit(ere: Ere, ignoresCase: boolean): void {
    if (this.isTooLarge) return;
    switch (ere.kind) {
      case 'octets':
        this.add(Op.octets, ignoresCase ? withBothCases(ere.set) : ere.set);
        return;
      case 'start':
      case 'end':
        this.add(Op[ere.kind]);
        return;
      case 'sequence':
        for (const part of ere.parts) this.emit(part, ignoresCase);
        return;
      case 'choice':
        this.emitChoice(ere.parts, ignoresCase);
        return;
      case 'repeat':
        this.emitRepeat(ere, ignoresCase);
    }
  }

  /** Each option but the last: split to the next one, the option, jump behind them all. */
  private emitChoice(options: readonly Ere[], ignoresCase: boolean): void {
    const ends: number[] = [];
    options.forEach((option, i) => {
      const split = i === options.length - 1 ? -1 : this.add(Op.split);
      this.emit(option, ignoresCase);
      if (split < 0) return;
      ends.push(this.addJump());
      this.others[split] = this.ops.length;
    });
    for (const end of ends) this.others[end] = this.ops.length;
  }

  private emitRepeat({ body, least, most }: Ere & { kind: 'repeat' }, ignoresCase: boolean): void {
    for (let i = 0; i < least && !this.isTooLarge; i++) this.emit(body, ignoresCase);
    if (most === Number.POSITIVE_INFINITY) {
      const split = this.add(Op.split);
      this.emit(body, ignoresCase);
      this.others[this.addJump()] = split;
      this.others[split] = this.ops.length;
      return;
    }
    const splits: number[] = [];
    for (let i = least; i < most && !this.isTooLarge; i++) {
      splits.push(this.add(Op.split));
      this.emit(body, ignoresCase);
    }
    for (const split of splits) this.others[split] = this.ops.length;
  }

  /** A step that only `others` leads on from: a set of octets that takes none stands behind it. */
  private addJump(): number {
    const jump = this.add(Op.split);
    this.add(Op.octets, noOctets);
    return jump;
  }

  private add(op: number, set?: OctetSet): number {
    if (this.ops.length >= mostSteps) this.isTooLarge = true;
    else {
      this.ops.push(op);
      this.sets.push(set);
      this.others.push(0);
    }
    return this.ops.length - 1;
  }
}

const noOctets = new Uint8Array(256);

function withBothCases(set: OctetSet): OctetSet {
  const both = set.slice();
  for (let upper = 0x41; upper <= 0x5a; upper++) {
    const member = octetAt(set, upper) | octetAt(set, upper + 0x20);
    both[upper] = member;
    both[upper + 0x20] = member;
  }
  return both;
}
