/**
 * The sockets of the server: opened by main before privileges are dropped, kept by main for as long as it runs, and handed
 * to workers as duplicates. Each worker has a socket of its own per address and the kernel spreads the questions over them
 * (SO_REUSEPORT).
 */
import { readlinkSync } from 'node:fs';
import { err, ok, type Result } from '../base/result.ts';
import { findLibc, type Libc } from './libc.ts';
import type { ListenError } from './listen-error.ts';
import type { ListenAddress, WorkerSocket } from './messages.ts';
import { SocketOpener } from './socket-opener.ts';
import { probeWithNode } from './socket-probe.ts';

export interface ListenOptions {
  /** Join the sockets of a running instance (of the same user) instead of refusing to start beside it. */
  readonly takeover: boolean;
  /** How many UDP workers there are: sockets per address. */
  readonly udpWorkers: number;
  readonly tcpWorkers: number;
  /** Addresses of DNS over TLS: TCP alone. */
  readonly tls?: readonly ListenAddress[];
}

/**
 * Open UDP and TCP on all addresses, or nothing: all errors are given then. Port 0 takes a free port, the same for both.
 * `libc` none: nothing is opened, only tried, and the workers open their own (`fd` is -1).
 */
export async function openListenSockets(
  addresses: readonly ListenAddress[],
  options: ListenOptions,
  libc: Libc | 'none' = findLibc() ?? 'none',
): Promise<Result<ListenSockets, readonly ListenError[]>> {
  const plain = addresses.map((address): WantedAddress => ({ address, isTls: false }));
  const secure = (options.tls ?? []).map((address): WantedAddress => ({ address, isTls: true }));
  // Datagrams refer to their address by its number: those of UDP come first.
  const wanted = [...plain, ...secure];
  return libc === 'none' ? await probeAll(wanted, options) : openAll(new SocketOpener(libc), wanted, options);
}

interface WantedAddress {
  readonly address: ListenAddress;
  readonly isTls: boolean;
}

function transportsOf({ isTls }: WantedAddress): readonly ('udp' | 'tcp')[] {
  return isTls ? ['tcp'] : ['udp', 'tcp'];
}

/** Sockets on one address. */
interface AddressSockets extends WantedAddress {
  /** One per worker; empty without libc, `udp` also with TLS. */
  readonly udp: readonly number[];
  readonly tcp: readonly number[];
}

export class ListenSockets {
  private readonly opener: SocketOpener | undefined;
  private readonly sockets: readonly AddressSockets[];

  constructor(opener: SocketOpener | undefined, sockets: readonly AddressSockets[]) {
    this.opener = opener;
    this.sockets = sockets;
  }

  /** With the real ports where 0 was asked for. */
  get addresses(): readonly ListenAddress[] {
    return this.of('udp').map((socket) => socket.address);
  }

  /** Those of DNS over TLS. */
  get tlsAddresses(): readonly ListenAddress[] {
    return this.sockets.filter((socket) => socket.isTls).map((socket) => socket.address);
  }

  /** Duplicates for the worker of that place, the first or one that replaces it. Throws where no descriptor is left. */
  duplicateFor(transport: 'udp' | 'tcp', workerIndex: number): readonly WorkerSocket[] {
    return this.of(transport).map(({ address, isTls, [transport]: originals }) => {
      const original = originals[workerIndex];
      return { ...address, isTls, fd: original === undefined ? -1 : (this.opener?.duplicate(original) ?? -1) };
    });
  }

  /** The first UDP socket of an address, to send from; -1 where there is none. */
  udpSocket(addressIndex: number): number {
    return this.sockets[addressIndex]?.udp[0] ?? -1;
  }

  /**
   * Close a worker's duplicates once its thread has ended. Some are closed already (Node closes listening sockets with
   * their thread) and the number may mean another file by now: only what still is that socket is closed.
   */
  release(transport: 'udp' | 'tcp', workerIndex: number, duplicates: readonly WorkerSocket[]): void {
    const sockets = this.of(transport);
    for (const [i, { fd }] of duplicates.entries()) {
      const original = sockets[i]?.[transport][workerIndex];
      if (fd < 0 || original === undefined) continue;
      const file = fileBehind(fd);
      if (file !== undefined && file === fileBehind(original)) this.opener?.close(fd);
    }
  }

