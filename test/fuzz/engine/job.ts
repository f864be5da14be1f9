/** What the runner and its threads say to each other. */
import type { Progress } from './fuzz-loop.ts';

export interface FuzzJob {
  readonly target: string;
  readonly seed: number;
  readonly executions: number;
  /** Once all is loaded. */
  readonly mostMs: number;
  /** Run these alone, and nothing made of them. */
  readonly inputs: readonly Uint8Array[] | undefined;
  /** Runs so far, octets of the input that is being run (both 32 bits), the input. */
  readonly watched: SharedArrayBuffer;
}

export type FromFuzzThread =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | {
      readonly kind: 'failure';
      readonly input: Uint8Array;
      readonly execution: number;
      readonly signature: string;
      /** Of the error, with its stack. */
      readonly text: string;
    }
  | { readonly kind: 'done'; readonly progress: Progress; readonly expected: readonly string[] };
