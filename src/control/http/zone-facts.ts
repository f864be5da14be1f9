/** What main remembers of each zone's last versions, so that nobody has to ask the loader thread, which may be at a long load. */
import { zoneKeyText } from '../../store/image/zone-key.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import type { ZonePublished } from '../loader-messages.ts';

export interface ZoneFact {
  readonly serial: number;
  /** When it was last loaded or transferred, in milliseconds since 1970; updates don't count (as in `zonestatus`). */
  readonly loadedAtMs: number | undefined;
  /** When this serial came to be served, in milliseconds since 1970. */
  readonly changedAtMs: number;
  readonly records: number | undefined;
}

/** Listens to the loader thread from the beginning on. */
export class ZoneFacts {
  private facts = new Map<string, ZoneFact>();
  /** Another number: something has changed. */
  changes = 0;

  published({ id, serial, records, reason }: Pick<ZonePublished, 'id' | 'serial' | 'records' | 'reason'>): void {
    const key = zoneKeyText(id);
    const before = this.facts.get(key);
    const nowMs = Date.now();
    const loadedAtMs = reason === 'update' ? before?.loadedAtMs : nowMs;
    const changedAtMs = before?.serial === serial ? before.changedAtMs : nowMs;
    this.facts.set(key, { serial, loadedAtMs, changedAtMs, records });
    this.changes++;
  }

  find(id: Pick<ZoneId, 'view' | 'class' | 'apex'>): ZoneFact | undefined {
    return this.facts.get(zoneKeyText(id));
  }

  /** Forget all other zones. */
  keep(ids: Iterable<Pick<ZoneId, 'view' | 'class' | 'apex'>>): void {
    const kept = new Map<string, ZoneFact>();
    for (const id of ids) {
      const key = zoneKeyText(id);
      const fact = this.facts.get(key);
      if (fact !== undefined) kept.set(key, fact);
    }
    this.facts = kept;
    this.changes++;
  }
}
