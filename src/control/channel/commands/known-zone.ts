/** Where a zone comes from: the configuration, `addzone`, the command line, or a catalog. */
import type { ZoneId } from '../../../transfer/journal/zone-id.ts';
import { nameText } from '../../../wire/name.ts';
import { type AddedZone, zoneNameKey } from '../../added-zones/added-zones.ts';
import type { ZoneConfig } from '../../config/config.ts';
import { defaultViewName } from '../../config/views.ts';
import type { ControlTarget } from '../control-target.ts';

export interface KnownZone {
  readonly id: ZoneId;
  /** See `zoneNameKey`. */
  readonly name: string;
  readonly view: string;
  /** As logs name it. */
  readonly title: string;
  /** As it is served; `undefined`: it is no zone of the configuration, but may be a member of a catalog. */
  readonly config: ZoneConfig | undefined;
  /** What `addzone` has added, or `modzone` has put in the place of what is configured. */
  readonly added: AddedZone | undefined;
  /** Added by `addzone`, so that what is said of it now is said for good. */
  readonly isAdded: boolean;
  /** Given by --zone, or an example: there is nothing that could be changed. */
  readonly isOption: boolean;
}

export function knownZone(id: ZoneId, target: ControlTarget): KnownZone {
  const { zones, optionZones = [], written, addedZones, viewNames } = target.config();
  const name = zoneNameKey(nameText(id.apex));
  const view = viewNames[id.view] ?? defaultViewName;
  const added = addedZones?.find(view, name);
  const config = zones.find((zone) => isZone(zone, id, name));
  const shown = config?.name ?? name;
  return {
    id,
    name,
    view,
    title: view === defaultViewName ? `${shown}/IN` : `${shown}/IN/${view}`,
    config,
    added,
    isAdded: added?.isPassing === false,
    isOption: written === undefined || optionZones.some((zone) => isZone(zone, id, name)),
  };
}

function isZone(zone: ZoneConfig, id: ZoneId, name: string): boolean {
  return zone.view === id.view && zone.class === id.class && zoneNameKey(nameText(zone.apex)) === name;
}
