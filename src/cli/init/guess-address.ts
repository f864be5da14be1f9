/** The address at which this host may be reached, as far as it can tell by itself. */
import type { ListenAddress } from '../../plane/messages.ts';
import { hostInterfaces } from '../../plane/sockets/host-interfaces.ts';
import type { Host } from './init-plan.ts';

const loopback = '127.0.0.1';

/** ns1 with what is listened on, or else with one IPv4 and one IPv6 address of this host. */
export function guessNameServer(listen: readonly ListenAddress[]): Host {
  const named = listen
    .map(({ address }) => address)
    .filter((address) => !/^(127\.|0\.0\.0\.0$|[:0]+1?$)/.test(address));
  return { name: 'ns1', addresses: named.length > 0 ? [...new Set(named)] : guessAddresses() };
}

/** At least one; without a network it is the loopback address. */
export function guessAddresses(): string[] {
  const all = Object.values(hostInterfaces()).flatMap((addresses) => addresses ?? []);
  const usable = all.filter(({ internal, address }) => !internal && !/^(fe[89ab]|169\.254\.)/i.test(address));
  const found = (['IPv4', 'IPv6'] as const).flatMap(
    (family) => usable.find((address) => address.family === family)?.address ?? [],
  );
  return found.length > 0 ? found : [loopback];
}