  /** Close the originals. Workers keep their duplicates. */
  close(): void {
    for (const { udp, tcp } of this.sockets) for (const fd of [...udp, ...tcp]) this.opener?.close(fd);
  }

  /** In the order in which a worker of that transport has them. */
  private of(transport: 'udp' | 'tcp'): readonly AddressSockets[] {
    return transport === 'tcp' ? this.sockets : this.sockets.filter(({ isTls }) => !isTls);
  }
}

/** `socket:[12345]`, the same for all duplicates. */
function fileBehind(fd: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined;
  }
}

function openAll(
  opener: SocketOpener,
  addresses: readonly WantedAddress[],
  options: ListenOptions,
): Result<ListenSockets, readonly ListenError[]> {
  // First try all without SO_REUSEPORT, which would let a second instance silently take half of the questions. All are tried
  // before any is opened, since 0.0.0.0 and 127.0.0.1 in one configuration are no conflict.
  const inUse = options.takeover
    ? []
    : addresses.flatMap((wanted) => opener.probe(wanted.address, transportsOf(wanted)));
  if (inUse.length > 0) return err(inUse);
  const errors: ListenError[] = [];
  const sockets: AddressSockets[] = [];
  for (const address of addresses) {
    const opened = openOne(opener, address, options);
    if (opened.ok) sockets.push(opened.value);
    else errors.push(opened.error);
  }
  const all = new ListenSockets(opener, sockets);
  if (errors.length === 0) return ok(all);
  all.close();
  return err(errors);
}

/** With port 0, the port that UDP got may be taken in TCP: then another one is drawn. */
const portDraws = 10;

function openOne(
  opener: SocketOpener,
  wanted: WantedAddress,
  options: ListenOptions,
): Result<AddressSockets, ListenError> {
  for (let draw = 1; ; draw++) {
    const opened = openBoth(opener, wanted, options);
    if (opened.ok || wanted.address.port !== 0 || opened.error.kind !== 'in-use' || draw === portDraws) return opened;
  }
}

function openBoth(
  opener: SocketOpener,
  wanted: WantedAddress,
  options: ListenOptions,
): Result<AddressSockets, ListenError> {
  const udp: number[] = [];
  const tcp: number[] = [];
  let { address } = wanted;
  const open = (transport: 'udp' | 'tcp', into: number[]): ListenError | undefined => {
    const opened = opener.open(address, transport);
    if (!opened.ok) return opened.error;
    into.push(opened.value);
    if (address.port === 0) address = { ...address, port: opener.portOf(opened.value) };
    return undefined;
  };
  let error: ListenError | undefined;
  const udpCount = wanted.isTls ? 0 : options.udpWorkers;
  for (let i = 0; i < udpCount && error === undefined; i++) error = open('udp', udp);
  for (let i = 0; i < options.tcpWorkers && error === undefined; i++) error = open('tcp', tcp);
  if (error === undefined) return ok({ address, isTls: wanted.isTls, udp, tcp });
  for (const fd of [...udp, ...tcp]) opener.close(fd);
  return err(error);
}

async function probeAll(
  addresses: readonly WantedAddress[],
  options: ListenOptions,
): Promise<Result<ListenSockets, readonly ListenError[]>> {
  const errors: ListenError[] = [];
  const sockets: AddressSockets[] = [];
  for (const wanted of addresses) {
    const probed = await probeOne(wanted, options.takeover);
    if (probed.ok) sockets.push({ address: probed.value, isTls: wanted.isTls, udp: [], tcp: [] });
    else errors.push(...probed.error);
  }
  return errors.length > 0 ? err(errors) : ok(new ListenSockets(undefined, sockets));
}

async function probeOne(
  wanted: WantedAddress,
  takeover: boolean,
): Promise<Result<ListenAddress, readonly ListenError[]>> {
  for (let draw = 1; ; draw++) {
    const probed = await probeWithNode(wanted.address, takeover, transportsOf(wanted));
    if (probed.ok || wanted.address.port !== 0 || draw === portDraws) return probed;
    if (probed.error.some((error) => error.kind !== 'in-use')) return probed;
  }
}
