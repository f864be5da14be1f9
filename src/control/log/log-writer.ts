import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryLogEntry } from '../../plane/log-record.ts';
import { LogRingReader, waitForRecords } from '../../plane/log-ring.ts';
import { Channels } from './channels.ts';
import type { LogEvent } from './log-event.ts';
import type { FromLogThread, LogThreadStart } from './log-messages.ts';
import type { LoggingConfig } from './logging-config.ts';
import { formatQueryLine } from './query-line.ts';

/** Lines taken from one ring before the others have their turn. */
const roundEntries = 2000;
/** Idle, this often for flushing and for news of troubled channels. */
const idleMs = 1000;
/** A pause between rounds under load, so that a thread isn't woken for each question. Far less than a ring holds. */
const pauseMs = 5;

interface Source {
  readonly reader: LogRingReader;
  readonly take: (entry: QueryLogEntry) => void;
}

/** The work of the log thread: from rings and events to lines in channels. */
export class LogWriter {
  private readonly start: LogThreadStart;
  private readonly post: (message: FromLogThread) => void;
  private readonly sources: readonly Source[];
  private channels: Channels;
  private isStopping = false;
  private dropped = 0;
  private droppedToldAtMs = Number.NEGATIVE_INFINITY;

  constructor(start: LogThreadStart, post: (message: FromLogThread) => void) {
    this.start = start;
    this.post = post;
    this.sources = start.sources.map(({ ring, object }) => ({
      reader: new LogRingReader(ring),
      take: (entry) => this.writeEntry(entry, object),
    }));
    this.channels = this.openChannels(start.logging);
  }

  /** Until `stop`: drain the rings, flush, tell of troubles. */
  async run(): Promise<void> {
    const readers = this.sources.map(({ reader }) => reader);
    while (!this.isStopping) {
      const isBusy = this.drain() > 0;
      this.channels.flush();
      this.tellNews();
      await (isBusy ? sleep(pauseMs) : waitForRecords(readers, idleMs));
    }
    while (this.drain() > 0);
    this.tellNews(Number.POSITIVE_INFINITY);
    this.channels.close();
    this.post({ kind: 'stopped' });
  }

  writeEvent(event: LogEvent): void {
    this.channels.write(event.category, event.severity, event.timeMs, event.message);
    this.channels.flush();
  }

  configure(logging: LoggingConfig): void {
    while (this.drain() > 0);
    this.channels.close();
    this.channels = this.openChannels(logging);
  }

  stop(): void {
    this.isStopping = true;
    for (const { reader } of this.sources) reader.wake();
  }

  private openChannels(logging: LoggingConfig): Channels {
    const channels = new Channels(logging, this.start.owner);
    this.post({ kind: 'configured', problems: channels.problems });
    return channels;
  }

  private drain(): number {
    let count = 0;
    for (const { reader, take } of this.sources) {
      count += reader.read(take, roundEntries);
      this.dropped += reader.takeDropped();
    }
    return count;
  }

  private writeEntry(entry: QueryLogEntry, object: string): void {
    const line = formatQueryLine(entry, object);
    if (line !== undefined) this.channels.write(line.category, line.severity, entry.timeMs, line.message);
  }

  private tellNews(nowMs = Date.now()): void {
    for (const trouble of this.channels.takeTroubles(nowMs)) this.post({ kind: 'trouble', trouble });
    // Told at once, then at most every ten seconds.
    if (this.dropped === 0 || nowMs - this.droppedToldAtMs < 10_000) return;
    this.post({ kind: 'dropped', entries: this.dropped });
    this.dropped = 0;
    this.droppedToldAtMs = nowMs;
  }
}
