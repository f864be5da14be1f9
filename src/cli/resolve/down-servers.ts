/** `--down HOST[:PORT]`: servers that are to be taken for dead. */
import type { DeadServers } from '../../sip/calls/play-call.ts';
import type { Candidate } from '../../sip/location/locate.ts';
import { formatHost, isHostProblem, parseHost } from '../../sip/target/host.ts';
import { UsageProblem } from '../zone-arguments.ts';

export interface DownServer {
  /** As `formatHost` gives it. */
  readonly host: string;
  readonly port: number | undefined;
  readonly text: string;
}

export function parseDown(text: string): DownServer {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(text);
  const host = parseHost(match?.[1] ?? text);
  const port = match?.[2] === undefined ? undefined : Number(match[2]);
  if (isHostProblem(host)) throw new UsageProblem(`error: --down: ${host.why}\nhint: ${host.hint}`);
  if (port !== undefined && (port < 1 || port > 65_535)) {
    throw new UsageProblem(
      `error: --down: ${JSON.stringify(text)} has no port from 1 to 65535\nhint: --down sip1.example.com:5060`,
    );
  }
  return { host: formatHost(host), port, text };
}

export function deadServers(servers: readonly DownServer[]): DeadServers {
  return (candidate, address) => servers.some((server) => isServer(server, candidate, address));
}

/** Those that none of the candidates is: a slip of the pen, most likely. */
export function unmetServers(servers: readonly DownServer[], candidates: readonly Candidate[]): DownServer[] {
  return servers.filter(
    (server) =>
      !candidates.some((candidate) => candidate.addresses.some((address) => isServer(server, candidate, address))),
  );
}

function isServer(server: DownServer, candidate: Candidate, address: string): boolean {
  if (server.port !== undefined && server.port !== candidate.port) return false;
  return isHost(server.host, candidate.host) || server.host === address || server.host === `[${address}]`;
}

/** The whole name, or its first label alone. */
function isHost(written: string, host: string): boolean {
  const lowered = host.toLowerCase();
  return lowered === written || (!written.includes('.') && lowered.startsWith(`${written}.`));
}
