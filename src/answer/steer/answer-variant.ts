import type { Draws } from '../../base/draws.ts';
import type { Client } from '../../plane/access/client.ts';
import { DrawnParts } from './drawn-parts.ts';
import { clientBucket } from './sticky-score.ts';

/** In what the answers to one question differ from each other. */
export const Variance = {
  none: 0,
  /** By a draw. */
  drawn: 1,
  /** Each begins one record later than the one before. */
  cyclic: 2,
  /** By the client's network. */
  sticky: 3,
} as const;
export type Variance = (typeof Variance)[keyof typeof Variance];

/** Answers that are kept of a drawn question for each record that may come first: they differ in what comes behind it. */
const answersAPart = 8;
/** By turns so many answers are kept, where sets of several sizes would need more. Divisible by each number up to 6. */
const mostTurns = 60;
/** Networks that fall in the same bucket get the same order; the shares of the weights are met within a percent. */
const stickyBuckets = 4096;

/** Which of the possible answers to its question an answer is. */
export class AnswerVariant {
  /** Of this answer; `none` while nothing varies in it. */
  kind: Variance = Variance.none;
  /** From 1; counts the answers of this kind that may be kept. */
  number = 0;
  /** Of 32 bits: it draws the first record of the first set. */
  draw = 0;
  /** What other draws would put first in that set; filled by who orders it. */
  readonly parts = new DrawnParts();
  /** `cyclic`: after so many turns the answers come again. */
  period = 1;
  /** Bits of the client's address that tell its network. */
  prefixBits4 = 0;
  prefixBits6 = 0;
  /** It depends on more than its number says. */
  isMixed = false;
  /** Its first SRV, as `packFirstChoice` has it. */
  firstChoice = 0;
  private chosen: Variance = Variance.none;
  /** The part that was chosen; -1 where any will do. */
  private part = -1;

  /** Begin an answer of which nothing is known yet. */
  clear(): void {
    this.chosen = Variance.none;
    this.forget();
  }

  /** Begin an answer whose variant has been chosen. */
  forget(): void {
    this.kind = Variance.none;
    this.isMixed = false;
    this.firstChoice = 0;
    this.period = 1;
    this.parts.clear();
  }

  /** `part`: the one that the draw falls in, as the question's entry in the cache has it. */
  chooseDrawn(draw: number, part: number): void {
    this.chosen = Variance.drawn;
    this.draw = draw;
    this.part = part;
    this.number = 1 + part * answersAPart + (draw & (answersAPart - 1));
  }

  /** `turn`: any whole number from 0; the next answer's is one more. `period`: as the question's entry in the cache has it. */
  chooseTurn(turn: number, period: number): void {
    this.chosen = Variance.cyclic;
    this.number = 1 + (turn % period);
  }

  chooseBucket(client: Client, prefixBits4: number, prefixBits6: number): void {
    this.chosen = Variance.sticky;
    this.prefixBits4 = prefixBits4;
    this.prefixBits6 = prefixBits6;
    const bits = client.family === 4 ? prefixBits4 : prefixBits6;
    this.number = 1 + clientBucket(client.octets, client.offset, bits, stickyBuckets);
  }

  /** Draw for one more set of this answer. Gives its point, from 0 and below 1. */
  takeDrawn(draws: Draws): number {
    const isFirst = this.kind === Variance.none;
    this.enter(Variance.drawn);
    if (!isFirst) return draws.fraction();
    if (this.chosen !== Variance.drawn) {
      this.chosen = Variance.drawn;
      this.draw = draws.next();
      this.part = -1;
    }
    return this.draw / 2 ** 32;
  }

  /** The first set is ordered, `parts` are filled: look whether this answer is one of those that its number stands for. */
  checkPart(): void {
    const part = this.parts.find(this.draw);
    if (part < 0 || (this.part >= 0 && this.part !== part)) this.isMixed = true;
  }

  /** By how many records a set of this answer begins later. */
  takeTurn(draws: Draws): number {
    this.enter(Variance.cyclic);
    if (this.chosen !== Variance.cyclic) this.chooseTurn(draws.below(mostTurns), mostTurns);
    return this.number - 1;
  }

  /** So many records of this answer take turns. */
  addTurns(count: number): void {
    this.period = Math.min(leastCommonMultiple(this.period, count), mostTurns);
  }

  /** The bucket of the client's network. */
  takeBucket(client: Client, prefixBits4: number, prefixBits6: number): number {
    this.enter(Variance.sticky);
    const isSame = this.prefixBits4 === prefixBits4 && this.prefixBits6 === prefixBits6;
    if (this.chosen === Variance.sticky && !isSame) this.isMixed = true;
    if (this.chosen !== Variance.sticky || !isSame) this.chooseBucket(client, prefixBits4, prefixBits6);
    return this.number - 1;
  }

  private enter(kind: Variance): void {
    if (this.kind === Variance.none) this.kind = kind;
    else if (this.kind !== kind) this.isMixed = true;
  }
}

function leastCommonMultiple(a: number, b: number): number {
  let divisor = a;
  for (let rest = b; rest > 0; ) {
    const next = divisor % rest;
    divisor = rest;
    rest = next;
  }
  return (a / divisor) * b;
}
