/** What a comparison has found. */

import type { DifferenceName, HarmlessKind } from './answers/verdict.ts';
import type { AskedWay, CompareQuestion } from './questions/question.ts';

/** A question whose answers differ, in one way of asking or several. */
export interface Finding {
  readonly zone: string;
  readonly question: CompareQuestion;
  readonly answers: readonly FoundAnswer[];
}

export interface FoundAnswer {
  readonly way: AskedWay;
  readonly differences: readonly DifferenceName[];
  /** Bits of `Harmless` that are there besides. */
  readonly harmless: number;
  /** The messages, the first server's and the second's. */
  readonly first: Uint8Array;
  readonly second: Uint8Array;
}

/** A zone as each server has it, by the answers to its SOA question. */
export interface ComparedZone {
  readonly name: string;
  readonly class: number;
  /** Where its names come from. */
  readonly namesFrom: string | undefined;
  readonly names: number;
  readonly records: number;
  readonly first: ServedState;
  readonly second: ServedState;
  /** Questions asked. */
  readonly questions: number;
}

/** The serial where the server is authoritative for the zone; else what it says instead: `REFUSED`. */
export type ServedState = { readonly serial: number } | { readonly refusal: string };

export interface CompareCounts {
  questions: number;
  /** Pairs of answers; each question is asked in four ways. */
  answers: number;
  equal: number;
  /** Pairs with harmless differences only. */
  harmless: number;
  different: number;
  /** Pairs of which at least one answer never came, or came truncated by a rate limit. */
  unanswered: number;
  retried: number;
  /** Answers by each harmless kind, those of different answers too. */
  readonly harmlessKinds: Record<HarmlessKind, number>;
  readonly differenceNames: Record<DifferenceName, number>;
  /** Questions with a difference; `findings` has the first of them. */
  differentQuestions: number;
  unansweredQuestions: number;
}

export interface CompareResult {
  readonly zones: readonly ComparedZone[];
  readonly counts: CompareCounts;
  readonly findings: readonly Finding[];
  /** The first questions without an answer, as text, with the server that is silent. */
  readonly unanswered: readonly string[];
  /** Sentences for stderr: what limits the comparison. */
  readonly notes: readonly string[];
  readonly seconds: number;
  /** Neither a difference nor anything that could not be compared. */
  readonly isSame: boolean;
}
