/** What secondaries get of health. */
import { formatAge } from '../base/format-age.ts';
import { many, serverNowMs } from './format.ts';
import type { PublishedHealth } from './page-data.ts';

/** `secondaries told: 1 set without what is not up, for 3 min`. */
export function publishedText({ problem, sets, sinceMs, isOld }: PublishedHealth): string {
  if (problem !== undefined) return `secondaries not told: ${problem}`;
  if (isOld === true) return 'secondaries have what was known before the start, until all are judged';
  if (sets === undefined || sinceMs === undefined) return 'secondaries are told';
  const what = sets === 0 ? 'all as configured' : `${many(sets, 'set')} without what is not up`;
  return `secondaries have ${what}, for ${formatAge(serverNowMs() - sinceMs)}`;
}
