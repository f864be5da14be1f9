import { ZoneState } from '../../store/zone-reader.ts';
import type { BuiltZone, ZoneStore } from '../../store/zone-store.ts';
import type { PublishReason, SecondaryTimers } from '../loader-messages.ts';
import type { LoaderReports } from './load-reports.ts';
import type { ZonePlace } from './zone-place.ts';

/** Publish, remember and tell. */
export function publishPlace(
  store: ZoneStore,
  reports: LoaderReports,
  place: ZonePlace,
  built: BuiltZone,
  reason: PublishReason,
): void {
  store.publish(place.number, built);
  place.isExpired = false;
  notePublished(reports, place, built.serial, built.recordCount, reason);
}

/** What `publishReplayed` has published is known by looking at it alone. */
export function noteReplayed(store: ZoneStore, reports: LoaderReports, place: ZonePlace): void {
  const { reader } = store;
  reader.renew();
  const version = store.currentVersion(place.number);
  notePublished(reports, place, reader.versionSerial(version), reader.versionRecordCount(version), 'load');
}

/** The version is published: remember it and tell. */
function notePublished(
  reports: LoaderReports,
  place: ZonePlace,
  serial: number,
  records: number,
  reason: PublishReason,
): void {
  const { number: zone, id, title } = place;
  const { name, class: zoneClass } = place.config;
  const previousSerial = place.serial;
  place.serial = serial;
  place.publications++;
  place.records = records;
  if (reason !== 'update') place.loadedAtMs = Date.now();
  // Nobody is told of a serial that isn't answered.
  if (place.isExpired) return;
  reports.published({ zone, id, name, title, class: zoneClass, serial, previousSerial, records, reason });
}

/** A primary has vouched for the copy, or had when it was kept: its own secondaries are told how long it lasts (RFC 7314). */
export function setTimers(store: ZoneStore, place: ZonePlace, timers: SecondaryTimers): void {
  place.timers = timers;
  store.setExpiry(place.number, timers.expiresAt);
}

/** Serve it no more, or again. */
export function setExpired(store: ZoneStore, place: ZonePlace, isExpired: boolean): void {
  if (place.serial === undefined || place.isExpired === isExpired) return;
  place.isExpired = isExpired;
  store.setState(place.number, isExpired ? ZoneState.expired : ZoneState.loaded);
}
