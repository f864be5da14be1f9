/** Whom to tell of a change: the servers of the NS set but the primary of the SOA, and `also-notify` (RFC 1996 §2.1, §3.4). */
import { Resolver } from 'node:dns/promises';
import type { ListenAddress } from '../../plane/messages.ts';
import { hostInterfaces } from '../../plane/sockets/host-interfaces.ts';
import { isWildcard } from '../../plane/sockets/socket-address.ts';
import { formatName, type WireName } from '../../wire/name.ts';
import type { Remote, ZoneConfig } from '../config/config.ts';
import type { ServedZones } from './served-zones.ts';

const dnsPort = 53;

/** Whether the mode asks the NS set, and whether anybody. */
export function notifiesServers({ notify, type }: Pick<ZoneConfig, 'notify' | 'type'>): boolean {
  return notify === 'yes' || (notify === 'primary-only' && type === 'primary');
}

export function notifiesAnybody(config: Pick<ZoneConfig, 'notify' | 'type'>): boolean {
  return notifiesServers(config) || config.notify === 'explicit';
}

/** Finds the addresses of servers: in our own zones, else by the system's resolver. */
export class ServerFinder {
  private readonly zones: ServedZones;
  private readonly resolver = new Resolver({ timeout: 3000, tries: 2 });

  constructor(zones: ServedZones) {
    this.zones = zones;
  }

  /** Names that have no address are passed over. */
  async find(view: number, zoneClass: number, servers: readonly WireName[]): Promise<readonly Remote[]> {
    const found = await Promise.all(
      servers.map(async (name) => this.zones.readAddresses(view, zoneClass, name) ?? (await this.askSystem(name))),
    );
    return found.flat().map((address) => ({ address, port: dnsPort, key: undefined, tls: undefined }));
  }

  stop(): void {
    this.resolver.cancel();
  }

  private async askSystem(name: WireName): Promise<readonly string[]> {
    const text = formatName(name);
    // A server that is not found gets no notice; its refresh timer is the net below (RFC 1996 §1.4).
    const found = await Promise.allSettled([this.resolver.resolve4(text), this.resolver.resolve6(text)]);
    return found.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  }
}

/** Whether it is this server itself, as far as the host tells its addresses. */
export function isOwnAddress({ address, port }: Remote, own: readonly ListenAddress[]): boolean {
  const samePort = own.filter((listen) => listen.port === port);
  if (samePort.some((listen) => listen.address === address)) return true;
  const family = address.includes(':') ? 6 : 4;
  if (!samePort.some((listen) => isWildcard(listen) && listen.family === family)) return false;
  return Object.values(hostInterfaces()).some((list) => list?.some((place) => place.address === address));
}

/** Each address and port once; an entry with a key or TLS, which the operator has written, stands for one without. */
export function distinctRemotes(remotes: readonly Remote[]): readonly Remote[] {
  const byPlace = new Map<string, Remote>();
  for (const remote of remotes) {
    const place = `${remote.address}#${remote.port}`;
    const known = byPlace.get(place);
    if (known === undefined || (known.key === undefined && known.tls === undefined)) byPlace.set(place, remote);
  }
  return [...byPlace.values()];
}
