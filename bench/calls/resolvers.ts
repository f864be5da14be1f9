/**
 * A thousand phones behind 1, 5 and 50 caching resolvers. Each phone asks its resolver for each call; what a client of each kind would
 * make of the answer is counted, by windows of one TTL. All policies and numbers of resolvers run at the same time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Draws } from '../../src/base/draws.ts';
import { WireClient } from '../../src/cli/resolve/wire-client.ts';
import { isOfType } from '../../src/sip/location/dns-answer.ts';
import { orderRecords } from '../../src/sip/profiles/order-records.ts';
import type { Profile } from '../../src/sip/profiles/profile.ts';
import { findProfile } from '../../src/sip/profiles/table.ts';
import { findFreePort } from '../../test/interop/lib/free-port.ts';
import type { Judge } from '../../test/interop/lib/judge.ts';
import { type PolicyName, ringzoneWith } from './asked-server.ts';
import { writePhonesZone } from './phones-zone.ts';
import { Unbound } from './unbound.ts';

export const resolverPolicies: readonly PolicyName[] = ['zone', 'rfc2782', 'shape'];
export const resolverCounts = [1, 5, 50] as const;
/** One of each kind: by rank, by what comes first, by weight. */
export const resolverClients: readonly string[] = ['yealink', 'naive', 'rfc'];

/** Of one phone, on average. */
const callGapSeconds = 5;
const zoneName = 'rapidtech.phones';
const servers = [
  { host: 'sipserver1', address: '192.0.2.11', priority: 0, weight: 40 },
  { host: 'sipserver2', address: '192.0.2.12', priority: 0, weight: 60 },
  { host: 'sipserverbackup', address: '192.0.2.13', priority: 1, weight: 5 },
];
export const serverNames: readonly string[] = servers.map(({ host }) => host);
export const wantedShares: readonly number[] = [0.4, 0.6, 0];

export interface ResolverSettings {
  readonly ttlSeconds: number;
  readonly seconds: number;
  readonly phones: number;
  /** Whether the resolvers turn records round, which is unbound's default. */
  readonly rotates: boolean;
  readonly seed: number;
  readonly folder: string;
  note(text: string): void;
}

export interface ResolverSeries {
  readonly policy: PolicyName;
  readonly resolvers: number;
  readonly client: string;
  /** By window of one TTL, by server: calls that try it first. */
  readonly windows: readonly (readonly number[])[];
}

export interface ResolverRun {
  readonly ttlSeconds: number;
  readonly seconds: number;
  readonly phones: number;
  readonly rotates: boolean;
  readonly seed: number;
  readonly calls: number;
  readonly failures: number;
  /** KiB, of one unbound. */
  readonly resolverMemory: number;
  readonly series: readonly ResolverSeries[];
}

export async function measureResolvers(settings: ResolverSettings): Promise<ResolverRun> {
  const { ttlSeconds, seconds, phones, rotates, seed, folder, note } = settings;
  const zone = writePhonesZone(folder, { name: zoneName, servers, port: 5060, ttlSeconds });
  const judges: Judge[] = [];
  const unbounds: Unbound[] = [];
  const groups: PhoneGroup[] = [];
  try {
    let network = 0;
    for (const policy of resolverPolicies) {
      const judge = await ringzoneWith(policy).start([zone]);
      if (judge === undefined) throw new Error('Ringzone did not start');
      judges.push(judge);
      for (const count of resolverCounts) {
        note(`${policy}: starting ${count} resolvers`);
        const started = await startResolvers(count, ++network, judge.port, settings);
        unbounds.push(...started);
        groups.push(new PhoneGroup(policy, started, settings));
      }
    }
    const startMs = performance.now();
    const playing = groups.map((group, index) => group.play(startMs, new Draws(Int32Array.of(seed, index + 1, 3, 4))));
    await Promise.all(playing);
    const [calls, failures] = [groups, groups].map((all, index) =>
      all.reduce((sum, group) => sum + (index === 0 ? group.calls : group.failures), 0),
    ) as [number, number];
    const resolverMemory = unbounds[0]?.readMemory() ?? 0;
    return {
      ttlSeconds,
      seconds,
      phones,
      rotates,
      seed,
      calls,
      failures,
      resolverMemory,
      series: groups.flatMap((group) => group.series),
    };
  } finally {
    for (const group of groups) group.close();
    await Promise.all(unbounds.map((unbound) => unbound.stop()));
    await Promise.all(judges.map((judge) => judge.stop()));
  }
}

/** On 127.40.NETWORK.1 and on. */
async function startResolvers(
  count: number,
  network: number,
  authorityPort: number,
  { rotates, folder }: ResolverSettings,
): Promise<Unbound[]> {
  const port = await findFreePort();
  const starting = Array.from({ length: count }, (_, index) => {
    const listen = { address: `127.40.${network}.${index + 1}`, port };
    return Unbound.start({ listen, zone: zoneName, authority: `127.0.0.1@${authorityPort}`, rotates, folder });
  });
  const started = (await Promise.all(starting)).filter((unbound) => unbound !== undefined);
  if (started.length < count) throw new Error('unbound is not installed');
  return started;
}

/** The phones behind the resolvers of one policy. */
class PhoneGroup {
  calls = 0;
  failures = 0;
  readonly series: readonly (ResolverSeries & { readonly windows: number[][] })[];
  private readonly clients: readonly WireClient[];
  private readonly profiles: readonly Profile[];
  private readonly settings: ResolverSettings;

  constructor(policy: PolicyName, resolvers: readonly Unbound[], settings: ResolverSettings) {
    this.settings = settings;
    this.clients = resolvers.map(({ listen: { address, port } }) => new WireClient({ address, port, family: 4 }));
    this.profiles = resolverClients.map((name) => findProfile(name) as Profile);
    const windowCount = Math.floor(settings.seconds / settings.ttlSeconds);
    this.series = resolverClients.map((client) => ({
      policy,
      resolvers: resolvers.length,
      client,
      windows: Array.from({ length: windowCount }, () => servers.map(() => 0)),
    }));
  }

  /** Calls at random moments, each by a random phone. */
  async play(startMs: number, draws: Draws): Promise<void> {
    const { seconds, phones } = this.settings;
    const gapMs = (1000 * callGapSeconds) / phones;
    const waiting: Promise<void>[] = [];
    let dueMs = 0;
    for (;;) {
      dueMs -= gapMs * Math.log(1 - draws.fraction());
      if (dueMs >= 1000 * seconds) break;
      const waitMs = startMs + dueMs - performance.now();
      if (waitMs > 1) await sleep(waitMs);
      waiting.push(this.call(draws.below(phones), startMs, draws));
    }
    await Promise.all(waiting);
  }

  close(): void {
    for (const client of this.clients) client.close();
  }

  private async call(phone: number, startMs: number, draws: Draws): Promise<void> {
    const client = this.clients[phone % this.clients.length] as WireClient;
    const atMs = performance.now() - startMs;
    const answer = await client.ask({ name: `_sip._udp.${zoneName}`, type: 'SRV', decides: true }, undefined);
    this.calls++;
    const records = answer.answers.filter(isOfType('SRV'));
    if (records.length === 0) {
      this.failures++;
      return;
    }
    this.profiles.forEach((profile, index) => {
      const first = orderRecords(records, profile, phone, draws)[0];
      const server = serverNames.indexOf(first?.target.split('.')[0] ?? '');
      const counts = this.series[index]?.windows[Math.floor(atMs / (1000 * this.settings.ttlSeconds))];
      if (counts !== undefined && server >= 0) counts[server] = (counts[server] ?? 0) + 1;
    });
  }
}
