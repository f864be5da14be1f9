/** How a kind of server is started for the bench. */
import type { JudgeZone } from '../../test/interop/lib/judge.ts';

export interface ServerSettings {
  readonly zones: readonly JudgeZone[];
  /** Log every query to this file of the server's folder. */
  readonly queryLog?: string;
  /** Write a CPU profile of each thread into this folder (Ringzone alone). */
  readonly profileFolder?: string;
}

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
