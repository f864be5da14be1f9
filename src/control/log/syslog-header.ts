import { type LogSeverity, severityLevel } from './logging-config.ts';

/** `<30>Nov 22 21:20:56 named[2264]: `: what stands before a message to /dev/log (RFC 3164 §4.1, without the host's name). */
export class SyslogHeader {
  private readonly facility: number;
  private readonly program: string;
  private second = Number.NaN;
  private severity: LogSeverity = 'info';
  private text = '';

  constructor(facility: number, tag: string, pid: number) {
    this.facility = facility;
    this.program = `${tag}[${pid}]`;
  }

  at(severity: LogSeverity, timeMs: number): string {
    const second = Math.floor(timeMs / 1000);
    if (second !== this.second || severity !== this.severity) {
      this.second = second;
      this.severity = severity;
      const priority = 8 * this.facility + syslogSeverity(severity);
      this.text = `<${priority}>${formatSyslogTime(new Date(second * 1000))} ${this.program}: `;
    }
    return this.text;
  }
}

/** 2 for critical to 6 for info; 7 for each debug level. */
function syslogSeverity(severity: LogSeverity): number {
  return Math.min(7, severityLevel(severity) + 7);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** Local time: the day in two columns, the first of them a blank where it is less than 10. */
function formatSyslogTime(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${months[date.getMonth()]} ${String(date.getDate()).padStart(2)} ${clock}`;
}
