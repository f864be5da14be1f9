import { MetricsRegistry } from '../../../../src/control/metrics/metrics-registry.ts';
import { metricsSources } from '../../../../src/control/metrics/sources.ts';

/** The tables of docs/metrics.md, behind its last line of prose. */
export function formatMetricsTables(): string {
  const own = metricsSources.map(({ title, families }) => {
    const rows = families.map(({ name, type, labels, help }) => [`\`${name}\``, type, labels.join(', '), help]);
    return table(title, ['metric', 'type', 'labels', 'what'], rows);
  });
  const others = new MetricsRegistry().processMetrics.map(({ name, help }) => [`\`${name}\``, help.replace(/\.$/, '')]);
  return [...own, table('The process', ['metric', 'what'], others)].join('\n');
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `### ${title}\n\n${lines.join('\n')}\n`;
}
