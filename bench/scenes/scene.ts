/** What a scene is: something done to several servers in turn, and figures of each round. */
import type { ServerProgram } from '../servers/server-program.ts';

export interface Scene {
  readonly name: string;
  /** One line for people. */
  readonly about: string;
  /** Played only when it is named. */
  readonly isExtra?: boolean;
  /** The servers that take part, in the order of the table. */
  readonly programs: readonly ServerProgram[];
  /** Rounds, and seconds of one server in one round, unless the command line says otherwise. */
  readonly rounds: number;
  readonly seconds: number;
  run(setting: SceneSetting): Promise<SceneResult>;
}

/** What the command line and the machine give to a scene. */
export interface SceneSetting {
  /** Those of the scene that are installed and wanted. */
  readonly programs: readonly ServerProgram[];
  readonly rounds: number;
  readonly seconds: number;
  /** An empty folder that is deleted after the scene. */
  readonly folder: string;
  readonly serverCore: number;
  readonly loadCore: number;
  /** Where Ringzone's CPU profiles go. */
  readonly profileFolder?: string;
  /** Tell the person who waits. */
  note(text: string): void;
}

/** Figures of one round by name; what a server can't tell is left out. */
export type Figures = Readonly<Record<string, number>>;

export interface Row {
  readonly server: string;
  readonly rounds: readonly Figures[];
}

export interface Column {
  /** The name of the figure. */
  readonly figure: string;
  readonly title: string;
  readonly digits: number;
  /** What stands in the table: the median of the rounds (with least and greatest where `noisy`), or their sum. */
  readonly of: 'median' | 'noisy' | 'sum';
}

export interface SceneResult {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Figures by which Ringzone is compared with each other row, Ringzone's divided by the other's. */
  readonly ratios: readonly { readonly figure: string; readonly title: string }[];
  readonly notes: readonly string[];
}
