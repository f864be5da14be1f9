/** How a kind of server is started for the bench. */
import { existsSync } from 'node:fs';
import type { JudgeZone } from '../../test/interop/lib/judge.ts';

export interface ServerSettings {
  readonly zones: readonly JudgeZone[];
  /** Listen on all addresses, as the servers do by default, instead of 127.0.0.1 alone. */
  readonly onAllAddresses?: boolean;
  /** Give its zones to 127.0.0.1, as many at once as are asked for. */
  readonly allowTransfer?: boolean;
  /** Take updates from 127.0.0.1 for zones whose files are its own. */
  readonly allowUpdate?: boolean;
  /** Log every query to this file of the server's folder. */
  readonly queryLog?: string;
  /** Cookies, and response rate limiting with so many a second and a slip of 2; 127.0.0.1 is exempt (Ringzone and Knot). */
  readonly responsesPerSecond?: number;
  /** Write a CPU profile of each thread into this folder (Ringzone alone). */
  readonly profileFolder?: string;
}

/** Whether the kernel runs with IPv6. */
export const hasIpv6 = existsSync('/proc/net/if_inet6');

export interface ServerProgram {
  readonly name: string;
  readonly command: string;
  /** For people: what differs from its defaults. */
  readonly settings: string;
  /** Arguments that make it print its version. */
  readonly versionArguments: readonly string[];
  readonly versionPattern: RegExp;
  /** It sends questions back. */
  readonly isEcho?: boolean;
  /** Write its configuration into `folder`; returns the command's arguments. */
  configure(folder: string, port: number, settings: ServerSettings): readonly string[];
}
