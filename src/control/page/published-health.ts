/** What secondaries get of the health of a zone's targets, as the page shows it. */
import type { PublishedHealth } from '../../page/page-data.ts';
import type { ShownPublication } from '../published/publisher.ts';

/** `undefined`: nothing is known of it. */
export function publishedHealth(shown: ShownPublication | undefined): PublishedHealth {
  if (shown === undefined) return {};
  const { problem, sinceMs, degradedSets, isSettled } = shown;
  return {
    ...(sinceMs === undefined ? {} : { sinceMs, sets: degradedSets }),
    ...(problem === undefined ? {} : { problem }),
    ...(isSettled ? {} : { isOld: true }),
  };
}
