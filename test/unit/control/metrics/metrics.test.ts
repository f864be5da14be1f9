import { describe, expect, test } from 'vitest';
import { Scrape } from '../../../../src/control/metrics/scrape.ts';
import type { SecondaryZone } from '../../../../src/control/secondary/secondary-zone.ts';
import { Counter, type CounterName } from '../../../../src/plane/counters.ts';
import { Class } from '../../../../src/wire/codes.ts';
import { FakeSource, zoneOf } from '../http/fake-source.ts';
import { readExposition } from './exposition.ts';
import { families, fullSource, ownSamples, samplesOf, scrapeText, secondaryOf } from './scraped.ts';

describe('the exposition', () => {
  test("keeps to the format and to Prometheus' conventions", async () => {
    const read = readExposition(await scrapeText(fullSource()));
    for (const family of families) {
      const { name, type, help, labels } = family;
      expect(name).toMatch(/^ringzone_[a-z_]+$/);
      // Of counters alone; units are the base ones.
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
      expect(name).not.toMatch(/_(ms|millis|octets|kb|percent)(_|$)/);
      expect(help).toMatch(/^[A-Z0-9\\].{8,}[^.\s]$/);
      expect(read.get(name)).toMatchObject({ type, help });
      for (const series of read.get(name)?.samples.keys() ?? []) {
        const used = [...series.matchAll(/([a-z_]+)="/g)].map(([, label]) => label);
        expect([...labels, ...(type === 'histogram' ? ['le'] : [])]).toEqual(expect.arrayContaining(used));
      }
    }
    expect(new Set(families.map(({ name }) => name)).size).toBe(families.length);
  });

  test('has a sample of every family where there is something to tell', async () => {
    const read = readExposition(await scrapeText(fullSource()));
    for (const { name } of families) expect([name, read.get(name)?.samples.size]).not.toEqual([name, 0]);
  });

  test('tells of the process and of the event loop', async () => {
    const read = readExposition(await scrapeText(new FakeSource()));
    const names = [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'process_open_fds',
      'process_start_time_seconds',
      'nodejs_eventloop_lag_p99_seconds',
      'nodejs_gc_duration_seconds',
    ];
    expect([...read.keys()]).toEqual(expect.arrayContaining(names));
    expect([...read.keys()].filter((name) => /_active_|process_heap/.test(name))).toEqual([]);
  });

  test('two scrapes at once do not mix', async () => {
    const other = new FakeSource();
    other.counts.addCount(Counter.sendErrors, 5);
    const [none, five] = await Promise.all([scrapeText(new FakeSource()), scrapeText(other)]);
    expect(none).toContain('\nringzone_send_errors_total 0\n');
    expect(five).toContain('\nringzone_send_errors_total 5\n');
  });
});

test.each(Object.keys(Counter) as CounterName[])('the counter %s is told of', (name) => {
  // Each message is counted in these, and in the sizes by transport and family, which are told of.
  if (['Requestv4', 'Requestv6', 'ReqTCP', 'Response'].includes(name)) return;
  const source = new FakeSource();
  const before = ownSamples(source);
  source.counts.addCount(Counter[name], 12_345);
  expect(before).not.toContain('12345');
  expect(ownSamples(source)).toContain('12345');
});

describe('messages', () => {
  test('by transport and family, opcode, type and RCODE', async () => {
    const source = new FakeSource();
    const { counts } = source;
    for (const family of [4, 4, 6] as const) counts.addRequestSize(0, family, 50);
    counts.addRequestSize(1, 6, 50);
    counts.addOpcode(5);
    for (const type of [33, 33, 0, 257]) counts.addQtype(type);
    counts.addRcode(3);
    counts.addRcode(11);
    expect(await samplesOf(source, 'ringzone_requests_total')).toEqual({
      '{transport="udp",family="ipv4"}': 2,
      '{transport="udp",family="ipv6"}': 1,
      '{transport="tcp",family="ipv4"}': 0,
      '{transport="tcp",family="ipv6"}': 1,
    });
    expect(await samplesOf(source, 'ringzone_requests_by_opcode_total')).toMatchObject({
      '{opcode="UPDATE"}': 1,
      '{opcode="QUERY"}': 0,
    });
    expect(await samplesOf(source, 'ringzone_queries_total')).toEqual({ '{type="SRV"}': 2, '{type="other"}': 2 });
    const rcodes = await samplesOf(source, 'ringzone_responses_total');
    expect(rcodes).toMatchObject({ '{rcode="NXDOMAIN"}': 1, '{rcode="RESERVED11"}': 1, '{rcode="NOERROR"}': 0 });
    expect(Object.keys(rcodes)).not.toContain('{rcode="RESERVED12"}');
  });

  test('times are a histogram of seconds', async () => {
    const source = new FakeSource();
    source.counts.addDuration(0, 0.01, 3);
    source.counts.addDuration(0, 0.02, 2);
    source.counts.addDuration(0, 60_000, 1);
    const name = 'ringzone_answer_duration_seconds';
    const samples = await samplesOf(source, name);
    expect(samples).toMatchObject({
      '_bucket{transport="udp",le="0.000016"}': 3,
      '_bucket{transport="udp",le="0.000032"}': 5,
      '_bucket{transport="udp",le="1.048576"}': 5,
      '_bucket{transport="udp",le="+Inf"}': 6,
      '_count{transport="udp"}': 6,
      '_count{transport="tcp"}': 0,
    });
    expect(samples['_sum{transport="udp"}']).toBeCloseTo(60.000_07, 9);
  });

  test('sizes are histograms whose bounds are the last octet of a step', async () => {
    const source = new FakeSource();
    for (const octets of [63, 64, 1231, 1232, 5000]) source.counts.addResponseSize(0, 4, octets);
    source.counts.addResponseSize(0, 6, 1);
    expect(await samplesOf(source, 'ringzone_response_size_bytes')).toMatchObject({
      '_bucket{transport="udp",le="63"}': 2,
      '_bucket{transport="udp",le="127"}': 3,
      '_bucket{transport="udp",le="1231"}': 4,
      '_bucket{transport="udp",le="2047"}': 5,
      '_bucket{transport="udp",le="4095"}': 5,
      '_bucket{transport="udp",le="+Inf"}': 6,
      '_count{transport="udp"}': 6,
    });
  });
});

const nowSeconds = () => Math.floor(Date.now() / 1000);

/** A server with one secondary zone, whose version has the serial 7. */
function sourceOfSecondary(more: Partial<SecondaryZone>): FakeSource {
  const source = new FakeSource();
  const zone = zoneOf('s.test', { type: 'secondary' });
  source.zones = [zone];
  source.zoneFacts.published({ id: zone, serial: 7, reason: 'load' });
  source.found = secondaryOf('s.test', more);
  return source;
}

describe('zones', () => {
  test('are told by name, view and class, with what would end a label escaped', async () => {
    const source = new FakeSource();
    source.zones = [
      zoneOf('a.test'),
      zoneOf('a.test', { view: 1, viewName: 'in"\\side' }),
      zoneOf('ch.test', { class: Class.ch }),
      zoneOf('missing.test'),
    ];
    for (const [index, id] of source.zones.slice(0, 3).entries())
      source.zoneFacts.published({ id, serial: 4_294_967_295 - index, reason: 'load' });
    expect(await samplesOf(source, 'ringzone_zone_serial')).toEqual({
      '{zone="a.test"}': 4_294_967_295,
      '{zone="a.test",view="in\\"\\\\side"}': 4_294_967_294,
      '{zone="ch.test",class="CH"}': 4_294_967_293,
    });
    expect(await samplesOf(source, 'ringzone_zones')).toMatchObject({
      '{type="primary",state="served"}': 3,
      '{type="primary",state="unloaded"}': 1,
      '{type="secondary",state="expired"}': 0,
    });
    const loaded = Object.values(await samplesOf(source, 'ringzone_zone_loaded_time_seconds'));
    expect(loaded).toHaveLength(3);
    for (const seconds of loaded) expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(60);
  });

  test('an expired secondary has no serial', async () => {
    const source = sourceOfSecondary({ expiresAt: nowSeconds() - 5, isExpired: true, failures: 4 });
    expect(await samplesOf(source, 'ringzone_zone_serial')).toEqual({});
    expect(await samplesOf(source, 'ringzone_zone_refresh_failures')).toEqual({ '{zone="s.test"}': 4 });
    expect(await samplesOf(source, 'ringzone_zones')).toMatchObject({ '{type="secondary",state="expired"}': 1 });
  });

  // The whole time is the SOA's, 2400 s here.
  const soa = { refreshSeconds: 400, retrySeconds: 100, expireSeconds: 2400 };
  test.each([
    ['not while primaries answer', { left: 2000, failures: 0 }, false],
    ['where the last look was not answered', { left: 2000, failures: 1 }, true],
    ['where primaries answer and it grows old all the same', { left: 1000, failures: 0 }, true],
    ['where it has expired', { left: -10, failures: 3, isExpired: true }, true],
  ])('the expiry of a copy is told %s', async (_, { left, ...more }, isTold) => {
    const expiresAt = nowSeconds() + left;
    const source = sourceOfSecondary({ soa, expiresAt, ...more });
    const told = isTold ? { '{zone="s.test"}': expiresAt } : {};
    expect(await samplesOf(source, 'ringzone_zone_expiry_time_seconds')).toEqual(told);
  });

  test('the first expiry is that of served copies', async () => {
    expect(await samplesOf(new FakeSource(), 'ringzone_first_expiry_time_seconds')).toEqual({});
    const of = async (more: Partial<SecondaryZone>) =>
      (await samplesOf(sourceOfSecondary(more), 'ringzone_first_expiry_time_seconds'))[''];
    expect(await of({ expiresAt: 2_000_000_000 })).toBe(2_000_000_000);
    expect(await of({ expiresAt: 5, isExpired: true })).toBeUndefined();
    expect(await of({ expiresAt: 0 })).toBeUndefined();
  });

  test('what is known of zones is as new as the scrape', async () => {
    const source = sourceOfSecondary({ expiresAt: 0 });
    const serial = async () => (await samplesOf(source, 'ringzone_zone_serial'))['{zone="s.test"}'];
    expect(await serial()).toBe(7);
    const [zone] = source.zones;
    if (zone !== undefined) source.zoneFacts.published({ id: zone, serial: 8, reason: 'transfer' });
    expect(await serial()).toBe(8);
    // Another object where it was taken out of the configuration and came back.
    Object.assign(source.found ?? {}, { isGone: true });
    source.found = secondaryOf('s.test', { failures: 6 });
    expect(await samplesOf(source, 'ringzone_zone_refresh_failures')).toEqual({ '{zone="s.test"}': 6 });
    source.zones = [];
    expect(await serial()).toBeUndefined();
  });

  test.each(['primary', 'secondary'] as const)(
    'ten thousand, %s, come in small parts, in less than 2 MB',
    async (type) => {
      const source = new FakeSource();
      source.zones = Array.from({ length: 10_000 }, (_, i) => zoneOf(`customer${i}.phones.test`, { type }));
      source.found = secondaryOf('s.test', { soa, expiresAt: nowSeconds() + 2400 });
      for (const id of source.zones) source.zoneFacts.published({ id, serial: 2_026_112_301, reason: 'load' });
      const scrape = new Scrape(source);
      const { MetricsRegistry } = await import('../../../../src/control/metrics/metrics-registry.ts');
      const lengths: number[] = [];
      for await (const { length } of new MetricsRegistry().parts(scrape)) lengths.push(length);
      const total = lengths.reduce((sum, length) => sum + length, 0);
      expect(total).toBeGreaterThan(1_000_000);
      expect(total).toBeLessThan(2_000_000);
      // The first is prom-client's.
      expect(Math.max(...lengths.slice(1))).toBeLessThan(10_000);
    },
  );
});

test('targets are up, down or drained, and have their share', async () => {
  const source = fullSource();
  const at = (target: string) => `{zone="p.test",owner="_sip._udp.p.test",target="${target}",port="5060"}`;
  expect(await samplesOf(source, 'ringzone_target_up')).toEqual({
    [at('s1.p.test')]: 1,
    [at('s2.p.test')]: 0,
    [at('s3.p.test')]: 0,
  });
  expect(await samplesOf(source, 'ringzone_target_drained')).toEqual({ [at('s3.p.test')]: 1 });
  expect(await samplesOf(source, 'ringzone_srv_first_choice_total')).toEqual({
    [at('s1.p.test')]: 0,
    [at('s2.p.test')]: 10,
    [at('s3.p.test')]: 20,
  });
});

test('probes: what came of them, and how long answers took', async () => {
  expect(await samplesOf(new FakeSource(), 'ringzone_probes_total')).toEqual({});
  const source = fullSource();
  const by = (result: string) => `{result="${result}"}`;
  expect(await samplesOf(source, 'ringzone_probes_total')).toEqual({
    [by('alive')]: 9,
    [by('draining')]: 1,
    [by('failed')]: 7,
    [by('void')]: 2,
  });
  expect(await samplesOf(source, 'ringzone_probe_answer_seconds_total')).toEqual({ '': 0.25 });
  expect(await samplesOf(source, 'ringzone_probe_changes_total')).toEqual({ '': 3 });
  expect(await samplesOf(source, 'ringzone_probes_put_off_total')).toEqual({ '': 4 });
  expect(await samplesOf(source, 'ringzone_probes_under_way')).toEqual({ '': 1 });
  expect(await samplesOf(source, 'ringzone_probed_addresses')).toEqual({ '': 5 });
});

test('peers: who is heard, since when, and how often it was asked', async () => {
  const source = fullSource();
  const [two, three] = ['{peer="192.0.2.2#53"}', '{peer="192.0.2.3#53"}'];
  expect(await samplesOf(source, 'ringzone_peer_up')).toEqual({ [two]: 1, [three]: 0 });
  expect(await samplesOf(source, 'ringzone_peer_answer_timestamp_seconds')).toEqual({ [two]: 1_700_000_000.5 });
  expect(await samplesOf(source, 'ringzone_peer_questions_total')).toEqual({ [two]: 9, [three]: 8 });
  expect(await samplesOf(source, 'ringzone_peer_failures_total')).toEqual({ [two]: 1, [three]: 8 });
  expect(await samplesOf(source, 'ringzone_peer_opinions')).toEqual({ [two]: 4, [three]: 0 });
});

test('the server: workers, what was dropped, memory', async () => {
  const text = await scrapeText(new FakeSource());
  for (const line of [
    'ringzone_build_info{version="9.9.9",',
    'ringzone_workers{transport="udp"} 2',
    'ringzone_worker_replacements_total 4',
    'ringzone_log_dropped_total 5',
    'ringzone_dnstap_dropped_total 6',
    'ringzone_zones_refused 7',
    'ringzone_zone_memory_bytes 1000000',
    'ringzone_zone_memory_limit_bytes 4000000000',
    'ringzone_refreshes{state="waiting"} 2',
    // It has no zones.
    'ringzone_ready 0',
  ])
    expect(text).toContain(`\n${line}`);
});
