/** Lines as JSON objects, in the shape of pino's and of what the server says on stderr. */
import type { LogEvent } from './log-event.ts';
import type { LogSeverity } from './logging-config.ts';

/** pino has no `notice`, and one word for all debug levels but the first. */
export function pinoLevel(severity: LogSeverity): 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' {
  switch (severity) {
    case 'critical':
      return 'fatal';
    case 'warning':
      return 'warn';
    case 'error':
    case 'info':
    case 'debug':
      return severity;
    case 'notice':
      return 'info';
    default:
      return 'trace';
  }
}

/** `{"level":"info","time":"2026-11-22T20:39:44.202Z","category":"queries",`: what each object begins with. */
export function formatJsonHead(timeMs: number, category: string, severity: LogSeverity): string {
  const time = new Date(Math.floor(timeMs)).toISOString();
  return `{"level":"${pinoLevel(severity)}","time":"${time}","category":"${category}",`;
}

/** The line of an event: the head, its fields, its message. */
export function formatJsonLine({ category, severity, timeMs, message, fields, detail }: LogEvent): string {
  const rest = JSON.stringify({ ...fields, ...(detail === undefined ? {} : { detail }), msg: message });
  return formatJsonHead(timeMs, category, severity) + rest.slice(1);
}
