/** What the page says of servers that agree, and of what secondaries are told. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { OpinionWord, PublishedHealth } from '../../../src/page/page-data.ts';
import { peerSummary } from '../../../src/page/peers.ts';
import { publishedText } from '../../../src/page/published.ts';
import { describeServers } from '../../../src/page/servers.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 600_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** This server first. */
function opinionsOf(...words: readonly OpinionWord[]) {
  return words.map((opinion, at) => (at === 0 ? { opinion } : { peer: `192.0.2.${at + 1}#53`, opinion }));
}

test.each<[readonly OpinionWord[], string]>([
  [['up', 'up', 'up'], 'seen up by all 3 servers'],
  [['up', 'trying', 'up'], 'seen up by 2 of 3 servers'],
  [['up', 'up', 'silent'], 'seen up by 2 of 3 servers; not heard: 192.0.2.3#53'],
  [['up', 'none'], 'seen up by 1 of 2 servers'],
  [['down', 'down', 'down'], 'seen down by all 3 servers'],
  [['down', 'up', 'up'], 'seen down by 1 of 3 servers: this one; 2 must agree'],
  [['up', 'down', 'drained'], 'seen down by 2 of 3 servers: 192.0.2.2#53, 192.0.2.3#53; 2 must agree'],
  [['down', 'silent', 'up'], 'seen down by 1 of 3 servers: this one; 2 must agree; not heard: 192.0.2.2#53'],
  [
    ['up', 'down', 'down', 'down', 'down', 'down'],
    'seen down by 5 of 6 servers: 192.0.2.2#53, 192.0.2.3#53, 192.0.2.4#53 and 2 more; 2 must agree',
  ],
])('%j: %s', (words, text) => {
  expect(describeServers({ needed: 2, opinions: opinionsOf(...words) })).toBe(text);
});

test.each<[PublishedHealth, string]>([
  [{}, 'secondaries are told'],
  [{ sets: 0, sinceMs: 0 }, 'secondaries have all as configured, for 10 min'],
  [{ sets: 1, sinceMs: 590_000 }, 'secondaries have 1 set without what is not up, for 10 s'],
  [{ sets: 2, sinceMs: 0 }, 'secondaries have 2 sets without what is not up, for 10 min'],
  [{ sets: 1, sinceMs: 0, isOld: true }, 'secondaries have what was known before the start, until all are judged'],
  [{ sets: 0, sinceMs: 0, problem: 'the zone is signed' }, 'secondaries not told: the zone is signed'],
])('%j: %s', (published, text) => {
  expect(publishedText(published)).toBe(text);
});

test('of peers it says how many are heard', () => {
  const peer = { peer: 'a', opinions: 1, drains: 0 } as const;
  const peers = [{ ...peer, state: 'silent' } as const, { ...peer, state: 'heard' } as const];
  expect(peerSummary(peers, 0)).toBe('1 of 2 heard');
  expect(peerSummary(peers, 4)).toBe('1 of 2 heard; 4 more are heard, or asked');
});
