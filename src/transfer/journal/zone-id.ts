import type { WireName } from '../../wire/name.ts';

/** Which zone: the key of journals and copies. */
export interface ZoneId {
  /** Index of the view; 0 is the default view. */
  readonly view: number;
  readonly class: number;
  readonly apex: WireName;
}
