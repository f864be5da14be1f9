import type { FileSuffix } from '../log/logging-config.ts';

/** Dnstap as the operator wants it, checked and complete. */
export interface DnstapConfig {
  /** A set of `TapType`; not empty. */
  readonly types: number;
  readonly output: DnstapOutput;
  /** Who says it, in each message; `undefined`: nothing is said of it. */
  readonly identity: string | undefined;
  readonly version: string | undefined;
}

export type DnstapOutput = DnstapFile | DnstapSocket;

export interface DnstapFile {
  readonly kind: 'file';
  /** Absolute. */
  readonly path: string;
  /** It is put away when it has reached this size; `Infinity`: it grows. */
  readonly sizeOctets: number;
  /** Old files kept; `Infinity`: all. `undefined`: all, but what is there at the start is written over, as BIND does it. */
  readonly versions: number | undefined;
  readonly suffix: FileSuffix;
}

/** A Unix socket on which a collector listens. */
export interface DnstapSocket {
  readonly kind: 'unix';
  /** Absolute. */
  readonly path: string;
}
