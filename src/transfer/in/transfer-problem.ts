/** Why a transfer came to nothing. The text is BIND's where BIND has the case; it goes into logs. */
export interface TransferProblem {
  readonly text: string;
  /**
   * What is worth trying next: `axfr` the whole zone from the same primary, because what is wrong may be its IXFR alone; `other`
   * another primary.
   */
  readonly next: 'axfr' | 'other';
}
