/** From options to a plan. All that is wrong is told, not the first only. */
import { err, ok, type Result } from '../../base/result.ts';
import { parseListen, ValueProblem } from '../../control/config/values.ts';
import type { ListenAddress } from '../../plane/messages.ts';
import { guessNameServer } from './guess-address.ts';
import { type Host, type InitOptions, type InitPlan, type SipServer, type Transport, transports } from './init-plan.ts';
import { parseDomain } from './parse-domain.ts';
import { parseNameServer, parseServer } from './parse-server.ts';

export const defaultTransports = 'udp,tcp';
export const defaultListen = '127.0.0.1:5300';

/** Understand the options; the errors are sentences, each with its hint. */
export function parsePlan(options: InitOptions): Result<InitPlan, readonly string[]> {
  const problems: string[] = [];
  const keep = <T>(option: string, result: Result<T, string>): T[] => {
    if (result.ok) return [result.value];
    problems.push(`${option}: ${result.error}`);
    return [];
  };
  const [domain] = keep('--domain', parseDomain(options.domain ?? ''));
  // Names are read against it.
  if (domain === undefined) return err(problems);
  const servers = (options.server ?? []).flatMap((text, index) =>
    keep('--server', parseServer(text, domain, `sip${index + 1}`)),
  );
  const backups = (options.backup ?? []).flatMap((text, index) =>
    keep('--backup', parseServer(text, domain, index === 0 ? 'backup' : `backup${index + 1}`)),
  );
  const listen = (options.listen ?? [defaultListen]).flatMap((text) => keep('--listen', parseListenOption(text)));
  const nameServers = (options.ns ?? []).flatMap((text, index) =>
    keep('--ns', parseNameServer(text, domain, `ns${index + 1}`)),
  );
  const chosen = keep('--transport', parseTransports(options.transport ?? defaultTransports)).flat();
  for (const [option, group] of [['--server', servers] as const, ['--backup', backups] as const]) {
    const problem = weightProblem(group);
    if (problem !== undefined) problems.push(`${option}: ${problem}`);
  }
  problems.push(...givenTwice([...servers, ...backups]));
  if (problems.length > 0) return err(problems);
  return ok({
    domain,
    servers,
    backups,
    transports: chosen,
    hasNaptr: options.naptr ?? false,
    nameServers: nameServers.length > 0 ? nameServers : [guessNameServer(listen)],
    listen,
  });
}

export function parseListenOption(text: string): Result<ListenAddress, string> {
  const parsed = parseListen(text.trim());
  if (!(parsed instanceof ValueProblem)) return ok(parsed);
  return err(`${parsed.message}${parsed.hint === undefined ? '' : `\nhint: ${parsed.hint}`}`);
}

/** `udp,tcp,tls` in any order, each once. */
export function parseTransports(text: string): Result<readonly Transport[], string> {
  const words = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  const unknown = words.find((word) => !transports.some((transport) => transport === word));
  if (unknown === undefined && words.length > 0) return ok(transports.filter((word) => words.includes(word)));
  const what = unknown === undefined ? 'no transport is given' : `${JSON.stringify(unknown)} is not a transport`;
  return err(`${what}\nhint: write udp, tcp or tls, several with commas: udp,tcp,tls`);
}

/** Weights are shares: of some servers only, or all 0, they say nothing. */
export function weightProblem(servers: readonly Pick<SipServer, 'weight'>[]): string | undefined {
  const weights = servers.flatMap(({ weight }) => weight ?? []);
  if (servers.length < 2 || weights.length === 0) return undefined;
  if (weights.length < servers.length) {
    return 'some servers have a weight and others none\nhint: give each its share: weight 40, weight 60';
  }
  if (weights.some((weight) => weight > 0)) return undefined;
  return 'all weights are 0, so nobody has a share\nhint: for equal shares leave the weights out';
}

/** The errors, each with its hint. */
export function givenTwice(servers: readonly SipServer[]): string[] {
  const key = ({ name, port }: SipServer) => `${name} ${port ?? ''}`;
  const doubled = servers.filter((server, index) => servers.findIndex((other) => key(other) === key(server)) < index);
  return doubled.map(({ name }) => `server ${name} is given twice\nhint: a server that is there twice is one server`);
}

/** Each name of the zone once, with all its addresses; names of others have none. */
export function hostsOf({ nameServers, servers, backups }: InitPlan): Host[] {
  const hosts = new Map<string, Set<string>>();
  for (const { name, addresses } of [...nameServers, ...servers, ...backups]) {
    if (addresses.length === 0) continue;
    const known = hosts.get(name) ?? new Set();
    for (const address of addresses) known.add(address);
    hosts.set(name, known);
  }
  return [...hosts].map(([name, addresses]) => ({ name, addresses: [...addresses] }));
}
