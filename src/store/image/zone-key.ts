import { lowerCase, octetAt } from '../../base/octets.ts';
import type { WireName } from '../../wire/name.ts';

/** Which zone. */
export interface ZoneKey {
  /** Number of the view; 0 is the default view. */
  readonly view: number;
  readonly class: number;
  readonly apex: WireName;
}

/** For maps: the same text for the same zone, whatever the case of its name. */
export function zoneKeyText({ view, class: zoneClass, apex }: ZoneKey): string {
  let text = `${view} ${zoneClass} `;
  for (let i = 0; i < apex.length; i++) text += String.fromCharCode(octetAt(lowerCase, octetAt(apex, i)));
  return text;
}
