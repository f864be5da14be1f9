import type { Diagnostic } from '../../base/diagnostic.ts';
import type { AnswerSettings } from '../../plane/answer-settings.ts';
import type { ListenAddress, TcpLimits } from '../../plane/messages.ts';
import type { WireName } from '../../wire/name.ts';
import type { LoggingConfig } from '../log/logging-config.ts';

/** What the operator asked for, checked and complete. */
export interface Config {
  readonly listen: readonly ListenAddress[];
  /** UDP workers; `auto` is one per core. */
  readonly workers: number | 'auto';
  /** Becomes this user when the sockets are open. */
  readonly user: string | undefined;
  readonly zones: readonly ZoneConfig[];
  readonly settings: AnswerSettings;
  readonly tcp: TcpLimits;
  readonly logging: LoggingConfig;
  /** Whether questions are logged; `undefined`: yes when the category `queries` is routed, as BIND does. */
  readonly querylog: boolean | undefined;
  /** Treat warnings about zones as errors, and refuse to start when a zone is refused. */
  readonly strict: boolean;
  /** Problems that do not stop anything. */
  readonly warnings: readonly Diagnostic[];
}

export interface ZoneConfig {
  /** As a person wrote it, without the final dot (`.` for the root). */
  readonly name: string;
  readonly apex: WireName;
  readonly class: number;
  /** Absolute path of the master file. */
  readonly file: string;
  /** Reload by itself when the file has changed and is quiet. */
  readonly watch: boolean;
}
