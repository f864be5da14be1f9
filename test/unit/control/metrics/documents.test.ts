/** What tells of the metrics in words, rules and panels: it has the names that /metrics has. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type ReadFamily, readExposition } from './exposition.ts';
import { formatMetricsTables } from './metrics-doc.ts';
import { families, fullSource, scrapeText } from './scraped.ts';

const root = join(import.meta.dirname, '../../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

let exposed: ReadonlyMap<string, ReadFamily>;
beforeAll(async () => {
  exposed = readExposition(await scrapeText(fullSource()));
});

test('docs/metrics.md has the tables of all metrics (`npx vitest run documents --update` writes them)', async () => {
  const marker = '## All metrics\n';
  const [prose = ''] = read('docs/metrics.md').split(marker, 1);
  await expect(`${prose}${marker}\n${formatMetricsTables()}`).toMatchFileSnapshot(join(root, 'docs/metrics.md'));
});

interface Query {
  readonly place: string;
  readonly expr: string;
}

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
}

const rules = parse(read('deploy/prometheus/ringzone.rules.yaml')) as Rules;
const alerts = rules.groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('deploy/grafana/ringzone.json')) as Dashboard;

const queries: readonly Query[] = [
  ...alerts.map(({ alert, expr }) => ({ place: alert, expr })),
  ...dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ place: title, expr }))),
];

/** Those that Prometheus adds, and those of histograms. */
const commonLabels = ['job', 'instance', 'le'];

describe.each(queries)('$place: $expr', ({ expr }) => {
  const names = [...expr.matchAll(/\b(?:ringzone|process|nodejs)_[a-z0-9_]+/g)].map(([name]) => name);

  test('asks for metrics that there are', () => {
    expect(names.length + (expr.startsWith('up{') ? 1 : 0)).toBeGreaterThan(0);
    for (const name of names) {
      const histogram = exposed.get(name.replace(/_bucket$/, ''));
      expect([name, exposed.has(name) || histogram?.type === 'histogram']).toEqual([name, true]);
    }
  });

  test('by labels that they have', () => {
    const known = names.flatMap(
      (name) => families.find((family) => family.name === name.replace(/_bucket$/, ''))?.labels ?? [],
    );
    const selected = [...expr.matchAll(/\{([^}]*)\}/g)].flatMap(([, inside = '']) =>
      [...inside.matchAll(/(\w+)\s*(?:=|!=|=~|!~)\s*"/g)].map(([, label]) => label),
    );
    const grouped = [...expr.matchAll(/\b(?:by|on|without) \(([^)]*)\)/g)].flatMap(([, inside = '']) =>
      inside.split(', '),
    );
    for (const label of [...selected, ...grouped]) expect([...known, ...commonLabels]).toContain(label);
  });

  test('counters by their rate, gauges without', () => {
    for (const name of names) {
      const isRated = new RegExp(`(?:rate|increase)\\(${name}\\b`).test(expr);
      const type = exposed.get(name.replace(/_bucket$/, ''))?.type;
      expect([name, isRated]).toEqual([name, type !== 'gauge']);
    }
  });
});

test('labels with values that no sample has are asked for nowhere', () => {
  const values = new Map<string, Set<string>>();
  for (const { samples } of exposed.values())
    for (const series of samples.keys())
      for (const [, label = '', value = ''] of series.matchAll(/([a-z]+)="([^"]*)"/g))
        values.set(label, (values.get(label) ?? new Set()).add(value));
  for (const { expr } of queries) {
    for (const [, label = '', value = ''] of expr.matchAll(/\b(state|event|rcode|opcode|feature)(?:!?=~?)"([^"]*)"/g))
      for (const one of value.split('|')) expect([...(values.get(label) ?? [])]).toContain(one);
  }
});

test('panels do not overlap, and have identities and variables of their own', () => {
  const { panels, templating } = dashboard;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(templating.list.map(({ name }) => name)).toEqual(['datasource', 'job', 'instance']);
  expect(JSON.stringify(templating)).toContain('label_values(ringzone_build_info, job)');
});

test('legends name labels that the query leaves', () => {
  for (const { targets = [], type } of dashboard.panels) {
    for (const { expr, legendFormat } of type === 'timeseries' ? targets : [])
      for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
        expect(expr).toMatch(new RegExp(`by \\([^)]*\\b${label}\\b`));
  }
});

test('what an administrator wants to be told of has an alert', () => {
  const wanted = ['ZoneExpiring', 'SecondaryBehind', 'TargetDown', 'LogDropped', 'WorkerReplaced', 'NotReady'];
  expect(alerts.map(({ alert }) => alert)).toEqual(expect.arrayContaining(wanted.map((name) => `Ringzone${name}`)));
});
