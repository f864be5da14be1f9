import { isNewerSerial } from '../../base/serial.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import type { ZoneConfig } from '../config/config.ts';
import type { SoaTimes } from '../load/soa-times.ts';
import type { Timed } from './timer-heap.ts';

/** A secondary as main knows it. Thousands are ordinary: a few fields each, and no timer. */
export class SecondaryZone implements Timed {
  readonly id: ZoneId;
  /** `rapidtech.phones/IN`. */
  readonly title: string;
  config: ZoneConfig;
  /** Of the version that is there; `undefined` without one. */
  serial: number | undefined;
  soa: SoaTimes | undefined;
  /** Seconds since 1970; 0 for never. */
  refreshedAt = 0;
  private expiresAtSeconds = 0;
  /** When the copy is too old, on the clock that doesn't jump: the system's may be set by days, and has nothing to say about that. */
  expiresDueMs = Number.POSITIVE_INFINITY;
  isExpired = false;
  /** When the next look at the primaries is due, on the clock that doesn't jump. */
  refreshDueMs = 0;
  /** Looks in a row at which no primary answered. */
  failures = 0;
  /** It looks at its primaries, or stands in line for it. */
  isBusy = false;
  /** One more look is wanted behind the one that runs. */
  isWanted = false;
  /** The next look takes the whole zone, whatever the serial. */
  wantsWhole = false;
  /** Not configured any more. */
  isGone = false;
  /** See Timed. */
  dueMs = 0;
  heapIndex = -1;

  constructor(id: ZoneId, title: string, config: ZoneConfig) {
    this.id = id;
    this.title = title;
    this.config = config;
  }

  /** Seconds since 1970; 0 for never. */
  get expiresAt(): number {
    return this.expiresAtSeconds;
  }

  set expiresAt(seconds: number) {
    this.expiresAtSeconds = seconds;
    this.expiresDueMs = seconds === 0 ? Number.POSITIVE_INFINITY : performance.now() + seconds * 1000 - Date.now();
  }
}

/** Whether a serial that somebody tells of would be news to the zone. */
export function isNews(zone: SecondaryZone, serial: number): boolean {
  return zone.serial === undefined || isNewerSerial(serial, zone.serial);
}
