import { Class } from '../../wire/codes.ts';
import type { KnownZone } from '../http/known-zones.ts';
import { formatLabels } from './exposition.ts';
import type { LabelText } from './metric-family.ts';

const classNames: Readonly<Record<number, string>> = { 3: 'CH', 4: 'HS' };

/** The labels of a zone, without those that nearly all zones would have alike. Made once for all scrapes. */
export function zoneLabels(zone: KnownZone): LabelText {
  zone.labels ??= labelsOf(zone);
  return zone.labels;
}

function labelsOf({ config: { name, viewName, class: zoneClass } }: KnownZone): LabelText {
  return formatLabels({
    zone: name,
    ...(viewName === undefined ? {} : { view: viewName }),
    ...(zoneClass === Class.in ? {} : { class: classNames[zoneClass] ?? `CLASS${zoneClass}` }),
  });
}
