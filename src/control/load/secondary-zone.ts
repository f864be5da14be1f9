/** Secondary zones from the copies on disk, so that a restart serves at once. */
import { ZoneState } from '../../store/zone-reader.ts';
import type { ZoneStore } from '../../store/zone-store.ts';
import type { StoredZone } from '../../transfer/journal/stored-zone.ts';
import type { Journal } from '../journal/journal.ts';
import type { KeptZones } from './kept-zones.ts';
import type { LoaderReports } from './load-reports.ts';
import { noteReplayed, setTimers } from './publish.ts';
import { publishReplayed } from './replay.ts';
import { findSoaTimes, type SoaTimes } from './soa-times.ts';
import { readCopy } from './zone-copy.ts';
import type { ZonePlace } from './zone-place.ts';

/** Told of a zone without a version. */
const noTimes: SoaTimes = { refreshSeconds: 0, retrySeconds: 0, expireSeconds: 0 };

export class SecondaryZones {
  private readonly store: ZoneStore;
  private readonly kept: KeptZones;
  private readonly reports: LoaderReports;

  constructor(store: ZoneStore, kept: KeptZones, reports: LoaderReports) {
    this.store = store;
    this.kept = kept;
    this.reports = reports;
  }

  /** Serve the zone's copy, if there is one and the zone isn't served yet. What it is like then goes to main each time. */
  load(place: ZonePlace, nowSeconds: number): void {
    const { journal } = this.kept;
    if (place.serial === undefined && journal !== undefined) this.readKept(place, journal, nowSeconds);
    const { number: zone, id, title, serial, timers, isExpired } = place;
    const { reader } = this.store;
    reader.renew();
    const times = findSoaTimes(reader, this.store.currentVersion(zone)) ?? noTimes;
    this.reports.secondary({ zone, id, name: place.config.name, title, serial, ...times, timers, isExpired });
  }

  private readKept(place: ZonePlace, journal: Journal, nowSeconds: number): void {
    const stored = journal.readZone(place.id);
    if (stored === undefined) return;
    const startMs = performance.now();
    const damage =
      stored === 'damaged' ? 'its record in the journal is damaged' : this.serve(place, journal, stored, nowSeconds);
    if (place.serial === undefined) {
      // What there is of it is of no use, and must not be mixed with the next copy.
      journal.write(journal.forget(place.id)).catch(() => undefined);
      this.say(place, 'error', `${damage}; the zone is not served until it is transferred anew`);
      return;
    }
    if (damage !== undefined)
      this.say(place, 'error', `${damage}; served from serial ${place.serial}, before the damage`);
    const { name, class: zoneClass } = place.config;
    const { title, serial, records } = place;
    const loadMs = performance.now() - startMs;
    const loaded = {
      name,
      title,
      class: zoneClass,
      file: undefined,
      serial,
      previousSerial: undefined,
      records,
      loadMs,
    };
    this.reports.outcome({ kind: 'loaded', ...loaded, isSigned: false, differences: undefined, diagnostics: [] });
    if (place.isExpired) this.say(place, 'warning', 'expired');
  }

  /** Gives what is damaged; the zone is served all the same where its serial is set. */
  private serve(place: ZonePlace, journal: Journal, stored: StoredZone, nowSeconds: number): string | undefined {
    const { copy } = stored;
    if (copy === undefined) return 'its copy is missing';
    const built = readCopy(journal, this.store, place.id, copy);
    if (typeof built === 'string') return `its copy on disk is damaged: ${built}`;
    if (built.serial !== stored.base.serial) {
      this.store.discard(built);
      return `its copy on disk is damaged: it has serial ${built.serial}, not ${stored.base.serial}`;
    }
    const timers = journal.readTimers(place.id);
    if (timers !== undefined) setTimers(this.store, place, timers);
    // A copy whose age is not known may be too old to be served: the primary is asked first.
    place.isExpired = (place.timers?.expiresAt ?? 0) <= nowSeconds;
    const state = place.isExpired ? ZoneState.expired : ZoneState.loaded;
    const chain = journal.readChain(place.id, stored, stored.base.serial);
    const { applied, problem } = publishReplayed(this.store, place.number, built, chain.deltas, state);
    const damage = problem ?? chain.damage;
    noteReplayed(this.store, this.reports, place);
    place.stored =
      damage === undefined ? stored : shortened(stored, chain.deltas.slice(0, applied), place.serial as number);
    return damage === undefined ? undefined : `its journal is damaged: ${damage}`;
  }

  private say(place: ZonePlace, severity: 'info' | 'warning' | 'error', text: string): void {
    this.reports.say({ category: 'general', severity, message: `zone ${place.title}: ${text}` });
  }
}

/** The journal ends with the last good change. */
function shortened(stored: StoredZone, good: readonly { readonly octets: Uint8Array }[], serial: number): StoredZone {
  const octets = good.reduce((sum, delta) => sum + delta.octets.length, 0);
  return { ...stored, newest: { serial, mark: stored.base.mark + octets } };
}
