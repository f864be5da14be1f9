import { randomBytes } from 'node:crypto';
import { sipKeyOctets } from '../../answer/cookie/sip-hash.ts';
import type { AnswerSettings } from '../../plane/answer-settings.ts';
import type { RateLimit } from '../../plane/rate-limit/rate-limit.ts';
import { createRateLimitTable } from '../../plane/rate-limit/rate-limit-table.ts';

interface Made {
  readonly entries: number;
  readonly table: SharedArrayBuffer;
}

/** What cookies and rate limits keep while the server runs, whatever happens to workers and configuration. */
export class ProtectionMemory {
  /** Serves where the configuration has no secret: then no other server takes our cookies, nor do we after a restart. */
  private readonly secret = Uint8Array.from(randomBytes(sipKeyOctets));
  /** By the number of the view. */
  private readonly tables = new Map<number, Made>();

  /** The settings with all that workers need. */
  complete(settings: AnswerSettings): AnswerSettings {
    const { cookies, rateLimits } = settings;
    return {
      ...settings,
      cookies: cookies?.secrets.length === 0 ? { ...cookies, secrets: [this.secret] } : cookies,
      rateLimits: rateLimits?.map((limit, view) => limit && this.withTable(limit, view)),
    };
  }

  private withTable(limit: RateLimit, view: number): RateLimit {
    const { maxEntries: entries } = limit;
    let made = this.tables.get(view);
    if (made?.entries !== entries) {
      const seed = new Int32Array(new Uint8Array(randomBytes(8)).buffer);
      made = { entries, table: createRateLimitTable(entries, seed) };
      this.tables.set(view, made);
    }
    return { ...limit, table: made.table };
  }
}
