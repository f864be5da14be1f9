/** What the server says as it happens. While the page isn't seen nothing is asked for. */
import type { PageNow, RateHistoryData, RatePoint, RecentEvents } from './page-data.ts';

export interface LiveListener {
  now(now: PageNow): void;
  history(points: RateHistoryData): void;
  point(point: RatePoint): void;
  recent(events: RecentEvents): void;
  /** Nothing has been heard for a while, or something again. */
  connected(isConnected: boolean): void;
}

/** The server says something each second. */
const silenceMs = 4000;
/** A connection that has ended comes back sooner, or not at all. */
const brokenMs = 1000;
const retryMs = 3000;
/** Who looks elsewhere for a moment finds the page as it is. */
const hiddenMs = 10_000;

export class Connection {
  private readonly listener: LiveListener;
  private events: EventSource | undefined;
  private silence = 0;
  private retry = 0;
  private hiding = 0;

  constructor(listener: LiveListener) {
    this.listener = listener;
  }

  start(): void {
    this.open();
    document.addEventListener('visibilitychange', () => this.look());
    // Kept by the browser for its button to go back.
    window.addEventListener('pagehide', () => this.close());
    window.addEventListener('pageshow', ({ persisted }) => persisted && this.open());
  }

  private look(): void {
    clearTimeout(this.hiding);
    if (document.visibilityState === 'hidden') this.hiding = window.setTimeout(() => this.close(), hiddenMs);
    else if (this.events === undefined) this.open();
  }

  private open(): void {
    this.close();
    const events = new EventSource('page/live');
    this.events = events;
    this.hear(events, 'now', (now: PageNow) => this.listener.now(now));
    this.hear(events, 'history', (points: RateHistoryData) => this.listener.history(points));
    this.hear(events, 'point', (point: RatePoint) => this.listener.point(point));
    this.hear(events, 'recent', (recent: RecentEvents) => this.listener.recent(recent));
    events.addEventListener('error', () => {
      // It tries again by itself, unless the server has refused.
      if (events.readyState === EventSource.CLOSED) this.reopenSoon();
      else this.wait(brokenMs);
    });
    this.wait();
  }

  private hear<Data>(events: EventSource, name: string, take: (data: Data) => void): void {
    events.addEventListener(name, ({ data }: MessageEvent<string>) => {
      this.listener.connected(true);
      this.wait();
      take(JSON.parse(data) as Data);
    });
  }

  /** For the next event. */
  private wait(ms = silenceMs): void {
    clearTimeout(this.silence);
    this.silence = window.setTimeout(() => {
      this.listener.connected(false);
      this.reopenSoon();
    }, ms);
  }

  private reopenSoon(): void {
    this.listener.connected(false);
    clearTimeout(this.retry);
    this.retry = window.setTimeout(() => this.open(), retryMs);
  }

  private close(): void {
    clearTimeout(this.silence);
    clearTimeout(this.retry);
    this.events?.close();
    this.events = undefined;
  }
}
