/** Server-sent events (HTML Living Standard §9.2) to the few who look at the page. */
import type { ServerResponse } from 'node:http';
import { commonHeaders, respondText } from '../http/respond.ts';

/** Each has a connection of its own; a browser that is looked at opens one. */
export const maxViewers = 16;
/** Who has so much before it is left out until it has read that. */
const maxBacklogOctets = 131_072;

export interface LiveEvent {
  readonly name: string;
  readonly data: unknown;
}

interface Viewer {
  readonly response: ServerResponse;
  /** It was left out, and has to be told from the beginning. */
  isBehind: boolean;
}

export class LiveFeed {
  private readonly viewers = new Set<Viewer>();
  private readonly greet: () => readonly LiveEvent[];
  private readonly watched: (isWatched: boolean) => void;

  /** `greet`: what a new viewer is told first. `watched` is told when the first comes and when the last has gone. */
  constructor(greet: () => readonly LiveEvent[], watched: (isWatched: boolean) => void) {
    this.greet = greet;
    this.watched = watched;
  }

  get size(): number {
    return this.viewers.size;
  }

  /** Tell this client, too, from now on. */
  add(response: ServerResponse): void {
    if (this.viewers.size >= maxViewers) {
      respondText(response, 503, `${maxViewers} others look at this page.\n`, { 'Retry-After': '10' });
      return;
    }
    response.writeHead(200, { ...commonHeaders, 'Content-Type': 'text/event-stream' });
    if (response.req.method === 'HEAD') {
      response.end();
      return;
    }
    const viewer = { response, isBehind: false };
    response.once('close', () => {
      if (this.viewers.delete(viewer) && this.viewers.size === 0) this.watched(false);
    });
    this.viewers.add(viewer);
    if (this.viewers.size === 1) this.watched(true);
    response.write(`retry: 2000\n\n${eventTexts(this.greet())}`);
  }

  /** Tell all. */
  send(...events: readonly LiveEvent[]): void {
    if (this.viewers.size === 0 || events.length === 0) return;
    const text = eventTexts(events);
    let greeting: string | undefined;
    for (const viewer of this.viewers) {
      const { response } = viewer;
      if (response.writableLength > maxBacklogOctets) {
        viewer.isBehind = true;
        continue;
      }
      if (viewer.isBehind) {
        greeting ??= eventTexts(this.greet());
        response.write(greeting);
        viewer.isBehind = false;
      }
      response.write(text);
    }
  }

  /** Part from all. */
  close(): void {
    for (const { response } of this.viewers) response.destroy();
  }
}

function eventTexts(events: readonly LiveEvent[]): string {
  // JSON has no line ends of its own.
  return events.map(({ name, data }) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`).join('');
}
