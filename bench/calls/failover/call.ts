/** What callers tell of each call. */
export interface Call {
  readonly client: string;
  /** Its user in From, by which servers know it. */
  readonly user: string;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  /** Whether it was answered, within the patience. */
  readonly isAnswered: boolean;
}

/** After so long without an answer a call counts as lost, also of clients that would go on to the next server by themselves later. */
export const usualPatienceMs = 2500;

export interface Caller {
  readonly client: string;
  start(): void;
  /** Those of which something is known already. */
  soFar(): readonly Call[];
  /** Ends when the last calls have. */
  stop(): Promise<readonly Call[]>;
}
