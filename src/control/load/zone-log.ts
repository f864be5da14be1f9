/** Words about zones that need the names of classes, and with them the table of types; log-outcome.ts does without. */
import { classText } from '../../rr/class-text.ts';
import { formatLoadedZone } from './log-outcome.ts';

/** `rapidtech.phones/IN`. */
export function formatZone(zone: { readonly name: string; readonly class: number }): string {
  return `${zone.name}/${classText(zone.class)}`;
}

/** `zone rapidtech.phones/IN: loaded serial 2012022302`, with BIND's word on a zone that is signed. */
export function formatLoaded(zone: {
  readonly name: string;
  readonly class: number;
  readonly serial: number;
  readonly isSigned: boolean;
}): string {
  return formatLoadedZone({ ...zone, title: formatZone(zone) });
}
