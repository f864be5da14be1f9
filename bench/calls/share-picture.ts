/** One picture of each client under BIND and under `shape`: a bar each, divided by who is tried first. */
import { svgPicture, svgText } from '../../src/cli/resolve/report/svg.ts';
import type { ClientShare } from './share.ts';

const width = 720;
const left = 130;
const barWidth = 560;
const barHeight = 15;
const groupHeight = 46;
const top = 92;
/** Okabe and Ito 2008. */
const colours: readonly string[] = ['#0072b2', '#e69f00', '#999999'];

export function plotBindAndShape(all: readonly ClientShare[], zone: string, calls: number): string {
  const shares = all.filter((share) => share.zone === zone);
  const clients = [...new Set(shares.map(({ client }) => client))];
  const servers = shares[0]?.shares ?? [];
  const height = top + clients.length * groupHeight + 8;
  const wanted = left + barWidth * (servers[0]?.expectedShare ?? 0);
  const title = 'Which server a call tries first: BIND 9.18, and Ringzone with srv-order: shape';
  const groups = clients.flatMap((client, index) => {
    const y = top + index * groupHeight;
    const bars = ['BIND', 'shape'].flatMap((server, row) => {
      const found = shares.find((share) => share.client === client && share.server === server);
      return found === undefined ? [] : drawBar(found, y + row * (barHeight + 3));
    });
    return [svgText(12, y + barHeight + 6, client, 'text', 'font-weight="600"'), ...bars];
  });
  const legend = servers.flatMap(({ server }, index) => {
    const x = left + index * 150;
    const name = server.split('.')[0] as string;
    return [
      `<rect x="${x}" y="44" width="12" height="12" fill="${colours[index]}"/>`,
      svgText(x + 18, 54, name, 'text'),
    ];
  });
  return svgPicture(width, height, title, [
    svgText(12, 26, title, 'text', 'font-size="15" font-weight="600"'),
    ...legend,
    svgText(12, 76, `${calls} calls a bar; the line: 40 %, what the zone says of sipserver1`, 'faint'),
    ...groups,
    `<line class="mark" x1="${wanted}" y1="${top - 6}" x2="${wanted}" y2="${height - 10}" stroke-width="1.5"/>`,
  ]);
}

function drawBar({ server, shares }: ClientShare, y: number): string[] {
  let x = left;
  const parts = shares.map(({ firstShare, server: name }, index) => {
    const length = barWidth * firstShare;
    const title = `<title>${name}: ${(100 * firstShare).toFixed(1)} %</title>`;
    const part = `<rect x="${x.toFixed(1)}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" fill="${colours[index]}">${title}</rect>`;
    x += length;
    return part;
  });
  const label = server === 'BIND' ? 'BIND' : 'shape';
  return [svgText(left - 8, y + barHeight - 3, label, 'faint', 'text-anchor="end" font-size="10"'), ...parts];
}
