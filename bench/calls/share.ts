/**
 * How near the share of each server comes to the zone's weights: each client of `ringzone resolve` against each server, one answer a
 * call. All clients that ask in the same way share a call's answer.
 */
import type { DnsClient } from '../../src/cli/resolve/dns-client.ts';
import { Dns2Client } from '../../src/cli/resolve/dns2-client.ts';
import { type ServerShare, sharesOf, worstErrorPoints } from '../../src/cli/resolve/report/shares.ts';
import { parseResolveRequest, type ResolveRequest } from '../../src/cli/resolve/resolve-request.ts';
import { type RunResult, runCalls } from '../../src/cli/resolve/run-calls.ts';
import { type AskedServer, bind, ringzoneWith } from './asked-server.ts';
import { ManyAddressesClient } from './many-addresses-client.ts';
import { fiveExpected, howToWeights, howToZone, writeFiveZone } from './phones-zone.ts';

export const shareClients: readonly string[] = ['yealink', 'cisco', 'naive', 'rfc', 'sofia', 'snom', 'pjsip'];

export interface ShareSettings {
  readonly calls: number;
  readonly seed: number;
  readonly clients: readonly string[];
  readonly folder: string;
  note(text: string): void;
}

export interface ShareRun {
  readonly server: string;
  readonly zone: string;
  readonly request: ResolveRequest;
  readonly run: RunResult;
}

/** BIND and each policy, with the how-to's zone; the policies that go by weights with five servers too. */
export async function measureShares(settings: ShareSettings): Promise<ShareRun[]> {
  const all = [bind, ...(['zone', 'cyclic', 'rfc2782', 'shape', 'sticky'] as const).map((name) => ringzoneWith(name))];
  const five = writeFiveZone(settings.folder);
  const runs: ShareRun[] = [];
  for (const server of all) {
    const judge = await server.start([howToZone, five]);
    if (judge === undefined) continue;
    try {
      runs.push(await playZone(server, judge.port, howToZone.name, howToWeights, settings));
      runs.push(await playZone(server, judge.port, five.name, fiveExpected, settings));
    } finally {
      await judge.stop();
    }
  }
  return runs;
}

export async function playZone(
  server: AskedServer,
  port: number,
  zone: string,
  expect: readonly string[],
  { calls, seed, clients, note }: ShareSettings,
): Promise<ShareRun> {
  const request = parseResolveRequest(zone, {
    server: `127.0.0.1:${port}`,
    as: clients.join(','),
    calls: String(calls),
    seed: String(seed),
    expect,
  });
  // Whoever asks from one address is always sent to the same server.
  const client: DnsClient =
    server.name === 'sticky' ? new ManyAddressesClient(port, seed) : new Dns2Client(request.server);
  try {
    const run = await runCalls(request, client, (done) => {
      if (done % 500 === 0) note(`${server.name} ${zone}: ${done} of ${calls} calls`);
    });
    if (run.failures > 0) throw new Error(`${server.name}: ${run.failures} questions failed: ${run.firstFailure}`);
    return { server: server.name, zone, request, run };
  } finally {
    client.close();
  }
}

export interface ClientShare {
  readonly client: string;
  readonly server: string;
  readonly zone: string;
  readonly shares: readonly ServerShare[];
  /** The largest of its servers' errors, in percentage points. */
  readonly worstPoints: number;
}

export function listShares(runs: readonly ShareRun[]): ClientShare[] {
  return runs.flatMap(({ server, zone, request, run }) =>
    run.results.map((result) => {
      const shares = sharesOf(result, request.expected);
      const worstPoints = worstErrorPoints(shares) ?? Number.NaN;
      return { client: result.profile.name, server, zone, shares, worstPoints };
    }),
  );
}

export const goalPoints = 2;

/** What misses the goal: under `shape`, with the how-to's zone. */
export function missesOf(shares: readonly ClientShare[]): ClientShare[] {
  return shares.filter(({ server, worstPoints }) => server === 'shape' && !(worstPoints <= goalPoints));
}

/** One line a client, one column a server. */
export function formatShares(all: readonly ClientShare[], zone: string): string {
  const shares = all.filter((share) => share.zone === zone);
  const servers = [...new Set(shares.map(({ server }) => server))];
  const clients = [...new Set(shares.map(({ client }) => client))];
  const head = ['client'.padEnd(12), ...servers.map((server) => server.padStart(9))].join('');
  const lines = clients.map((client) => {
    const cells = servers.map((server) => {
      const found = shares.find((share) => share.client === client && share.server === server);
      return (found?.worstPoints.toFixed(1) ?? '-').padStart(9);
    });
    return [client.padEnd(12), ...cells].join('');
  });
  return [head, ...lines].join('\n');
}
