/** Families with thousands of samples in Prometheus' text format. */
import type { Labels, LabelText, MetricFamily } from './metric-family.ts';
import type { Scrape } from './scrape.ts';

/** Lines are given in texts of about so many characters. */
const partCharacters = 8192;

/** https://prometheus.io/docs/instrumenting/exposition_formats/ version 0.0.4. */
export function* familyLines({ name, help, type, samples }: MetricFamily, scrape: Scrape): Generator<string> {
  let part = `\n# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`;
  for (const { labels = {}, value, suffix = '' } of samples(scrape)) {
    part += `${name}${suffix}${typeof labels === 'string' ? labels : formatLabels(labels)} ${formatValue(value)}\n`;
    if (part.length < partCharacters) continue;
    yield part;
    part = '';
  }
  yield part;
}

/** As they stand behind the name; nothing where there are none. */
export function formatLabels(labels: Labels): LabelText {
  let text = '';
  for (const name in labels) {
    text += `${text === '' ? '{' : ','}${name}="${escapeValue(labels[name] ?? '')}"`;
  }
  return (text === '' ? '' : `${text}}`) as LabelText;
}

/** Zone names hardly ever have anything to escape. */
function escapeValue(value: string): string {
  if (!/[\\"\n]/.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function formatValue(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
