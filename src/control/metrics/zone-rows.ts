import { Class } from '../../wire/codes.ts';
import type { ZoneConfig } from '../config/config.ts';
import type { HttpSource } from '../http/http-source.ts';
import type { ZoneFact } from '../http/zone-facts.ts';
import type { SecondaryZone } from '../secondary/secondary-zone.ts';
import type { Labels } from './metric-family.ts';

/** A zone as it is told of. */
export interface ZoneRow {
  readonly labels: Labels;
  readonly type: ZoneConfig['type'];
  /** `undefined`: nothing of it is served. */
  readonly fact: ZoneFact | undefined;
  readonly secondary: SecondaryZone | undefined;
}

export type ZoneState = 'served' | 'expired' | 'unloaded';

export function stateOf({ fact, secondary }: ZoneRow): ZoneState {
  if (secondary?.isExpired === true) return 'expired';
  return fact === undefined ? 'unloaded' : 'served';
}

const classNames: Readonly<Record<number, string>> = { 3: 'CH', 4: 'HS' };

/** The zones of one scrape, each looked up when it is first wanted, so that ten thousand are not looked up in one go. */
export class ZoneRows implements Iterable<ZoneRow> {
  private readonly source: HttpSource;
  private readonly zones: readonly ZoneConfig[];
  private readonly rows: ZoneRow[] = [];

  constructor(source: HttpSource) {
    this.source = source;
    this.zones = source.config().zones;
  }

  *[Symbol.iterator](): Generator<ZoneRow> {
    for (const [index, zone] of this.zones.entries()) {
      this.rows[index] ??= this.rowOf(zone);
      yield this.rows[index];
    }
  }

  private rowOf(zone: ZoneConfig): ZoneRow {
    const { zoneFacts } = this.source;
    const secondary =
      zone.type === 'secondary' ? this.source.secondaries()?.find(zone.view, zone.class, zone.apex) : undefined;
    return { labels: labelsOf(zone), type: zone.type, fact: zoneFacts.find(zone), secondary };
  }
}

/** Without those that nearly all zones would have alike. */
function labelsOf({ name, viewName, class: zoneClass }: ZoneConfig): Labels {
  return {
    zone: name,
    ...(viewName === undefined ? {} : { view: viewName }),
    ...(zoneClass === Class.in ? {} : { class: classNames[zoneClass] ?? `CLASS${zoneClass}` }),
  };
}
