/** A zone as the page shows it. */
import type { ZoneLine } from '../../page/page-data.ts';
import { classText } from '../../rr/class-text.ts';
import { Class } from '../../wire/codes.ts';
import { secondaryLines } from './secondary-lines.ts';
import type { IndexedZone } from './zone-index.ts';

/** Of one zone. */
const maxSecondaries = 8;

export function zoneLine(
  { zone, fact, secondary, audience, state, level, published }: IndexedZone,
  nowMs: number,
): ZoneLine {
  const lines = secondaryLines(audience, fact, nowMs);
  const { name, viewName, type } = zone;
  return {
    name,
    ...(viewName === undefined ? {} : { view: viewName }),
    ...(zone.class === Class.in ? {} : { class: classText(zone.class) }),
    type,
    state,
    level,
    ...(fact === undefined || state !== 'served' ? {} : { serial: fact.serial, changedAtMs: fact.changedAtMs }),
    ...(fact?.records === undefined || state !== 'served' ? {} : { records: fact.records }),
    ...(type === 'secondary' ? { copy: copyOf(secondary) } : {}),
    ...(published === undefined ? {} : { published }),
    secondaries: lines.slice(0, maxSecondaries),
    otherSecondaries: Math.max(0, lines.length - maxSecondaries),
  };
}

function copyOf(secondary: IndexedZone['secondary']): NonNullable<ZoneLine['copy']> {
  const { refreshedAt = 0, expiresAt = 0, failures = 0 } = secondary ?? {};
  return {
    ...(refreshedAt === 0 ? {} : { refreshedAtMs: refreshedAt * 1000 }),
    ...(expiresAt === 0 ? {} : { expiresAtMs: expiresAt * 1000 }),
    failures,
  };
}
