import type { MetricFamily } from '../../../../src/control/metrics/metric-family.ts';
import { metricsRoute } from '../../../../src/control/metrics/metrics-route.ts';
import { Scrape } from '../../../../src/control/metrics/scrape.ts';
import { metricsSources } from '../../../../src/control/metrics/sources.ts';
import { SecondaryZone } from '../../../../src/control/secondary/secondary-zone.ts';
import { askTarget, SteeringKey } from '../../../../src/plane/steering/steering-key.ts';
import { TargetState } from '../../../../src/plane/steering/steering-policy.ts';
import { SteeringBuilder } from '../../../../src/plane/steering/steering-table.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { FakeSource, zoneOf } from '../http/fake-source.ts';
import { readExposition } from './exposition.ts';

export const families: readonly MetricFamily[] = metricsSources.flatMap((source) => source.families);

export async function scrapeText(source: FakeSource): Promise<string> {
  let text = '';
  for await (const part of metricsRoute.body(source, new URLSearchParams()) as AsyncIterable<string>) text += part;
  return text;
}

/** The samples of one family, by name and labels. */
export async function samplesOf(source: FakeSource, name: string): Promise<Readonly<Record<string, number>>> {
  const family = readExposition(await scrapeText(source)).get(name);
  if (family === undefined) throw new Error(`no ${name}`);
  return Object.fromEntries([...family.samples].map(([series, value]) => [series.slice(name.length), value]));
}

/** All samples of Ringzone's own families, without prom-client. */
export function ownSamples(source: FakeSource): string {
  const scrape = new Scrape(source);
  return JSON.stringify(families.map((family) => [...family.samples(scrape)]));
}

export function secondaryOf(name: string, more: Partial<SecondaryZone> = {}): SecondaryZone {
  const config = zoneOf(name, { type: 'secondary' });
  return Object.assign(new SecondaryZone(config as never, `${name}/IN`, config), more);
}

/** A server that has something of everything to tell. */
export function fullSource(): FakeSource {
  const source = new FakeSource();
  const primary = zoneOf('p.test');
  const secondary = zoneOf('s.test', { type: 'secondary' });
  source.zones = [primary, secondary];
  for (const id of source.zones) source.zoneFacts.published({ id, serial: 7, reason: 'load' });
  source.found = secondaryOf('s.test', { expiresAt: 2_000_000_000, failures: 2 });
  source.steered = steeringOf([
    ['s1.p.test', TargetState.up],
    ['s2.p.test', TargetState.down],
    ['s3.p.test', TargetState.drained],
  ]);
  source.totals = {
    counts: { probes: 20, alive: 9, draining: 1, failed: 7, void: 2, changes: 3, putOff: 4, answerMs: 250 },
    endpoints: 5,
    underWay: 1,
  };
  source.peerReports = [
    {
      peer: '192.0.2.2#53',
      isHeard: true,
      problem: undefined,
      heardMs: 1_700_000_000_500,
      asked: 9,
      failed: 1,
      opinions: 4,
    },
    {
      peer: '192.0.2.3#53',
      isHeard: false,
      problem: 'timed out',
      heardMs: undefined,
      asked: 8,
      failed: 8,
      opinions: 0,
    },
  ];
  return source;
}

/** Targets of `_sip._udp.p.test`, port 5060. */
export function steeringOf(states: readonly (readonly [string, TargetState])[]): FakeSource['steered'] {
  const owner = wireNameFrom('_sip._udp.p.test.');
  const builder = new SteeringBuilder();
  const targets = states.map(([name, state]) => {
    const key = new SteeringKey();
    const target = wireNameFrom(`${name}.`);
    askTarget(key, 0, owner, 0, target, 0, 5060);
    builder.addState(key, state);
    return { zone: { view: 0, class: 1, apex: wireNameFrom('p.test.') }, owner, target, port: 5060 };
  });
  const counts = states.map(([target], index) => {
    const names = { view: '_default', zone: 'p.test', owner: '_sip._udp.p.test', target };
    return { ...names, port: 5060, count: index * 10 };
  });
  const newest = { table: builder.build(1), targets } as unknown as FakeSource['steered']['newest'];
  return { newest, firstChoices: { read: () => counts } };
}
