/** BIND's `localhost` and `localnets`: the addresses of this host's interfaces, and the networks that they are in. */
import type { Interfaces } from '../../plane/sockets/host-interfaces.ts';
import { parseAddress } from '../../plane/sockets/socket-address.ts';
import { maskOctets, type Prefix } from './access-element.ts';

export function localAddresses(interfaces: Interfaces): readonly Prefix[] {
  return addressesOf(interfaces).map(({ octets }) => prefixOf(octets, octets.length * 8));
}

export function localNetworks(interfaces: Interfaces): readonly Prefix[] {
  return addressesOf(interfaces).map(({ octets, bits }) => prefixOf(maskOctets(octets, bits), bits));
}

function addressesOf(interfaces: Interfaces): readonly { readonly octets: Uint8Array; readonly bits: number }[] {
  return Object.values(interfaces).flatMap((infos = []) =>
    infos.flatMap(({ address, cidr }) => {
      const octets = parseAddress(address);
      const bits = Number(cidr?.split('/')[1] ?? Number.NaN);
      // A point-to-point interface may have no network of its own.
      return octets === undefined
        ? []
        : [{ octets, bits: Number.isInteger(bits) && bits > 0 ? bits : octets.length * 8 }];
    }),
  );
}

function prefixOf(octets: Uint8Array, bits: number): Prefix {
  return { kind: 'prefix', family: octets.length === 4 ? 4 : 6, octets, bits };
}
