/** What stands before a message in BIND's format: `[time ][category: ][severity: ]`, always in that order; in JSON, an object's first members. */
import { formatJsonHead } from './json-line.ts';
import { octetsOf } from './line-parts.ts';
import type { ChannelConfig, LogSeverity, PrintTime } from './logging-config.ts';

export type PrefixOptions = Pick<ChannelConfig, 'printTime' | 'printSeverity' | 'printCategory' | 'format'>;

export function formatPrefix(options: PrefixOptions, timeMs: number, category: string, severity: LogSeverity): string {
  if (options.format === 'json') return formatJsonHead(timeMs, category, severity);
  const time = options.printTime === 'no' ? '' : `${formatTime(options.printTime, timeMs)} `;
  const severityText = severity === 'debug' ? 'debug 1' : severity;
  return `${time}${options.printCategory ? `${category}: ` : ''}${options.printSeverity ? `${severityText}: ` : ''}`;
}

/** The prefix as octets, made anew when the millisecond changes: the questions of a batch share it. */
export class LinePrefix {
  private readonly options: PrefixOptions;
  private readonly category: string;
  private readonly severity: LogSeverity;
  private timeMs = Number.NaN;
  private octets: Uint8Array = new Uint8Array(0);

  constructor(options: PrefixOptions, category: string, severity: LogSeverity) {
    this.options = options;
    this.category = category;
    this.severity = severity;
  }

  at(timeMs: number): Uint8Array {
    if (timeMs !== this.timeMs) {
      this.timeMs = timeMs;
      this.octets = octetsOf(formatPrefix(this.options, timeMs, this.category, this.severity));
    }
    return this.octets;
  }
}

/** No prefix is longer. */
export const maxPrefixOctets = 128;

export function formatTime(style: Exclude<PrintTime, 'no'>, timeMs: number): string {
  const whole = Math.floor(timeMs);
  if (style === 'iso8601-utc') return new Date(whole).toISOString();
  const second = Math.floor(whole / 1000);
  const ms = String(whole - second * 1000).padStart(3, '0');
  return `${(style === 'iso8601' ? isoSecond : bindSecond)(second)}.${ms}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** The text of a second, kept until the next one: many lines fall into each. */
function cached(format: (date: Date) => string): (second: number) => string {
  let lastSecond = Number.NaN;
  let lastText = '';
  return (second) => {
    if (second !== lastSecond) {
      lastSecond = second;
      lastText = format(new Date(second * 1000));
    }
    return lastText;
  };
}

const bindSecond = cached(
  (date) => `${two(date.getDate())}-${months[date.getMonth()]}-${date.getFullYear()} ${clock(date)}`,
);
const isoSecond = cached(
  (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${clock(date)}`,
);

function clock(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
