/** Prometheus' own judge over what /metrics says, the alert rules and the dashboard's queries. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fullSource, scrapeText } from '../../unit/control/metrics/scraped.ts';

const isInstalled = spawnSync('promtool', ['--version']).error === undefined;
if (!isInstalled)
  console.warn('skipped: promtool (package prometheus) is not installed, so metrics and rules are not checked by it');

const deploy = join(import.meta.dirname, '../../../deploy');
const folder = mkdtempSync(join(tmpdir(), 'ringzone-promtool-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Throws with what it says where it isn't content. */
function promtool(args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  return `${stdout}${stderr}`;
}

describe.skipIf(!isInstalled)('promtool', () => {
  test('has nothing to find fault with in /metrics', async () => {
    expect(promtool(['check', 'metrics'], await scrapeText(fullSource()))).toBe('');
  });

  test('reads the alert rules, and their tests pass', () => {
    const rules = join(deploy, 'prometheus/ringzone.rules.yaml');
    expect(promtool(['check', 'rules', '--lint=all', '--lint-fatal', rules])).toContain('SUCCESS');
    expect(promtool(['test', 'rules', join(deploy, 'prometheus/ringzone.rules.test.yaml')])).toContain('SUCCESS');
  });

  test('tests every alert', () => {
    const text = readFileSync(join(deploy, 'prometheus/ringzone.rules.yaml'), 'utf8');
    const tests = readFileSync(join(deploy, 'prometheus/ringzone.rules.test.yaml'), 'utf8');
    for (const [, alert = ''] of text.matchAll(/- alert: (\w+)/g)) expect(tests).toMatch(new RegExp(`\\b${alert}\\b`));
  });

  test('reads each query of the dashboard', () => {
    const dashboard = readFileSync(join(deploy, 'grafana/ringzone.json'), 'utf8');
    const panels = JSON.parse(dashboard).panels as readonly {
      readonly targets?: readonly { readonly expr: string }[];
    }[];
    const rules = panels
      .flatMap(({ targets = [] }) => targets)
      .map(({ expr }, index) => ({ record: `query_${index}`, expr: expr.replaceAll('$__rate_interval', '5m') }));
    const file = join(folder, 'dashboard.rules.yaml');
    // JSON is YAML too.
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    expect(promtool(['check', 'rules', file])).toContain(`SUCCESS: ${rules.length} rules found`);
  });
});
