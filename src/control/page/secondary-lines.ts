/** How far those are who have a zone from here: by what they fetched, and by what they said to NOTIFY. */
import type { SecondaryLine } from '../../page/page-data.ts';
import type { ZoneFact } from '../http/zone-facts.ts';
import type { ToldServer } from '../notify/notifier.ts';
import type { FetchedSerial } from './fetched-serials.ts';

/** A fetch needs a while: who is behind for less has no trouble. */
export const patienceMs = 60_000;

export interface ZoneAudience {
  readonly told: readonly ToldServer[];
  readonly fetched: readonly FetchedSerial[];
}

/** Who is told of changes first, in the order of the configuration, then others who have fetched the zone. */
export function secondaryLines(
  { told, fetched }: ZoneAudience,
  fact: ZoneFact | undefined,
  nowMs: number,
): readonly SecondaryLine[] {
  const byClient = new Map(fetched.map((one) => [one.client, one]));
  const addresses = new Set(told.map(({ address }) => address));
  const others = fetched.filter(({ client }) => !addresses.has(client));
  return [
    ...told.map((server) => lineOf(server.place, byClient.get(server.address), server.told, fact, nowMs)),
    ...others.map((one) => lineOf(one.client, one, undefined, fact, nowMs)),
  ];
}

function lineOf(
  place: string,
  fetched: FetchedSerial | undefined,
  told: ToldServer['told'],
  fact: ZoneFact | undefined,
  nowMs: number,
): SecondaryLine {
  const of = {
    place,
    ...(fetched === undefined ? {} : { serial: fetched.serial, atMs: fetched.atMs }),
    ...(told?.problem === undefined ? {} : { problem: told.problem }),
  };
  if (fact === undefined) return { ...of, state: 'unknown' };
  if (fetched?.serial === fact.serial) return { place, serial: fetched.serial, atMs: fetched.atMs, state: 'current' };
  const behindMs = Math.max(0, nowMs - fact.changedAtMs);
  if (told?.problem !== undefined) return { ...of, state: 'silent', ...(fetched === undefined ? {} : { behindMs }) };
  if (fetched !== undefined) return { ...of, state: 'behind', behindMs };
  if (told?.serial === fact.serial) return { place, atMs: told.atMs, state: 'told' };
  return { ...of, state: 'unknown' };
}

/** Whether somebody should look at it. */
export function isTrouble({ state, behindMs = 0 }: SecondaryLine): boolean {
  return state === 'silent' || (state === 'behind' && behindMs > patienceMs);
}
