/** Why an update is not done: its RCODE, and why in BIND's words, for the log. */
export interface UpdateProblem {
  readonly rcode: number;
  readonly reason: string;
  /** BIND warns of it, in this line, instead of the usual one. */
  readonly warning?: string;
}
