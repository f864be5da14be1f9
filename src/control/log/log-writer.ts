import { setImmediate as nextTurn } from 'node:timers/promises';
import { LogRingReader } from '../../plane/rings/log-ring.ts';
import { waitForMany, waitForRecords } from '../../plane/rings/record-ring.ts';
import { Channels } from './channels.ts';
import type { LogEvent } from './log-event.ts';
import type { FromLogThread, LogThreadStart } from './log-messages.ts';
import type { LoggingConfig } from './logging-config.ts';
import { clientPart } from './query-line.ts';
import { QueryLog } from './query-log.ts';
import { NewsGatherer } from './worker-news.ts';

/** Idle, this often for flushing and for news of troubled channels. */
const idleMs = 1000;
/**
 * Questions gather for so long, less only where a ring is half full: the thread works, and the disk is written, once for many of
 * them. It is also how long a line takes to its file.
 */
const gatherMs = 50;

interface Source {
  readonly reader: LogRingReader;
  /** See `clientPart`. */
  readonly client: Uint8Array;
}

/** The work of the log thread: from rings and events to lines in channels. */
export class LogWriter {
  private readonly start: LogThreadStart;
  private readonly post: (message: FromLogThread) => void;
  private readonly sources: readonly Source[];
  private channels: Channels;
  private queryLog: QueryLog;
  private viewNames: readonly string[] | undefined;
  private news: NewsGatherer | undefined;
  private debugLevel: number;
  private isStopping = false;
  private dropped = 0;
  private droppedToldAtMs = Number.NEGATIVE_INFINITY;

  constructor(start: LogThreadStart, post: (message: FromLogThread) => void) {
    this.start = start;
    this.post = post;
    this.sources = start.sources.map(({ ring, object }) => ({
      reader: new LogRingReader(ring),
      client: clientPart(object),
    }));
    if (start.skipsWaiting === true) for (const { reader } of this.sources) reader.ring.skip();
    this.debugLevel = start.debugLevel;
    this.channels = this.openChannels(start.logging);
    this.viewNames = start.logging.viewNames;
    this.queryLog = this.openQueryLog();
  }

  /** Until `stop`: drain the rings, flush, tell of troubles. */
  async run(): Promise<void> {
    const rings = this.sources.map(({ reader }) => reader.ring);
    while (!this.isStopping) {
      this.drain();
      this.channels.flush();
      this.tellNews();
      const retryMs = this.channels.retryMs();
      await waitForRecords(rings, Math.min(idleMs, retryMs));
      if (!this.isStopping) await waitForMany(rings, Math.min(gatherMs, retryMs));
      // Where a ring is half full already nothing waited, and main's messages must have their turn all the same.
      await nextTurn();
    }
    while (this.drain() > 0);
    this.tellNews(Number.POSITIVE_INFINITY);
    this.channels.close();
    this.post({ kind: 'stopped' });
  }

  writeEvent(event: LogEvent): void {
    this.channels.write(event);
    this.channels.flush();
  }

  configure(logging: LoggingConfig): void {
    while (this.drain() > 0);
    this.channels.close();
    this.channels = this.openChannels(logging);
    this.viewNames = logging.viewNames;
    this.queryLog = this.openQueryLog();
  }

  setDebugLevel(level: number): void {
    while (this.drain() > 0);
    this.debugLevel = level;
    this.channels.setDebugLevel(level);
    this.queryLog = this.openQueryLog();
  }

  stop(): void {
    this.isStopping = true;
    for (const { reader } of this.sources) reader.ring.wake();
  }

  private openChannels(logging: LoggingConfig): Channels {
    const channels = new Channels(logging, this.start.owner, this.debugLevel);
    this.post({ kind: 'configured', problems: channels.problems });
    return channels;
  }

  private openQueryLog(): QueryLog {
    this.tellWorkerNews();
    if (this.start.tellsNews === true) this.news = new NewsGatherer(this.viewNames);
    return new QueryLog(this.channels, this.viewNames, this.news);
  }

  private tellWorkerNews(): void {
    const news = this.news?.flush() ?? [];
    if (news.length > 0) this.post({ kind: 'news', news });
  }

  private drain(): number {
    let count = 0;
    for (const { reader, client } of this.sources) {
      count += this.queryLog.drain(reader, client);
      this.dropped += reader.ring.takeDropped();
    }
    return count;
  }

  private tellNews(nowMs = Date.now()): void {
    this.tellWorkerNews();
    for (const trouble of this.channels.takeTroubles(nowMs)) this.post({ kind: 'trouble', trouble });
    // Told at once, then at most every ten seconds.
    if (this.dropped === 0 || nowMs - this.droppedToldAtMs < 10_000) return;
    this.post({ kind: 'dropped', entries: this.dropped });
    this.dropped = 0;
    this.droppedToldAtMs = nowMs;
  }
}
