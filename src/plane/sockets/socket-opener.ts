/** Opens sockets through libc, with the options that a DNS server needs. For main. */
import { u16At } from '../../base/octets.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Libc, NativeMemory } from '../libc.ts';
import type { ListenAddress } from '../messages.ts';
import { hostInterfaces } from './host-interfaces.ts';
import { type ListenError, listenError } from './listen-error.ts';
import { isWildcard, writeSocketAddress } from './socket-address.ts';
import type { SocketFacts } from './socket-facts.ts';
import {
  closeOnExecFlag,
  Domain,
  Errno,
  FileControl,
  IpOption,
  Ipv6Option,
  Level,
  pathMtuOmit,
  SocketOption,
  SocketType,
  socketAddressOctets,
} from './socket-layout.ts';
import { SocketOptions } from './socket-options.ts';

/** A blocked worker wakes this often to look at the control words. */
export const receiveTimeoutMs = 200;
/** Room for some thousand questions while a worker is busy; the system may give less (net.core.rmem_max). */
export const socketBufferOctets = 4_194_304;
/** As Node's own; the system bounds it (net.core.somaxconn). */
const listenBacklog = 511;

export class SocketOpener {
  private readonly libc: Libc;
  private readonly address: NativeMemory;
  private readonly addressLength: NativeMemory;
  private readonly options: SocketOptions;
  private readonly timeval: NativeMemory;

  constructor(libc: Libc) {
    this.libc = libc;
    this.address = libc.allocate(socketAddressOctets);
    this.addressLength = libc.allocate(4);
    this.options = new SocketOptions(libc);
    this.timeval = libc.allocate(16);
  }

  /** Errors of binding each transport alone, without SO_REUSEPORT; nothing stays open. */
  probe(address: ListenAddress, transports: readonly ('udp' | 'tcp')[]): ListenError[] {
    return transports.flatMap((transport) => {
      const opened = this.openBound(address, transport, false);
      if (!opened.ok) return [opened.error];
      this.close(opened.value);
      return [];
    });
  }

  /** A bound socket, one of several on the address. TCP: listening and non-blocking. */
  open(address: ListenAddress, transport: 'udp' | 'tcp'): Result<number, ListenError> {
    const opened = this.openBound(address, transport, true);
    if (!opened.ok) return opened;
    const fd = opened.value;
    if (transport === 'udp') this.setUp(fd, address);
    else if (this.libc.listen(fd, listenBacklog) < 0) return this.fail(address, transport, fd);
    return opened;
  }

  /** Make a socket that another has opened what `open` would have made of it. */
  adopt(fd: number, { address, transport }: SocketFacts): void {
    this.libc.control(fd, FileControl.setDescriptorFlags, closeOnExecFlag);
    // The flag is the socket's, not the descriptor's: workers block in recvmmsg, and Node does not in accept.
    const flags = this.libc.control(fd, FileControl.getFlags, 0);
    const isUdp = transport === 'udp';
    const wanted = isUdp ? flags & ~SocketType.nonBlocking : flags | SocketType.nonBlocking;
    this.libc.control(fd, FileControl.setFlags, wanted);
    if (isUdp) this.setUp(fd, address);
  }

  portOf(fd: number): number {
    this.libc.localAddress(fd, this.address, this.addressLength);
    return u16At(this.address.octets, 2);
  }

  /** Throws when the process has no descriptor left: then a worker can't be started. */
  duplicate(fd: number): number {
    const duplicate = this.libc.duplicate(fd);
    if (duplicate < 0) throw new Error(`cannot duplicate a socket: ${this.libc.describeError(this.libc.errno())}`);
    return duplicate;
  }

  close(fd: number): void {
    this.libc.close(fd);
  }

  private openBound(address: ListenAddress, transport: 'udp' | 'tcp', shared: boolean): Result<number, ListenError> {
    const domain = address.family === 4 ? Domain.inet : Domain.inet6;
    const type = transport === 'udp' ? SocketType.datagram : SocketType.stream | SocketType.nonBlocking;
    const fd = this.libc.socket(domain, type | SocketType.closeOnExec, 0);
    if (fd < 0) return this.fail(address, transport, fd);
    // Connections in TIME_WAIT must not keep a restarted server away; a listener still does.
    if (transport === 'tcp') this.options.set(fd, Level.socket, SocketOption.reuseAddress, 1);
    if (shared) this.options.set(fd, Level.socket, SocketOption.reusePort, 1);
    // [::] is IPv6 alone; IPv4 is listened on by its own addresses, so that a client's address never reads ::ffff:192.0.2.1.
    if (address.family === 6) this.options.set(fd, Level.ipv6, Ipv6Option.v6Only, 1);
    const octets = writeSocketAddress(this.address.octets, address, scopeIdOf(address.address));
    if (this.libc.bind(fd, this.address, octets) < 0) return this.fail(address, transport, fd);
    return ok(fd);
  }

  /** UDP options that are good to have; a system that refuses one still serves. */
  private setUp(fd: number, address: ListenAddress): void {
    this.options.set(fd, Level.socket, SocketOption.receiveBuffer, socketBufferOctets);
    this.options.set(fd, Level.socket, SocketOption.sendBuffer, socketBufferOctets);
    new DataView(this.timeval.octets.buffer).setBigInt64(8, BigInt(receiveTimeoutMs * 1000), true);
    this.libc.setOption(fd, Level.socket, SocketOption.receiveTimeout, this.timeval);
    if (address.family === 4) this.options.set(fd, Level.ip, IpOption.mtuDiscover, pathMtuOmit);
    else this.options.set(fd, Level.ipv6, Ipv6Option.mtuDiscover, pathMtuOmit);
    if (!isWildcard(address)) return;
    if (address.family === 4) this.options.set(fd, Level.ip, IpOption.packetInfo, 1);
    else this.options.set(fd, Level.ipv6, Ipv6Option.receivePacketInfo, 1);
  }

  private fail(address: ListenAddress, transport: 'udp' | 'tcp', fd: number): Result<never, ListenError> {
    const errno = this.libc.errno();
    if (fd >= 0) this.libc.close(fd);
    const code = Object.entries(Errno).find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`;
    return err(listenError(address, transport, code, this.libc.describeError(errno)));
  }
}

/** The interface's number for `fe80::1%eth0`; 0 for addresses without a zone. */
function scopeIdOf(address: string): number {
  const [, zone] = address.split('%');
  if (zone === undefined) return 0;
  const entry = hostInterfaces()[zone]?.find((info) => info.family === 'IPv6' && info.scopeid !== 0);
  return (entry?.family === 'IPv6' ? entry.scopeid : undefined) ?? 0;
}
