/** Words about zones that need the names of classes, and with them the table of types; log-outcome.ts does without. */
import { classText } from '../../rr/class-text.ts';
import { formatLoadedZone } from './log-outcome.ts';

/** `rapidtech.phones/IN`, with the view behind it unless that is the default one: `rapidtech.phones/IN/inside`. */
export function formatZone(zone: ZoneNames): string {
  const { name, viewName } = zone;
  return `${name}/${classText(zone.class)}${viewName === undefined ? '' : `/${viewName}`}`;
}

interface ZoneNames {
  readonly name: string;
  readonly class: number;
  readonly viewName?: string | undefined;
}

/** `zone rapidtech.phones/IN: loaded serial 2012022302`, with BIND's word on a zone that is signed. */
export function formatLoaded(zone: ZoneNames & { readonly serial: number; readonly isSigned: boolean }): string {
  return formatLoadedZone({ ...zone, title: formatZone(zone) });
}
