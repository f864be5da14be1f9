/** How far copies are: what is known, and no more. */
import { expect, test } from 'vitest';
import { isTrouble, secondaryLines, type ZoneAudience } from '../../../../src/control/page/secondary-lines.ts';

const nowMs = 1_000_000;
const fact = { serial: 7, loadedAtMs: 0, changedAtMs: nowMs - 90_000, records: 1 };
const place = '192.0.2.1#53';
const told = (serial: number, problem?: string) => ({
  place,
  address: '192.0.2.1',
  told: { serial, atMs: 500, problem },
});
const fetched = (serial: number, client = '192.0.2.1') => ({ client, serial, atMs: 700 });

test.each<[what: string, audience: ZoneAudience, lines: object[], trouble: boolean]>([
  ['fetched', { told: [told(7)], fetched: [fetched(7)] }, [{ place, serial: 7, atMs: 700, state: 'current' }], false],
  [
    'fetched, whatever it says to NOTIFY',
    { told: [told(7, 'REFUSED')], fetched: [fetched(7)] },
    [{ place, serial: 7, atMs: 700, state: 'current' }],
    false,
  ],
  [
    'fetched an older one',
    { told: [told(7)], fetched: [fetched(5)] },
    [{ place, serial: 5, atMs: 700, state: 'behind', behindMs: 90_000 }],
    true,
  ],
  ['told', { told: [told(7)], fetched: [] }, [{ place, atMs: 500, state: 'told' }], false],
  ['silent', { told: [told(7, 'timed out')], fetched: [] }, [{ place, problem: 'timed out', state: 'silent' }], true],
  ['told of an older one only', { told: [told(6)], fetched: [] }, [{ place, state: 'unknown' }], false],
  [
    'nothing',
    { told: [{ place, address: '192.0.2.1', told: undefined }], fetched: [] },
    [{ place, state: 'unknown' }],
    false,
  ],
  [
    'others',
    { told: [told(7)], fetched: [fetched(7, '2001:db8::1')] },
    [
      { place, atMs: 500, state: 'told' },
      { place: '2001:db8::1', serial: 7, atMs: 700, state: 'current' },
    ],
    false,
  ],
])('%s', (_, audience, lines, trouble) => {
  const found = secondaryLines(audience, fact, nowMs);
  expect(found).toEqual(lines);
  expect(found.some(isTrouble)).toBe(trouble);
});

test('who is behind for less than a minute has no trouble', () => {
  const audience = { told: [], fetched: [fetched(5)] };
  const found = secondaryLines(audience, { ...fact, changedAtMs: nowMs - 59_000 }, nowMs);
  expect(found.map(isTrouble)).toEqual([false]);
});

test('of a zone that is not served nothing is said', () => {
  expect(secondaryLines({ told: [told(7)], fetched: [] }, undefined, nowMs)).toEqual([{ place, state: 'unknown' }]);
});
