import { Resolver } from 'node:dns/promises';
import { type Appointment, callOff, type Timeline } from './timeline.ts';

/** TTLs are taken as within these. */
const shortestMs = 5000;
const longestMs = 3_600_000;
/** After a failure. */
const retryMs = 30_000;
/** Questions at once. */
const maxAsking = 50;

interface LookedUp {
  addresses: readonly string[];
  /** Whether there was an answer. */
  isKnown: boolean;
  next: Appointment | undefined;
  isAsked: boolean;
}

type Answer = { readonly addresses: readonly string[]; readonly ttlMs: number };

/** Asks for the addresses of a name. Rejects where there is no answer; an answer may have none. */
export type AskAddresses = (name: string) => Promise<Answer>;

/**
 * Addresses of targets outside the served zones, asked for again when their TTL is over. When nobody answers, the last ones stay.
 */
export class LookUps {
  private readonly timeline: Timeline;
  private readonly changed: () => void;
  private readonly names = new Map<string, LookedUp>();
  private readonly waiting: string[] = [];
  private asking = 0;
  private ask: AskAddresses;

  /** `changed`: a name has other addresses. */
  constructor(timeline: Timeline, ask: AskAddresses, changed: () => void) {
    this.timeline = timeline;
    this.ask = ask;
    this.changed = changed;
  }

  /** Look up exactly these names from now on, in presentation format without the final dot. */
  want(names: ReadonlySet<string>, ask: AskAddresses = this.ask): void {
    this.ask = ask;
    for (const [name, { next }] of this.names) {
      if (names.has(name)) continue;
      callOff(next);
      this.names.delete(name);
    }
    for (const name of names) {
      if (this.names.has(name)) continue;
      this.names.set(name, { addresses: [], isKnown: false, next: undefined, isAsked: false });
      this.enqueue(name);
    }
  }

  /** None while it is not known. */
  addressesOf(name: string): readonly string[] {
    return this.names.get(name)?.addresses ?? [];
  }

  stop(): void {
    this.want(new Set());
  }

  private enqueue(name: string): void {
    this.waiting.push(name);
    this.begin();
  }

  private begin(): void {
    while (this.asking < maxAsking) {
      const name = this.waiting.shift();
      if (name === undefined) return;
      const entry = this.names.get(name);
      if (entry === undefined || entry.isAsked) continue;
      entry.isAsked = true;
      this.asking++;
      void this.lookUp(name, entry).finally(() => {
        this.asking--;
        entry.isAsked = false;
        this.begin();
      });
    }
  }

  private async lookUp(name: string, entry: LookedUp): Promise<void> {
    const answer = await this.ask(name).catch(() => undefined);
    if (this.names.get(name) !== entry) return;
    const delayMs = answer === undefined ? retryMs : Math.min(longestMs, Math.max(shortestMs, answer.ttlMs));
    entry.next = this.timeline.after(delayMs, () => this.enqueue(name));
    if (answer === undefined) return;
    const addresses = [...new Set(answer.addresses)].sort();
    const isSame = entry.isKnown && addresses.join() === entry.addresses.join();
    entry.isKnown = true;
    entry.addresses = addresses;
    if (!isSame) this.changed();
  }
}

/** By these servers, or where there are none by the system's. */
export function askResolver(servers: readonly string[]): AskAddresses {
  // Most zones have all their targets; and the memory of a resolver outlives it.
  let made: Resolver | undefined;
  return async (name) => {
    const resolver = made ?? makeResolver(servers);
    made = resolver;
    const [ipv4, ipv6] = await Promise.all([
      resolver.resolve4(name, { ttl: true }).catch(noneOrThrow),
      resolver.resolve6(name, { ttl: true }).catch(noneOrThrow),
    ]);
    const records = [...ipv4, ...ipv6];
    const ttlMs = records.length === 0 ? retryMs : 1000 * Math.min(...records.map(({ ttl }) => ttl));
    return { addresses: records.map(({ address }) => address), ttlMs };
  };
}

function makeResolver(servers: readonly string[]): Resolver {
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  if (servers.length > 0) resolver.setServers([...servers]);
  return resolver;
}

/** A name without addresses of a family, or none at all, is an answer too. */
function noneOrThrow(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENODATA' || error.code === 'ENOTFOUND') return [];
  throw error;
}
