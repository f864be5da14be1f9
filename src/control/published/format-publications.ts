import type { Follower } from './followers.ts';
import type { Publication } from './publisher.ts';

/** A line for each zone: `zone example.com is published with serial 12: 1 set without what is not up`. */
export function formatPublications(publications: readonly Publication[]): string {
  return publications.map(formatPublication).join('\n');
}

function formatPublication({ zone, serial, degradedSets, problem }: Publication): string {
  if (problem !== undefined) return `zone ${zone} is not published: ${problem}`;
  if (serial === undefined) return `zone ${zone} is published, and nothing is known of it yet`;
  const what = degradedSets === 0 ? 'as configured' : `${degradedSets} ${sets(degradedSets)} without what is not up`;
  return `zone ${zone} is published with serial ${serial}: ${what}`;
}

/** `192.0.2.53#53 has serial 11`, `192.0.2.54#53: timed out`. */
export function formatFollower({ server, serial, problem }: Follower): string {
  return serial === undefined ? `${server}: ${problem ?? 'no answer'}` : `${server} has serial ${serial}`;
}

function sets(count: number): string {
  return count === 1 ? 'set' : 'sets';
}
