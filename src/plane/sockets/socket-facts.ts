/** What a descriptor is that somebody else has opened: nothing is believed of it but what the kernel says. */
import { u16At } from '../../base/octets.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Libc, NativeMemory } from '../libc.ts';
import type { ListenAddress } from '../messages.ts';
import { formatAddress } from './socket-address.ts';
import { Domain, Ipv6Option, Level, Protocol, SocketOption, SocketType, socketAddressOctets } from './socket-layout.ts';
import { SocketOptions } from './socket-options.ts';

export interface SocketFacts {
  readonly transport: 'udp' | 'tcp';
  readonly address: ListenAddress;
}

/** Who is at the other end of a Unix socket. */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
}

export class SocketInspector {
  private readonly libc: Libc;
  private readonly address: NativeMemory;
  private readonly length: NativeMemory;
  private readonly options: SocketOptions;
  private readonly credentials: NativeMemory;

  constructor(libc: Libc) {
    this.libc = libc;
    this.address = libc.allocate(socketAddressOctets);
    this.length = libc.allocate(4);
    this.options = new SocketOptions(libc);
    this.credentials = libc.allocate(12);
  }

  /** A UDP socket, or a TCP socket that listens, bound to an address; else what it is, for people. */
  inspect(fd: number): Result<SocketFacts, string> {
    const type = this.options.get(fd, Level.socket, SocketOption.type);
    if (type === undefined) return err('it is no socket');
    const domain = this.options.get(fd, Level.socket, SocketOption.domain);
    if (domain !== Domain.inet && domain !== Domain.inet6) return err('it is no socket of IPv4 or IPv6');
    const protocol = this.options.get(fd, Level.socket, SocketOption.protocol);
    const isUdp = type === SocketType.datagram && protocol === Protocol.udp;
    const isTcp = type === SocketType.stream && protocol === Protocol.tcp;
    if (!isUdp && !isTcp) return err('it is neither UDP nor TCP');
    if (isTcp && this.options.get(fd, Level.socket, SocketOption.isListening) !== 1) return err('it does not listen');
    const address = this.localAddress(fd);
    if (address === undefined || address.port === 0) return err('it is bound to no port');
    // Clients of IPv4 would have addresses of IPv6, which no access list knows.
    if (domain === Domain.inet6 && this.options.get(fd, Level.ipv6, Ipv6Option.v6Only) !== 1) {
      return err('it takes IPv4 and IPv6 at once: with systemd set BindIPv6Only=ipv6-only');
    }
    return ok({ transport: isUdp ? 'udp' : 'tcp', address });
  }

  /** `undefined`: the kernel doesn't say. */
  peerOf(fd: number): PeerCredentials | undefined {
    const { libc, credentials, length } = this;
    if (libc.getOption(fd, Level.socket, SocketOption.peerCredentials, credentials, length) < 0) return undefined;
    // struct ucred: pid, uid, gid. Who is outside of our namespace has no pid here, or nobody's uid.
    const view = new DataView(credentials.octets.buffer);
    return { pid: view.getInt32(0, true), uid: view.getUint32(4, true) };
  }

  private localAddress(fd: number): ListenAddress | undefined {
    const { octets } = this.address;
    if (this.libc.localAddress(fd, this.address, this.length) < 0) return undefined;
    const isIpv4 = octets[0] === Domain.inet;
    const port = u16At(octets, 2);
    if (isIpv4) return { family: 4, address: formatAddress(octets.slice(4, 8)), port };
    return { family: 6, address: formatAddress(octets.slice(8, 24)), port };
  }
}
