/** The shares over many calls, in columns of at most 80 characters. */
import type { ProfileResult } from '../run-calls.ts';
import type { ServerShare } from './shares.ts';
import { percent, type Style, seconds, shortenServer } from './style.ts';

/** Of names and bars together; a name has all of it where there are no bars. */
const leftWidth = 51;
const barWidth = 12;
const columnWidth = 9;

function nameWidth({ hasBars }: Style): number {
  return hasBars ? leftWidth - barWidth - 2 : leftWidth;
}

/** A heading, a line for each server, and what became of the calls. */
export function formatShares(
  result: ProfileResult,
  shares: readonly ServerShare[],
  hasDown: boolean,
  style: Style,
): string[] {
  const { profile, tally } = result;
  const columns = ['first', ...(hasDown ? ['answered'] : ['zone', 'error'])];
  const before = `${profile.name} (${profile.title})`.padEnd(2 + leftWidth);
  const lines = [`${style.bold(before)}${columns.map((column) => column.padStart(columnWidth)).join('')}`];
  for (const share of shares) lines.push(formatShare(share, hasDown, style));
  if (shares.length === 0) lines.push(`  ${style.bad('no server found')}`);
  if (hasDown || tally.lost > 0) lines.push(...describeCalls(result, style).map((line) => `  ${line}`));
  return lines;
}

function formatShare(share: ServerShare, hasDown: boolean, style: Style): string {
  const { server, firstShare, reachedShare, expectedShare, errorPoints } = share;
  const shown = hasDown ? reachedShare : firstShare;
  const cells = [percent(firstShare)];
  if (hasDown) cells.push(percent(reachedShare));
  else
    cells.push(
      expectedShare === undefined ? '-' : percent(expectedShare),
      errorPoints === undefined ? '-' : signed(errorPoints),
    );
  const columns = cells.map((cell) => cell.padStart(columnWidth)).join('');
  const width = nameWidth(style);
  const bar = style.hasBars ? `  ${formatBar(shown, expectedShare)}` : '';
  return `  ${shortenServer(server, width).padEnd(width)}${bar}${columns}`;
}

/** `|` stands where the zone would have it end. */
function formatBar(share: number, expected: number | undefined): string {
  const cells: string[] = Array.from({ length: barWidth }, (_, i) => (i < Math.round(share * barWidth) ? '#' : ' '));
  if (expected !== undefined && expected > 0) cells[Math.min(barWidth, Math.round(expected * barWidth)) - 1] = '|';
  return cells.join('');
}

function signed(points: number): string {
  const text = points.toFixed(1);
  return text === '-0.0' ? '0.0' : points > 0 && text !== '0.0' ? `+${text}` : text;
}

function describeCalls({ tally }: ProfileResult, style: Style): string[] {
  if (tally.lost === tally.calls) {
    return [style.bad(tally.unlocated === tally.calls ? 'all calls fail: no server is found' : 'all calls are lost')];
  }
  const isWhole = tally.lost === 0;
  const lost = isWhole
    ? style.good('no call is lost')
    : style.bad(`${percent(tally.lost / tally.calls)} of the calls are lost`);
  const who = isWhole ? 'they' : 'the others';
  if (tally.maxSeconds === 0) return [`${lost}; ${who} get through at once`];
  return [
    lost,
    `${who} get through after ${seconds(tally.meanSeconds)} on average, ${seconds(tally.maxSeconds)} at most`,
  ];
}
