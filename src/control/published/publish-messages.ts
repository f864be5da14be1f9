/** What main and the loader thread say to each other of what is published of health. */
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import type { PublishWish } from './publish-wish.ts';

/** What shall be published of a zone from now on. */
export interface PublishOrder {
  readonly kind: 'publish';
  readonly zone: ZoneId;
  /** A later order has a larger number. */
  readonly order: number;
  /** Sets of which a target is not up; all others as configured. */
  readonly wishes: readonly PublishWish[];
  /** Whether health has judged all since the start. If not, what was published when the server ended stays. */
  readonly isSettled: boolean;
}

/** The order is in effect, or can't be. */
export interface PublishReport {
  readonly zone: ZoneId;
  readonly order: number;
  /** Of the zone as it is served and transferred. */
  readonly serial: number | undefined;
  /** Sets that secondaries have otherwise than configured. */
  readonly degradedSets: number;
  /** Why nothing is published; `undefined`: the order is in effect. */
  readonly problem: string | undefined;
}
