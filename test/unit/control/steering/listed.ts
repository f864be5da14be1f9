/** Zones written in a test, listed as the loader thread does. */

import type { ZonePlace } from '../../../../src/control/load/zone-place.ts';
import type { SteeredZone } from '../../../../src/control/steering/steered-zone.ts';
import type { SteeringSettings } from '../../../../src/control/steering/steering-settings.ts';
import { ZoneLister } from '../../../../src/control/steering/zone-lister.ts';
import { Class } from '../../../../src/wire/codes.ts';
import { equalNames, wireNameFrom } from '../../../../src/wire/name.ts';
import { Served, type ServedZone } from '../../answer/served.ts';

export interface ListedZone extends ServedZone {
  readonly steering?: SteeringSettings;
}

/** The places of these zones, as the lister looks at them. */
export class ListedZones {
  readonly all: ZonePlace[];
  readonly served: Served;
  readonly told: SteeredZone[][] = [];
  readonly lister: ZoneLister;

  constructor(zones: readonly ListedZone[]) {
    this.served = new Served(zones);
    this.all = zones.map(({ apex, steering }, i) => {
      const id = { view: 0, class: Class.in, apex: wireNameFrom(apex) };
      const place = { id, title: `${apex}IN`, number: this.served.zoneNumbers[i], serial: 1, publications: 1 };
      return { ...place, config: { class: Class.in, steering } } as unknown as ZonePlace;
    });
    this.lister = new ZoneLister(this, this.served.store, (told) => this.told.push([...told]));
  }

  find(_view: number, _class: number, apex: Uint8Array): ZonePlace | undefined {
    return this.all.find(({ id }) => equalNames(id.apex, 0, apex, 0));
  }

  publish(apex: string, text: string): void {
    const place = this.find(0, Class.in, wireNameFrom(apex)) as ZonePlace;
    this.served.store.publish(place.number, this.served.build(apex, text));
    place.publications++;
  }
}

/** A zone with these records beside the usual ones. */
export function zoneWith(records: string): string {
  return `$TTL 300\n@ SOA ns admin 1 3600 600 604800 60\n@ NS ns\nns A 192.0.2.1\n${records}`;
}
