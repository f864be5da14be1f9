import type { Logger } from 'pino';
import { hasColours } from '../../base/colours.ts';
import { writeQuietly } from '../write-quietly.ts';
import { pinoLevel } from './json-line.ts';
import type { LogEvent } from './log-event.ts';
import { type LogCategory, type LoggingConfig, type LogSeverity, noLogging, severityLevel } from './logging-config.ts';
import { channelsOf, isSilenced, takes } from './routes.ts';
import { formatForTerminal } from './stderr-format.ts';

/** What an event may have beside category, severity and message. */
export interface LogExtra {
  readonly detail?: string | undefined;
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The log of the control plane. Each event goes to stderr through pino, which is what systemd and containers keep, and to
 * the channels that its category is routed to. A category routed to `null`, to a stderr channel of its own or to syslog (which ends in
 * the same journal) is not said by pino too, except for errors, which nobody silences by a category.
 */
export class Log {
  private readonly pino: Logger;
  private logging: LoggingConfig = noLogging;
  private forward: ((event: LogEvent) => void) | undefined;
  private level = 0;
  private watcher: ((event: LogEvent) => void) | undefined;

  private constructor(pino: Logger) {
    this.pino = pino;
  }

  /** A log on stderr: JSON unless that is a terminal. */
  static async create(): Promise<Log> {
    const { default: pino } = await import('pino');
    const isTerminal = process.stderr.isTTY === true;
    const isColoured = isTerminal && hasColours(process.stderr);
    const destination = {
      write: (json: string) => writeQuietly(2, isTerminal ? formatForTerminal(json, isColoured) : json),
    };
    const options = {
      base: null,
      // What is said is chosen here, by the debug level.
      level: 'trace',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
    };
    return new Log(pino(options, destination));
  }

  /** Send events to the channels of `logging` too, through `forward`. */
  route(logging: LoggingConfig, forward: ((event: LogEvent) => void) | undefined): void {
    this.logging = logging;
    this.forward = forward;
  }

  /** Tell `watcher` of each event too, whatever channels take. */
  watch(watcher: (event: LogEvent) => void): void {
    this.watcher = watcher;
  }

  /** 0: no debug messages, but in channels of a severity `debug N`. */
  get debugLevel(): number {
    return this.level;
  }

  setDebugLevel(level: number): void {
    this.level = level;
  }

  event(category: LogCategory, severity: LogSeverity, message: string, extra: LogExtra = {}): void {
    const event: LogEvent = { category, severity, message, timeMs: Date.now(), ...extra };
    const isError = severity === 'error' || severity === 'critical';
    const isSaid = severityLevel(severity) <= this.level;
    if (isError || (isSaid && !this.hasOwnPlace(category))) this.say(event);
    if (this.hasTakers(category, severity)) this.forward?.(event);
    this.watcher?.(event);
  }

  info(category: LogCategory, message: string, extra?: LogExtra): void {
    this.event(category, 'info', message, extra);
  }

  notice(category: LogCategory, message: string, extra?: LogExtra): void {
    this.event(category, 'notice', message, extra);
  }

  warning(category: LogCategory, message: string, extra?: LogExtra): void {
    this.event(category, 'warning', message, extra);
  }

  error(category: LogCategory, message: string, extra?: LogExtra): void {
    this.event(category, 'error', message, extra);
  }

  /** On stderr alone: about the channels themselves. */
  say(event: Omit<LogEvent, 'timeMs'>): void {
    const record = {
      category: event.category,
      ...event.fields,
      ...(event.detail === undefined ? {} : { detail: event.detail }),
    };
    this.pino[pinoLevel(event.severity)](record, event.message);
  }

  private hasOwnPlace(category: string): boolean {
    return (
      isSilenced(this.logging, category) ||
      this.channels(category).some(({ destination: { kind } }) => kind === 'stderr' || kind === 'syslog')
    );
  }

  private hasTakers(category: string, severity: LogSeverity): boolean {
    return (
      this.forward !== undefined && this.channels(category).some((channel) => takes(channel, severity, this.level))
    );
  }

  /** The channels of the configuration, without the stderr that stands in where there are none. */
  private channels(category: string) {
    const { categories } = this.logging;
    return category in categories || 'default' in categories ? channelsOf(this.logging, category) : [];
  }
}
