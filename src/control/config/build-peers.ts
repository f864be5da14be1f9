/** Other Ringzones that this one agrees with: `peers`, and what `health: { agree: N }` says about how many. */

import type { ListenAddress } from '../../plane/messages.ts';
import type { Interfaces } from '../../plane/sockets/host-interfaces.ts';
import { formatAddress, formatListenAddress, isWildcard, parseAddress } from '../../plane/sockets/socket-address.ts';
import type { RemoteBuilder } from './build-remotes.ts';
import type { PeerConfig, Remote } from './config.ts';
import { defaultListen } from './defaults.ts';
import type { Report } from './report.ts';
import type { ParsedConfig } from './schema.ts';
import type { Path } from './yaml-source.ts';

export interface PeerParts {
  readonly remotes: RemoteBuilder;
  readonly interfaces: Interfaces;
  readonly report: Report;
}

/** The peers that can be had, each once. Complains of `agree` too where there are not enough of them. */
export function buildPeers(parsed: ParsedConfig, parts: PeerParts): readonly PeerConfig[] {
  const peers: PeerConfig[] = [];
  const written = writtenPeers(parsed);
  for (const { item, path } of written) {
    for (const remote of parts.remotes.list(item, path)) {
      const peer = buildPeer(remote, path, parsed.listen ?? defaultListen(), parts);
      if (peer === undefined) continue;
      const text = peerText(peer);
      if (peers.some((other) => peerText(other) === text)) {
        parts.report('error', 'CF16', `peer ${text} is given twice`, path, 'value');
      } else peers.push(peer);
    }
  }
  // One with a fault of its own is told of there.
  checkAgree(parsed, 1 + Math.max(peers.length, written.length), parts.report);
  return peers;
}

function writtenPeers({ peers }: ParsedConfig): readonly { readonly item: unknown; readonly path: Path }[] {
  if (peers === undefined) return [];
  return Array.isArray(peers)
    ? peers.map((item: unknown, index) => ({ item, path: ['peers', index] }))
    : [{ item: peers, path: ['peers'] }];
}

function buildPeer(
  remote: Remote,
  path: Path,
  listen: readonly ListenAddress[],
  { interfaces, report }: PeerParts,
): PeerConfig | undefined {
  const { address, port, key, tls } = remote;
  const text = peerText(remote);
  if (tls !== undefined) {
    const hint = 'remove tls: what peers say is signed, and no secret';
    report('error', 'CF28', `peer ${text} has tls: peers are asked over UDP and TCP`, path, 'value', hint);
    return undefined;
  }
  if (isOwnAddress(remote, listen, interfaces)) {
    const hint = 'name the other servers only; this one has its own opinion already';
    report('error', 'CF28', `peer ${text} is this server itself`, path, 'value', hint);
    return undefined;
  }
  if (key === undefined) {
    const hint = `write { address: ${address}, key: NAME }, with a key under keys that both servers have`;
    report('error', 'CF09', `peer ${text} has no key: what peers say must be signed`, path, 'value', hint);
    return undefined;
  }
  return { address, port, key };
}

function isOwnAddress({ address, port }: Remote, listen: readonly ListenAddress[], interfaces: Interfaces): boolean {
  const local = Object.values(interfaces).flatMap((of) => (of ?? []).map((each) => canonical(each.address)));
  return listen.some((place) => {
    if (place.port !== port) return false;
    return isWildcard(place) ? local.includes(canonical(address)) : canonical(place.address) === canonical(address);
  });
}

function canonical(address: string): string {
  const octets = parseAddress(address);
  return octets === undefined ? address : formatAddress(octets);
}

function peerText({ address, port }: Pick<Remote, 'address' | 'port'>): string {
  return formatListenAddress({ family: address.includes(':') ? 6 : 4, address: canonical(address), port });
}

/** `serverCount`: this one and its peers. */
function checkAgree(parsed: ParsedConfig, serverCount: number, report: Report): void {
  for (const { agree, path } of agreeIn(parsed, [])) {
    if (agree <= serverCount) continue;
    if (serverCount === 1) {
      const hint = 'add peers: [{ address: 192.0.2.2, key: NAME }], or remove it: this server then decides alone';
      report('error', 'CF28', `agree: ${agree}, and there are no peers to agree with`, path, 'value', hint);
    } else {
      const message = `agree: ${agree} of ${serverCount} servers: nothing would ever be taken out`;
      const hint = `there are ${serverCount} servers: this one, and ${serverCount - 1} under peers`;
      report('error', 'CF28', message, path, 'value', hint);
    }
  }
}

/** Maps whose values may have `health`, by their keys. */
const below = ['views', 'zones', 'catalogs', 'groups', 'owners'];

/** All places below one that say `agree`. The shape has been checked. */
function* agreeIn(settings: unknown, path: Path): Generator<{ readonly agree: number; readonly path: Path }> {
  if (!isRecord(settings)) return;
  const { health, members } = settings;
  if (isRecord(health) && typeof health.agree === 'number')
    yield { agree: health.agree, path: [...path, 'health', 'agree'] };
  yield* agreeIn(members, [...path, 'members']);
  for (const key of below) {
    const map = settings[key];
    if (!isRecord(map)) continue;
    for (const [name, each] of Object.entries(map)) yield* agreeIn(each, [...path, key, name]);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
