/**
 * The shares as a picture: one row of bars for each profile, a mark where the zone would have each bar end. Plain SVG 1.1, readable on a
 * light and a dark page.
 */
import { formatListenAddress } from '../../../plane/sockets/socket-address.ts';
import type { ResolveRequest } from '../resolve-request.ts';
import type { ProfileResult, RunResult } from '../run-calls.ts';
import { type ServerShare, sharesOf } from './shares.ts';
import { percent, shortenServer } from './style.ts';
import { escapeXml, svgPicture, svgText } from './svg.ts';

const width = 760;
const barLeft = 300;
const barWidth = 340;
const rowHeight = 22;
const barHeight = 14;
const headHeight = 78;
const groupGap = 14;
/** Told apart by people who see colours otherwise as well (Okabe and Ito 2008). */
const colours = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442', '#999999'] as const;

export function plotShares(request: ResolveRequest, run: RunResult): string {
  const groups = run.results.map((result) => ({ result, shares: sharesOf(result, request.expected) }));
  const servers = [...new Set(groups.flatMap(({ shares }) => shares.map(({ server }) => server)))];
  const groupParts: string[] = [];
  let y = headHeight;
  for (const { result, shares } of groups) {
    groupParts.push(...drawGroup(result, shares, servers, request.down.length > 0, y));
    y += groupHeight(shares);
  }
  const height = y + 10;
  const title = `Share of each server of ${request.text}, by client`;
  const subtitle = `${request.calls} calls each, seed ${request.seed}, server ${formatListenAddress(request.server)}${describeDown(request)}`;
  const parts = [
    svgText(16, 26, title, 'text', 'font-size="16" font-weight="600"'),
    svgText(16, 46, subtitle, 'faint'),
    svgText(16, 64, "The line across a bar is the share by the zone's weights.", 'faint'),
    ...groupParts,
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svgPicture(width, height, title, parts)}`;
}

function groupHeight(shares: readonly ServerShare[]): number {
  return Math.max(1, shares.length) * rowHeight + groupGap;
}

function drawGroup(
  { profile, tally }: ProfileResult,
  shares: readonly ServerShare[],
  servers: readonly string[],
  hasDown: boolean,
  top: number,
): string[] {
  const parts = [svgText(16, top + barHeight - 2, profile.name, 'text', 'font-weight="600"')];
  if (shares.length === 0) parts.push(svgText(barLeft, top + barHeight - 2, 'no server found', 'faint'));
  shares.forEach((share, index) => {
    const colour = colours[servers.indexOf(share.server) % colours.length] as string;
    parts.push(...drawBar(share, colour, hasDown, top + index * rowHeight));
  });
  const lost = tally.lost === 0 ? '' : `${percent(tally.lost / tally.calls)} lost`;
  if (lost !== '') parts.push(svgText(16, top + barHeight + 12, lost, 'faint', 'font-size="10"'));
  return parts;
}

function drawBar(share: ServerShare, colour: string, hasDown: boolean, y: number): string[] {
  const shown = hasDown ? share.reachedShare : share.firstShare;
  const length = barWidth * shown;
  const parts = [
    svgText(barLeft - 8, y + barHeight - 2, shortenServer(share.server, 32), 'text', 'text-anchor="end"'),
    `<rect class="frame" x="${barLeft}" y="${y}" width="${barWidth}" height="${barHeight}"/>`,
    `<rect x="${barLeft}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" fill="${colour}"><title>${escapeXml(`${share.server}: ${percent(shown)}`)}</title></rect>`,
    svgText(barLeft + barWidth + 8, y + barHeight - 2, describeShare(shown, share, hasDown), 'text'),
  ];
  if (share.expectedShare !== undefined && !hasDown) {
    const x = (barLeft + barWidth * share.expectedShare).toFixed(1);
    parts.push(`<line class="mark" x1="${x}" y1="${y - 3}" x2="${x}" y2="${y + barHeight + 3}" stroke-width="2"/>`);
  }
  return parts;
}

function describeShare(shown: number, { expectedShare }: ServerShare, hasDown: boolean): string {
  return expectedShare === undefined || hasDown ? percent(shown) : `${percent(shown)} of ${percent(expectedShare)}`;
}

function describeDown({ down }: ResolveRequest): string {
  return down.length === 0 ? '' : `; down: ${down.map(({ text: written }) => written).join(', ')}`;
}
