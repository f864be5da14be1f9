/** Counters as BIND groups them; the others are Ringzone's own. */
import type { CounterName } from '../../../plane/counters.ts';
import { serverDescriptions, zoneDescriptions } from '../../statistics/counter-descriptions.ts';

export const serverCounters = Object.keys(serverDescriptions) as CounterName[];
export const zoneCounters = Object.keys(zoneDescriptions) as CounterName[];

/** Those of the names that have counted something, as BIND shows them. */
export function countsOf(
  named: Readonly<Record<CounterName, number>>,
  names: readonly CounterName[],
): Readonly<Record<string, number>> {
  return Object.fromEntries(names.filter((name) => named[name] > 0).map((name) => [name, named[name]]));
}
