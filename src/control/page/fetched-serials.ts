import { zoneKeyText } from '../../store/image/zone-key.ts';
import { asWireName } from '../../wire/name.ts';
import type { Fetched } from '../log/worker-news.ts';

/** What an address has fetched of a zone last. */
export interface FetchedSerial {
  readonly client: string;
  readonly serial: number;
  readonly atMs: number;
}

/** So many in all, of 10,000 zones five each; who has fetched nothing for longest is forgotten. */
const maxRemembered = 50_000;
/** Of one zone: whoever may transfer it can do so from many addresses. */
const maxPerZone = 32;

/** Which serials others have fetched since the start. */
export class FetchedSerials {
  private readonly zones = new Map<string, Map<string, FetchedSerial>>();
  private readonly max: number;
  private count = 0;

  constructor(max = maxRemembered) {
    this.max = max;
  }

  /** `served`: of a client that found nothing newer. */
  note(fetched: Fetched, atMs: number, served: number | undefined): void {
    const serial = fetched.serial ?? served;
    if (serial === undefined) return;
    const key = zoneKeyText({ view: fetched.view, class: fetched.class, apex: asWireName(fetched.apex) });
    const clients = this.zones.get(key) ?? new Map<string, FetchedSerial>();
    // To the end: both maps are in the order in which something was fetched last.
    this.zones.delete(key);
    this.zones.set(key, clients);
    if (!clients.delete(fetched.client)) this.count++;
    clients.set(fetched.client, { client: fetched.client, serial, atMs });
    if (clients.size > maxPerZone) this.forgetOldest(key, clients);
    while (this.count > this.max) {
      const [oldest] = this.zones;
      if (oldest === undefined) return;
      this.forgetOldest(...oldest);
    }
  }

  /** In the order in which they fetched. `key`: of zoneKeyText. */
  find(key: string): readonly FetchedSerial[] {
    return [...(this.zones.get(key)?.values() ?? [])];
  }

  private forgetOldest(key: string, clients: Map<string, FetchedSerial>): void {
    const [client] = clients.keys();
    if (client !== undefined && clients.delete(client)) this.count--;
    if (clients.size === 0) this.zones.delete(key);
  }
}
