/** A chart of rates with a table that says the same: what a canvas shows nobody can read aloud. */
import uPlot from 'uplot';
import { element } from './dom.ts';
import { formatRate, serverNowMs } from './format.ts';
import type { RatePoint } from './page-data.ts';
import { maxPlaces, Places, type Series, seriesOf } from './rate-series.ts';

const heightPixels = 168;
/** Beside the colour: lines can be told apart without it. */
const dashes: readonly (readonly number[])[] = [[], [7, 3], [2, 2], [10, 3, 2, 3], [4, 4], [1, 3]];

export class RateChart {
  private readonly of: 'types' | 'rcodes';
  private readonly canvas: HTMLElement;
  private readonly rows: HTMLElement;
  private readonly places = new Places();
  private points: readonly RatePoint[] = [];
  private plot: uPlot | undefined;
  /** What the plot was made for; `undefined`: it is to be made anew. */
  private shape: string | undefined;

  constructor(figure: HTMLElement, of: 'types' | 'rcodes') {
    this.of = of;
    this.canvas = figure.querySelector('.plot') as HTMLElement;
    this.rows = figure.querySelector('tbody') as HTMLElement;
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'])
      matchMedia(query).addEventListener('change', () => this.renew());
  }

  show(points: readonly RatePoint[]): void {
    this.points = points;
    this.draw();
  }

  /** With other colours. */
  private renew(): void {
    this.shape = undefined;
    this.draw();
  }

  private draw(): void {
    const lines = seriesOf(this.points, this.of, this.places);
    this.showTable(lines);
    const width = this.canvas.clientWidth;
    if (width === 0) return;
    const shape = lines.map(({ name, place }) => `${name} ${place}`).join();
    if (this.plot === undefined || this.shape !== shape) {
      this.plot?.destroy();
      this.plot = new uPlot(this.options(lines, width), [[]], this.canvas);
      this.shape = shape;
    } else if (this.plot.width !== width) this.plot.setSize({ width, height: heightPixels });
    const times = this.points.map(({ atMs }) => atMs / 1000);
    this.plot.setData([times, ...lines.map(({ values }) => [...values])]);
  }

  private options(lines: readonly Series[], width: number): uPlot.Options {
    const colour = (name: string) => getComputedStyle(this.canvas).getPropertyValue(name).trim();
    const font = `11px ${getComputedStyle(this.canvas).fontFamily}`;
    const axis = {
      font,
      stroke: colour('--muted'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
    };
    return {
      width,
      height: heightPixels,
      padding: [8, 22, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: true, range: (_, min, max) => timeRange(min, max) },
        y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          values: (_, times) => times.map(clockText),
          incrs: [...tickSeconds],
          space: 70,
          size: 26,
        },
        { ...axis, size: 44, values: (_, values) => values.map(formatAxis), space: 28 },
      ],
      series: [
        {},
        ...lines.map(({ name, place }) => ({
          label: name,
          stroke: colour(`--series-${place}`),
          width: 1.5,
          dash: [...(dashes[place] ?? [])],
          points: { show: false },
        })),
      ],
    };
  }

  private showTable(lines: readonly Series[]): void {
    const rows = lines.map(({ name, place, now, mean, peak }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, swatch(place), name),
        ...[now, mean, peak].map((rate) => element('td', { class: 'number' }, formatRate(rate))),
      ),
    );
    if (rows.length === 0) rows.push(element('tr', {}, element('td', { colspan: '4', class: 'muted' }, 'nothing yet')));
    this.rows.replaceChildren(...rows);
  }
}

const svg = 'http://www.w3.org/2000/svg';

/** A piece of the line. */
function swatch(place: number): SVGSVGElement {
  const made = document.createElementNS(svg, 'svg');
  made.setAttribute('viewBox', '0 0 22 8');
  made.setAttribute('class', `swatch series-${place % maxPlaces}`);
  made.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(svg, 'line');
  const dash = (dashes[place] ?? []).join(' ');
  for (const [name, value] of Object.entries({ x1: '0', y1: '4', x2: '22', y2: '4', 'stroke-dasharray': dash }))
    line.setAttribute(name, value);
  made.append(line);
  return made;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const exactClock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** Between two ticks. */
const tickSeconds = [10, 30, 60, 120, 300];
/** With one point or none there is no time yet that a chart could show. */
const leastSeconds = 60;

/** In seconds since 1970; `null` without points. */
function timeRange(min: number | null, max: number | null): [number, number] {
  const end = max ?? serverNowMs() / 1000;
  return [Math.min(min ?? end, end - leastSeconds), end];
}

function clockText(seconds: number): string {
  return (seconds % 60 === 0 ? clock : exactClock).format(seconds * 1000);
}

function formatAxis(value: number): string {
  if (value >= 1_000_000) return `${value / 1_000_000}M`;
  return value >= 1000 ? `${value / 1000}k` : String(value);
}
