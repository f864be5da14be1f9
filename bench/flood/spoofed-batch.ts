/**
 * Datagrams with forged senders, a batch a call: each has its own address of 127.0.0.0/8 by IP_PKTINFO, which takes no rights, and every
 * address there is local. What is answered comes back to the same sockets, where a filter drops it before it is queued.
 */
import { putU16, putU32 } from '../../src/base/octets.ts';
import type { Libc, NativeMemory } from '../../src/plane/libc.ts';
import { writeSocketAddress } from '../../src/plane/sockets/socket-address.ts';
import {
  controlHeaderOctets,
  Domain,
  IpOption,
  Level,
  messageHeaderOctets,
  SocketOption,
  SocketType,
  socketAddress4Octets,
  socketAddressOctets,
  vectorOctets,
} from '../../src/plane/sockets/socket-layout.ts';

/** Datagrams a call. */
export const spoofedBatchSize = 64;
const messageStride = 192;
/** CMSG_SPACE of an in_pktinfo. */
const controlStride = 32;
const pktinfoOctets = 12;
/** SO_ATTACH_FILTER of Linux. */
const attachFilter = 26;
/** BPF_RET | BPF_K: return 0, which keeps nothing. */
const returnNothing = 0x06;

const At = {
  headers: 0,
  vectors: spoofedBatchSize * messageHeaderOctets,
  controls: spoofedBatchSize * (messageHeaderOctets + vectorOctets),
  messages: spoofedBatchSize * (messageHeaderOctets + vectorOctets + controlStride),
} as const;
const targetAt = At.messages + spoofedBatchSize * messageStride;

export class SpoofedBatch {
  readonly octets: Uint8Array;
  private readonly libc: Libc;
  private readonly memory: NativeMemory;

  /** All go to this port of 127.0.0.1. */
  constructor(libc: Libc, port: number, template: Uint8Array) {
    this.libc = libc;
    this.memory = libc.allocate(targetAt + socketAddressOctets + 4);
    this.octets = this.memory.octets;
    writeSocketAddress(this.octets.subarray(targetAt, targetAt + socketAddressOctets), {
      address: '127.0.0.1',
      port,
      family: 4,
    });
    for (let i = 0; i < spoofedBatchSize; i++) this.layOut(i, template);
  }

  /** Where message `i` lies. */
  messageOffset(i: number): number {
    return At.messages + i * messageStride;
  }

  /** Let message `i` come from the address with these 32 bits. */
  setSource(i: number, address: number): void {
    putU32(this.octets, At.controls + i * controlStride + controlHeaderOctets + 4, address);
  }

  /** Send the first `count`. Returns how many went out. */
  send(fd: number, count: number): number {
    return Math.max(0, this.libc.sendMany(fd, this.memory, 0, count, 0));
  }

  private layOut(i: number, template: Uint8Array): void {
    const { octets, memory } = this;
    const view = new DataView(octets.buffer);
    const header = At.headers + i * messageHeaderOctets;
    const vector = At.vectors + i * vectorOctets;
    const control = At.controls + i * controlStride;
    const pointer = (at: number, to: number) => view.setBigUint64(at, BigInt(memory.address + to), true);
    pointer(header, targetAt);
    view.setUint32(header + 8, socketAddress4Octets, true);
    pointer(header + 16, vector);
    view.setUint32(header + 24, 1, true);
    pointer(header + 32, control);
    view.setUint32(header + 40, controlStride, true);
    pointer(vector, this.messageOffset(i));
    view.setUint32(vector + 8, template.length, true);
    view.setUint32(control, controlHeaderOctets + pktinfoOctets, true);
    view.setInt32(control + 8, Level.ip, true);
    view.setInt32(control + 12, IpOption.packetInfo, true);
    octets.set(template, this.messageOffset(i));
  }
}

/** A socket to send such datagrams from, which takes nothing in. */
export function openSpoofingSocket(libc: Libc): number {
  const fd = libc.socket(Domain.inet, SocketType.datagram | SocketType.closeOnExec, 0);
  const address = libc.allocate(socketAddressOctets);
  const octets = writeSocketAddress(address.octets, { address: '0.0.0.0', port: 0, family: 4 });
  if (fd < 0 || libc.bind(fd, address, octets) < 0) throw new Error('cannot open a socket for the flood');
  const word = libc.allocate(4);
  new DataView(word.octets.buffer).setInt32(0, 1 << 20, true);
  libc.setOption(fd, Level.socket, SocketOption.sendBuffer, word);
  const program = libc.allocate(8);
  putU16(program.octets, 0, returnNothing << 8);
  const filter = libc.allocate(16);
  const view = new DataView(filter.octets.buffer);
  view.setUint16(0, 1, true);
  view.setBigUint64(8, BigInt(program.address), true);
  if (libc.setOption(fd, Level.socket, attachFilter, filter) < 0) throw new Error('cannot attach a filter');
  return fd;
}
