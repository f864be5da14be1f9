/** The last things worth knowing, for those who look at the page: a bounded memory of the log. */
import { type EventGroup, eventGroups, type Level, type RecentEvent, type RecentEvents } from '../../page/page-data.ts';
import type { LogEvent } from '../log/log-event.ts';
import { type LogSeverity, severityLevel } from '../log/logging-config.ts';
import type { WorkerNews } from '../log/worker-news.ts';

/** So many of each group. */
const keptEvents = 30;
const maxTextCharacters = 400;

export class RecentEventMemory {
  private readonly groups: Readonly<Record<EventGroup, RecentEvent[]>> = {
    transitions: [],
    transfers: [],
    refusals: [],
    errors: [],
  };
  private nextId = 1;
  private listener: ((group: EventGroup) => void) | undefined;

  /** Call `listener` for each event that is kept from now on; one listener at a time. */
  watch(listener: ((group: EventGroup) => void) | undefined): void {
    this.listener = listener;
  }

  /** What the control plane has logged. */
  take({ category, severity, message, timeMs }: LogEvent): void {
    const group = groupOf(category, severity, message);
    if (group !== undefined) this.keep(group, severity, message, timeMs);
  }

  /** What workers have logged. */
  takeNews({ kind, severity, message, timeMs }: WorkerNews): void {
    this.keep(kind === 'transfer' ? 'transfers' : 'refusals', severity, message, timeMs);
  }

  /** Newest first. */
  read(groups: Iterable<EventGroup> = eventGroups): RecentEvents {
    return Object.fromEntries([...groups].map((group) => [group, this.groups[group].toReversed()]));
  }

  private keep(group: EventGroup, severity: LogSeverity, message: string, atMs: number): void {
    const events = this.groups[group];
    const text = message.length > maxTextCharacters ? `${message.slice(0, maxTextCharacters)}…` : message;
    events.push({ id: this.nextId++, atMs, level: levelOf(group, severity, message), text });
    if (events.length > keptEvents) events.shift();
    this.listener?.(group);
  }
}

/** A primary can't be had: what it says may be `connection refused`, and is not what is meant by a refusal here. */
const refreshTrouble = /^zone \S+: refresh: /;
const refusal = /\b(?:refused|denied|rejected)\b/;
/** The one line that says what came of a transfer, and of a NOTIFY that nobody took. */
const transferEnd = /: Transfer completed: |: notify to /;

/** `undefined`: it is of no interest here. */
function groupOf(category: string, severity: LogSeverity, message: string): EventGroup | undefined {
  const level = severityLevel(severity);
  const isWarning = level <= severityLevel('warning');
  if (category === 'health') return level <= severityLevel('notice') ? 'transitions' : undefined;
  if (category === 'security' || category === 'update-security') return 'refusals';
  if (category === 'xfer-in') return isWarning || transferEnd.test(message) ? 'transfers' : undefined;
  if (isWarning) return 'errors';
  if (level > severityLevel('info')) return undefined;
  if (category === 'notify' && transferEnd.test(message)) return 'transfers';
  if (category === 'general' && refreshTrouble.test(message)) return 'transfers';
  return (category === 'notify' || category === 'general') && refusal.test(message) ? 'refusals' : undefined;
}

function levelOf(group: EventGroup, severity: LogSeverity, message: string): Level {
  const level = severityLevel(severity);
  if (level <= severityLevel('error')) return 'bad';
  if (level <= severityLevel('warning')) return group === 'transitions' ? 'bad' : 'warning';
  if (group === 'transitions' && / is (?:up|heard)\b/.test(message)) return 'good';
  if (group === 'transfers' && /completed|ended:/.test(message)) return 'good';
  if (group === 'transfers' && refreshTrouble.test(message)) return 'warning';
  return 'unknown';
}
