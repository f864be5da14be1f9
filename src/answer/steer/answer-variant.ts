import type { Draws } from '../../base/draws.ts';
import type { Client } from '../../plane/access/client.ts';
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

/**
 * Answers that are kept of a question whose answer is drawn: the first record is drawn by a point between 0 and 1, and each of so
 * many equal parts of that range has an answer. A part in which two records meet has none, so the shares are exact.
 */
const drawnParts = 64;
/** Divisible by each number up to 6. */
const turns = 60;
/** Networks that fall in the same bucket get the same order; the shares of the weights are met within a percent. */
const stickyBuckets = 4096;

/** Which of the possible answers to its question an answer is. */
export class AnswerVariant {
  /** Of this answer; `none` while nothing varies in it. */
  kind: Variance = Variance.none;
  /** From 1; counts the answers of this kind that may be kept. */
  number = 0;
  /** Between 0 and 1: where in the sum of the weights the first record lies, and between what bounds the same answer serves. */
  point = 0;
  low = 0;
  high = 1;
  /** Bits of the client's address that tell its network. */
  prefixBits4 = 0;
  prefixBits6 = 0;
  /** It depends on more than its number says. */
  isMixed = false;
  /** Its first SRV, as `packFirstChoice` has it. */
  firstChoice = 0;
  private chosen: Variance = Variance.none;

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
  }

  chooseDrawn(draws: Draws): void {
    this.chosen = Variance.drawn;
    this.point = draws.fraction();
    const part = Math.floor(this.point * drawnParts);
    this.number = 1 + part;
    this.low = part / drawnParts;
    this.high = (part + 1) / drawnParts;
  }

  /** `turn`: any whole number from 0; the next answer's is one more. */
  chooseTurn(turn: number): void {
    this.chosen = Variance.cyclic;
    this.number = 1 + (turn % turns);
  }

  chooseBucket(client: Client, prefixBits4: number, prefixBits6: number): void {
    this.chosen = Variance.sticky;
    this.prefixBits4 = prefixBits4;
    this.prefixBits6 = prefixBits6;
    const bits = client.family === 4 ? prefixBits4 : prefixBits6;
    this.number = 1 + clientBucket(client.octets, client.offset, bits, stickyBuckets);
  }

  /** Draw for one more set of this answer. Gives its point. */
  takeDrawn(draws: Draws): number {
    const isFirst = this.kind === Variance.none;
    this.enter(Variance.drawn);
    if (!isFirst) return draws.fraction();
    if (this.chosen !== Variance.drawn) this.chooseDrawn(draws);
    return this.point;
  }

  /** By how many records a set of this answer begins later. */
  takeTurn(draws: Draws): number {
    this.enter(Variance.cyclic);
    if (this.chosen !== Variance.cyclic) this.chooseTurn(draws.below(turns));
    return this.number - 1;
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
