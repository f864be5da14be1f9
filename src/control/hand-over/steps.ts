/**
 * How one server takes the place of another on the same host, over the control socket of the one that goes (ADR 0023). The new one says,
 * on one connection and each behind the answer to the one before:
 *
 *     hand-over sockets 1    the listening sockets come with the answer (SCM_RIGHTS); 1 is the version of this protocol
 *     hand-over data         the old one has written its files, closed its journal, and changes no zone that is kept there
 *     hand-over exchange     the new one answers: the old one has ended to read from the sockets; its connections it serves out
 *     hand-over failed WHY   instead of what would be next
 *
 * The old one answers questions from beginning to end. Where the connection ends before the exchange, it goes on as if nothing had been.
 */
export const handOverWord = 'hand-over';
export const handOverVersion = '1';

/** Of the answer to `sockets`, in `data`. */
export interface HandedSockets {
  readonly pid: number;
  /** How many descriptors have come before it. */
  readonly descriptors: number;
}

/** Descriptors come with lines of their own, so many at a time. */
export const descriptorsPerLine = 200;

/** The line that they come with. */
export interface DescriptorLine {
  readonly descriptors: number;
}
