import { maxNameOctets } from '../../base/limits.ts';
import { lowerCase, octetAt } from '../../base/octets.ts';
import type { WireName } from '../../wire/name.ts';

/** Which zone. */
export interface ZoneKey {
  /** Number of the view; 0 is the default view. */
  readonly view: number;
  readonly class: number;
  readonly apex: WireName;
}

const lowered = Buffer.alloc(maxNameOctets);

/** For maps: the same text for the same zone, whatever the case of its name. */
export function zoneKeyText({ view, class: zoneClass, apex }: ZoneKey): string {
  for (let i = 0; i < apex.length; i++) lowered[i] = octetAt(lowerCase, octetAt(apex, i));
  // At once, because a text of joined characters takes ten times as long, and there may be ten thousand zones.
  return `${view} ${zoneClass} ${lowered.toString('latin1', 0, apex.length)}`;
}
