import type { Config } from '../config/config.ts';
import type { ZoneSettings } from './added-zones.ts';
import { settingsOf } from './amend-config.ts';

/** What is written for a zone, here or there; `undefined`: nothing, because it comes from a catalog or the command line. */
export function settingsInForce(
  { written, addedZones }: Pick<Config, 'written' | 'addedZones'>,
  view: string,
  name: string,
): ZoneSettings | undefined {
  return addedZones?.find(view, name)?.settings ?? settingsOf(written?.value, view, name);
}
