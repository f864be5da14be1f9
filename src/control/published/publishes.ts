import { Class } from '../../wire/codes.ts';
import type { ZoneConfig } from '../config/config.ts';

/** Whether health shall be written into what the zone's secondaries get. */
export function publishes({
  type,
  steering,
  class: zoneClass,
}: Pick<ZoneConfig, 'type' | 'steering' | 'class'>): boolean {
  if (steering === undefined || type !== 'primary' || zoneClass !== Class.in) return false;
  return steering.health?.publish === true || steering.owners.some(({ health }) => health?.publish === true);
}
