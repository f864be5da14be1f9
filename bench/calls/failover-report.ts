/** What the failover's run says, and what misses the goal. */
import type { EventFigures, FailoverRun } from './failover/measure.ts';

export function formatFailover({ times, figures, before }: FailoverRun): string {
  const { intervalSeconds, timeoutSeconds, fall, rise, ttlSeconds, degradedTtlSeconds } = times;
  const lines = [
    `interval ${intervalSeconds} s, timeout ${timeoutSeconds} s, fall ${fall}, rise ${rise}, TTL ${ttlSeconds} s, degraded TTL ${degradedTtlSeconds} s`,
    'answered before anything happened:',
    ...before.map(
      ({ client, counts }) =>
        `  ${client.padEnd(10)} ${Object.entries(counts)
          .map(([name, count]) => `${name} ${count}`)
          .join(', ')}`,
    ),
    '',
    'event            client       calls   lost  last lost after  first back after   bound  lost after it',
  ];
  for (const each of figures) {
    lines.push(
      [
        `${each.kind} ${each.server}`.padEnd(16),
        each.client.padEnd(10),
        String(each.calls).padStart(7),
        String(each.lost).padStart(6),
        seconds(each.lastLostSeconds).padStart(16),
        seconds(each.firstBackSeconds).padStart(17),
        seconds(each.boundSeconds).padStart(7),
        String(each.lostAfterBound).padStart(14),
      ].join(' '),
    );
  }
  const misses = missesOfFailover({ times, figures, before });
  lines.push(
    '',
    `goal: ${misses.length === 0 ? 'held' : `MISSED by ${misses.map(({ client, kind, server }) => `${client} (${kind} ${server})`).join(', ')}`}`,
  );
  return lines.join('\n');
}

/** Calls lost after the bound; none at the server when it is to be back. */
export function missesOfFailover({ figures }: FailoverRun): EventFigures[] {
  return figures.filter(({ kind, lostAfterBound, firstBackSeconds, boundSeconds }) => {
    const isBackLate =
      (kind === 'restart' || kind === 'thaw') && !(firstBackSeconds !== undefined && firstBackSeconds <= boundSeconds);
    return lostAfterBound > 0 || isBackLate;
  });
}

function seconds(value: number | undefined): string {
  return value === undefined ? '-' : `${value.toFixed(1)} s`;
}
