import { loadZoneFile } from '../../store/load-zone.ts';
import { ZoneStore } from '../../store/zone-store.ts';
import type { LoadSummary, ZoneOutcome, ZoneToLoad } from '../loader-messages.ts';
import { fileSignature } from './file-signature.ts';
import { isNewerSerial } from './serial.ts';
import { isSignedVersion } from './signed-version.ts';
import { formatZone } from './zone-log.ts';

/** A zone's place in the arena and what was last read for it. */
interface Place {
  zone: ZoneToLoad;
  number: number;
  /** Of the served version; `undefined` until there is one. */
  serial: number | undefined;
  records: number;
  /** The master file and what it includes. */
  files: readonly string[];
  /** Of `files`, when the served version was read. */
  servedSignature: string | undefined;
  /** Of `files`, when they were last read, whatever came of it. */
  readSignature: string | undefined;
  /** A change that is waited for to be complete: its signature and when it was first seen. */
  changing: { readonly signature: string; readonly sinceMs: number } | undefined;
}

/** How long a watched file must stay as it is before it is read: copies and editors write in several steps. */
const quietMs = 1000;

/**
 * `first-try`: refused while its files change, it may be tried again. `last-try`: what comes of it counts.
 * `raised`: only with a serial newer than the served one.
 */
type LoadMode = 'first-try' | 'last-try' | 'raised';

export interface LoaderReports {
  loading(name: string): void;
  outcome(outcome: ZoneOutcome): void;
}

/** Loads zone files into the arena: the one writer. Lives on the loader thread. */
export class ZoneLoader {
  readonly store = ZoneStore.create();
  private readonly reports: LoaderReports;
  private readonly pause: (ms: number) => void;
  private places = new Map<string, Place>();
  private strict = false;

  /** `pause` blocks this thread for that long. */
  constructor(reports: LoaderReports, pause = blockThread) {
    this.reports = reports;
    this.pause = pause;
  }

  /** Serve exactly these zones. Those whose files are as they were are left alone. */
  load(zones: readonly ZoneToLoad[], strict: boolean): LoadSummary {
    const isStricter = strict && !this.strict;
    this.strict = strict;
    this.declareZones(zones);
    const changed = [...this.places.values()]
      .filter((place) => isStricter || !isServedFile(place))
      .filter((place) => this.loadPlace(place, 'first-try') === 'changed');
    // A copy in the middle: files are given the time that watched ones get, all of them once.
    if (changed.length > 0) this.pause(quietMs);
    for (const place of changed) this.loadPlace(place, 'last-try');
    this.store.reclaim();
    return this.summary();
  }

  /** Look at watched files; read those that changed and have been quiet for a while. Call twice a second. */
  pollWatched(nowMs: number): void {
    for (const place of this.places.values()) {
      if (place.zone.watch && isQuietChange(place, nowMs)) this.loadPlace(place, 'raised');
    }
    this.store.reclaim();
  }

  private declareZones(zones: readonly ZoneToLoad[]): void {
    const numbers = this.store.declareZones(
      zones.map(({ apex, class: zoneClass }) => ({ view: 0, class: zoneClass, apex })),
    );
    const places = new Map<string, Place>();
    for (const [index, zone] of zones.entries()) {
      const number = numbers[index] as number;
      const before = this.places.get(keyOf(zone));
      places.set(
        keyOf(zone),
        before?.zone.file === zone.file ? { ...before, zone, number } : newPlace(zone, number, before),
      );
    }
    this.places = places;
  }

  private loadPlace(place: Place, mode: LoadMode): ZoneOutcome['kind'] {
    const outcome = this.readPlace(place, mode);
    this.reports.outcome(outcome);
    return outcome.kind;
  }

  private readPlace(place: Place, mode: LoadMode): ZoneOutcome {
    const { name, class: zoneClass, file, apex } = place.zone;
    const startMs = performance.now();
    // Taken before reading: a change meanwhile makes it differ, and is then read again.
    const signatures = new Map(place.files.map((path) => [path, fileSignature([path])]));
    this.reports.loading(name);
    const loaded = loadZoneFile(this.store, { file, apex, zoneClass, strict: this.strict });
    place.files = [file, ...loaded.files.filter((path) => path !== file)];
    place.readSignature = place.files.map((path) => signatures.get(path) ?? fileSignature([path])).join(' ');
    place.changing = undefined;

    const of = { name, title: formatZone(place.zone), class: zoneClass, file };
    const { zone, diagnostics, refusal = '' } = loaded;
    const previousSerial = place.serial;
    if (zone === undefined) {
      if (mode === 'first-try' && place.readSignature !== fileSignature(place.files)) return { kind: 'changed', ...of };
      return { kind: 'refused', ...of, diagnostics, refusal, servedSerial: previousSerial };
    }
    if (mode === 'raised' && previousSerial !== undefined && !isNewerSerial(zone.serial, previousSerial)) {
      this.store.discard(zone);
      return { kind: 'not-raised', ...of, serial: zone.serial, servedSerial: previousSerial };
    }
    const isSigned = isSignedVersion(this.store.reader, zone.version);
    this.store.publish(place.number, zone);
    place.serial = zone.serial;
    place.records = zone.recordCount;
    place.servedSignature = place.readSignature;
    const loadMs = performance.now() - startMs;
    const { serial, recordCount: records } = zone;
    return { kind: 'loaded', ...of, serial, isSigned, previousSerial, records, loadMs, diagnostics };
  }

  private summary(): LoadSummary {
    const places = [...this.places.values()];
    const isCurrent = (place: Place) =>
      place.servedSignature !== undefined && place.servedSignature === place.readSignature;
    return {
      zones: places.length,
      loadedZones: places.filter(({ serial }) => serial !== undefined).length,
      refusedZones: places.filter((place) => !isCurrent(place)).length,
      records: places.reduce((sum, { records }) => sum + records, 0),
    };
  }
}

function blockThread(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function isServedFile(place: Place): boolean {
  return place.servedSignature !== undefined && place.servedSignature === fileSignature(place.files);
}

function newPlace(zone: ZoneToLoad, number: number, before: Place | undefined): Place {
  return {
    zone,
    number,
    // The same zone from another file: what is served stays until that is loaded.
    serial: before?.serial,
    records: before?.records ?? 0,
    files: [zone.file],
    servedSignature: undefined,
    readSignature: undefined,
    changing: undefined,
  };
}

function isQuietChange(place: Place, nowMs: number): boolean {
  const signature = fileSignature(place.files);
  if (signature === place.readSignature) {
    place.changing = undefined;
    return false;
  }
  if (place.changing?.signature !== signature) {
    place.changing = { signature, sinceMs: nowMs };
    return false;
  }
  return nowMs - place.changing.sinceMs >= quietMs;
}

function keyOf(zone: ZoneToLoad): string {
  return `${zone.class} ${Buffer.from(zone.apex).toString('latin1').toLowerCase()}`;
}
