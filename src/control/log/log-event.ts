import type { LogCategory, LogSeverity } from './logging-config.ts';

/** Something worth telling, of the control plane. */
export interface LogEvent {
  readonly category: LogCategory;
  readonly severity: LogSeverity;
  /** One line, in BIND's words where BIND has the event. */
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** More lines for people; not written to channels in BIND's format. */
  readonly detail?: string | undefined;
  /** For machines: members of the JSON line on stderr. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}
