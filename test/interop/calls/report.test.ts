/** What the bench of calls makes of its counts. */
import { expect, it } from 'vitest';
import { backSeconds, downSeconds, type EventFigures } from '../../../bench/calls/failover/measure.ts';
import { missesOfFailover } from '../../../bench/calls/failover-report.ts';
import { figuresOf } from '../../../bench/calls/resolvers-report.ts';
import { type ClientShare, missesOf } from '../../../bench/calls/share.ts';

const times = {
  intervalSeconds: 5,
  timeoutSeconds: 2,
  fall: 3,
  rise: 2,
  ttlSeconds: 300,
  degradedTtlSeconds: 15,
};

it('takes the largest error of a server, over the whole run and in each window', () => {
  const series = { policy: 'shape', resolvers: 1, client: 'yealink' } as const;
  const figures = figuresOf({
    ...series,
    windows: [
      [40, 60, 0],
      [0, 100, 0],
      [80, 10, 10],
    ],
  });
  expect(figures.shares).toEqual([0.4, 170 / 300, 10 / 300]);
  expect(figures.overallPoints).toBeCloseTo(100 / 30);
  expect(figures.meanPoints).toBeCloseTo((0 + 40 + 50) / 3);
  expect(figures.worstPoints).toBeCloseTo(50);
});

it('counts the TTL only where answers are kept', () => {
  expect(downSeconds(times, true)).toBeCloseTo(5 * 1.1 * 3 + 2 + 300);
  expect(downSeconds(times, false)).toBeCloseTo(18.5);
  expect(backSeconds(times, true)).toBeCloseTo(5 * 1.1 * 2 + 15);
});

it('misses the goal by a call lost after the bound, by a server that is back late or never', () => {
  const event = (more: Partial<EventFigures>): EventFigures => ({
    kind: 'kill',
    server: 'sip1',
    atMs: 0,
    client: 'Kamailio',
    boundSeconds: 10,
    calls: 100,
    lost: 5,
    lastLostSeconds: 8,
    lostAfterBound: 0,
    firstBackSeconds: undefined,
    ...more,
  });
  const isMissed = (more: Partial<EventFigures>): boolean =>
    missesOfFailover({ times, figures: [event(more)], before: [] }).length === 1;
  expect(isMissed({})).toBe(false);
  expect(isMissed({ lastLostSeconds: 11, lostAfterBound: 1 })).toBe(true);
  expect(isMissed({ kind: 'thaw' })).toBe(true);
  expect(isMissed({ kind: 'thaw', firstBackSeconds: 10.1 })).toBe(true);
  expect(isMissed({ kind: 'restart', firstBackSeconds: 9.9 })).toBe(false);
});

it('judges shares under shape alone; what was not measured is missed', () => {
  const share = (server: string, worstPoints: number): ClientShare => {
    return { client: 'yealink', server, zone: 'rapidtech.phones', shares: [], worstPoints };
  };
  const shares = [share('BIND', 40), share('shape', 2), share('shape', 2.1), share('shape', Number.NaN)];
  expect(missesOf(shares)).toEqual([shares[2], shares[3]]);
});
