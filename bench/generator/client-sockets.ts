/** Many connected UDP sockets, so many source ports, and one look at which of them have something to read. */
import koffi from 'koffi';
import type { Libc, NativeMemory } from '../../src/plane/libc.ts';
import { writeSocketAddress } from '../../src/plane/sockets/socket-address.ts';
import {
  Domain,
  Level,
  pollfdOctets,
  pollIn,
  SocketOption,
  SocketType,
  socketAddressOctets,
} from '../../src/plane/sockets/socket-layout.ts';

const connect = koffi.load(null).func('int connect(int fd, uintptr_t address, uint octets)');
const bufferOctets = 1 << 20;

export class ClientSockets {
  readonly fds: readonly number[];
  private readonly libc: Libc;
  private readonly pollfds: NativeMemory;

  constructor(libc: Libc, port: number, count: number) {
    this.libc = libc;
    this.fds = Array.from({ length: count }, () => openConnected(libc, port));
    this.pollfds = libc.allocate(count * pollfdOctets);
    const view = new DataView(this.pollfds.octets.buffer);
    for (const [i, fd] of this.fds.entries()) {
      view.setInt32(i * pollfdOctets, fd, true);
      view.setInt16(i * pollfdOctets + 4, pollIn, true);
    }
  }

  /** Wait until a socket has something. Returns how many have. */
  poll(timeoutMs: number): number {
    return Math.max(0, this.libc.poll(this.pollfds, this.fds.length, timeoutMs));
  }

  isReadable(i: number): boolean {
    return this.pollfds.octets[i * pollfdOctets + 6] !== 0;
  }

  close(): void {
    for (const fd of this.fds) this.libc.close(fd);
  }
}

function openConnected(libc: Libc, port: number): number {
  const fd = libc.socket(Domain.inet, SocketType.datagram | SocketType.closeOnExec, 0);
  const address = libc.allocate(socketAddressOctets);
  const octets = writeSocketAddress(address.octets, { address: '127.0.0.1', port, family: 4 });
  if (fd < 0 || connect(fd, address.address, octets) < 0) throw new Error('cannot open a socket for the load');
  const word = libc.allocate(4);
  new DataView(word.octets.buffer).setInt32(0, bufferOctets, true);
  for (const option of [SocketOption.receiveBuffer, SocketOption.sendBuffer]) {
    libc.setOption(fd, Level.socket, option, word);
  }
  return fd;
}
