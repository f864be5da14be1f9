/** What the resolvers' run says, as text and as a picture. */
import { svgPicture, svgText } from '../../src/cli/resolve/report/svg.ts';
import {
  type ResolverRun,
  type ResolverSeries,
  resolverClients,
  resolverCounts,
  resolverPolicies,
  serverNames,
  wantedShares,
} from './resolvers.ts';

interface SeriesFigures {
  /** Over the whole run, by server, 0 to 1. */
  readonly shares: readonly number[];
  /** The largest error of a server, in percentage points: over the whole run; in a window on average; in the worst window. */
  readonly overallPoints: number;
  readonly meanPoints: number;
  readonly worstPoints: number;
}

export function figuresOf({ windows }: ResolverSeries): SeriesFigures {
  const sums = serverNames.map((_, server) => windows.reduce((sum, counts) => sum + (counts[server] ?? 0), 0));
  const errors = windows.map((counts) => errorPoints(sharesOf(counts)));
  const shares = sharesOf(sums);
  return {
    shares,
    overallPoints: errorPoints(shares),
    meanPoints: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    worstPoints: Math.max(...errors),
  };
}

function sharesOf(counts: readonly number[]): number[] {
  const sum = counts.reduce((total, count) => total + count, 0);
  return counts.map((count) => (sum === 0 ? 0 : count / sum));
}

function errorPoints(shares: readonly number[]): number {
  return 100 * Math.max(...shares.map((share, server) => Math.abs(share - (wantedShares[server] ?? 0))));
}

export function formatResolvers(run: ResolverRun): string {
  const { phones, rotates, ttlSeconds, seconds, seed, calls, failures, resolverMemory } = run;
  const lines = [
    `${phones} phones behind 1, 5 and 50 unbound (${Math.round(resolverMemory / 1024)} MiB each${rotates ? '' : ', rrset-roundrobin: no'}), TTL ${ttlSeconds} s, ${seconds} s, seed ${seed}`,
    `${calls} calls, ${failures} without an answer; wanted: ${serverNames.map((name, i) => `${name} ${percent(wantedShares[i] ?? 0)}`).join(', ')}`,
    '',
    'policy   resolvers client   share over the whole run      error: whole run  in one TTL: mean  worst',
  ];
  for (const series of run.series) {
    const { shares, overallPoints, meanPoints, worstPoints } = figuresOf(series);
    lines.push(
      [
        series.policy.padEnd(9),
        String(series.resolvers).padStart(9),
        ` ${series.client.padEnd(8)}`,
        shares.map((share) => percent(share).padStart(8)).join(' '),
        overallPoints.toFixed(1).padStart(18),
        meanPoints.toFixed(1).padStart(17),
        worstPoints.toFixed(1).padStart(6),
      ].join(' '),
    );
  }
  return lines.join('\n');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

const panelWidth = 210;
const panelHeight = 96;
const left = 92;
const top = 84;
const gap = 26;
/** Okabe and Ito 2008. */
const colours: readonly string[] = ['#0072b2', '#d55e00', '#009e73'];
/** What lies under another line is still seen. */
const lineWidths: readonly number[] = [4.5, 1.8, 1.8];

/** A panel for each policy and number of resolvers: the share of sipserver2 from TTL to TTL. */
export function plotResolvers(run: ResolverRun): string {
  const width = left + resolverCounts.length * (panelWidth + gap);
  const height = top + resolverPolicies.length * (panelHeight + gap) + 18;
  const parts = resolverPolicies.flatMap((policy, row) => {
    const y = top + row * (panelHeight + gap);
    const label = svgText(12, y + panelHeight / 2 + 4, policy, 'text', 'font-weight="600"');
    return [
      label,
      ...resolverCounts.flatMap((count, column) =>
        plotPanel(run, policy, count, left + column * (panelWidth + gap), y),
      ),
    ];
  });
  const heads = resolverCounts.map((count, column) =>
    svgText(left + column * (panelWidth + gap) + 4, top - 8, count === 1 ? '1 resolver' : `${count} resolvers`, 'text'),
  );
  const legend = resolverClients.flatMap((client, index) => {
    const x = left + index * 90;
    return [
      `<line x1="${x}" y1="52" x2="${x + 20}" y2="52" stroke="${colours[index]}" stroke-width="2.5"/>`,
      svgText(x + 26, 56, client, 'text'),
    ];
  });
  const title = `Calls to sipserver2, weight 60 of 100, of ${run.phones} phones behind resolvers`;
  return svgPicture(width, height, title, [
    svgText(12, 26, title, 'text', 'font-size="16" font-weight="600"'),
    ...legend,
    svgText(
      left + 290,
      56,
      `the dashed line: 60 %; from left to right: ${run.series[0]?.windows.length ?? 0} TTLs`,
      'faint',
    ),
    ...heads,
    ...parts,
  ]);
}

function plotPanel({ series }: ResolverRun, policy: string, count: number, x: number, y: number): string[] {
  const yOf = (share: number): string => (y + panelHeight * (1 - share)).toFixed(1);
  const found = series.filter((each) => each.policy === policy && each.resolvers === count);
  const wanted = yOf(wantedShares[1] ?? 0);
  const lines = found.map(({ windows }, index) => {
    const points = windows.map((counts, window) => {
      const at = x + (panelWidth * (window + 0.5)) / windows.length;
      return `${at.toFixed(1)},${yOf(sharesOf(counts)[1] ?? 0)}`;
    });
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colours[index]}" stroke-width="${lineWidths[index]}"/>`;
  });
  return [
    `<rect class="frame" x="${x}" y="${y}" width="${panelWidth}" height="${panelHeight}"/>`,
    svgText(x - 6, y + 9, '100 %', 'faint', 'text-anchor="end" font-size="9"'),
    svgText(x - 6, y + panelHeight, '0', 'faint', 'text-anchor="end" font-size="9"'),
    `<line class="mark" x1="${x}" y1="${wanted}" x2="${x + panelWidth}" y2="${wanted}" stroke-dasharray="4 3"/>`,
    ...lines,
  ];
}
