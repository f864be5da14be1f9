import type { WireName } from '../../wire/name.ts';

/** Which zone: the key of journals and copies. */
export interface ZoneId {
  /** Number of the view; 0 is the default view. It may be another one at the next start. */
  readonly view: number;
  /** Its name, by which things are kept on disk; the default view, 0, has none. */
  readonly viewName?: string | undefined;
  readonly class: number;
  readonly apex: WireName;
}

/**
 * The same zone as its secondaries get it, where health is written into what they get: it has a journal of its own, because what they
 * have is not what the zone's own journal tells of.
 */
export interface PublishedZoneId extends ZoneId {
  readonly isPublished: true;
}

export function publishedIdOf(zone: ZoneId): PublishedZoneId {
  return { ...zoneIdOf(zone), isPublished: true };
}

/** Of something that is one and more: a zone's configuration. */
export function zoneIdOf({ view, viewName, class: zoneClass, apex }: ZoneId): ZoneId {
  return { view, viewName, class: zoneClass, apex };
}
