/**
 * The sockets of the server: opened by main before privileges are dropped, kept by main for as long as it runs, and handed
 * to workers as duplicates. Each worker has a socket of its own per address and the kernel spreads the questions over them
 * (SO_REUSEPORT).
 */
import { err, ok, type Result } from '../../base/result.ts';
import { findLibc, type Libc } from '../libc.ts';
import type { ListenAddress, WorkerSocket } from '../messages.ts';
import { CookieQueues } from './cookie-queue/cookie-queues.ts';
import type { ListenError } from './listen-error.ts';
import { fileBehind, PassedSockets, type TakenSockets, type Transport } from './passed-sockets.ts';
import { SocketInspector } from './socket-facts.ts';
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
  /**
   * Descriptors of sockets that others have opened: those on the addresses are used, with all that waits in them; the rest, and what is
   * no such socket, is closed. Without libc they are left alone.
   */
  readonly passed?: readonly number[];
  /** Beside each UDP socket one for questions with a right cookie, where the system lets it be so: see `guideCookies`. */
  readonly hasCookieQueues?: boolean;
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
  if (libc === 'none') return await probeAll(wanted, options);
  const opener = new SocketOpener(libc);
  const passed = new PassedSockets(opener, new SocketInspector(libc), options.passed ?? []);
  const opened = openAll({ opener, cookieQueues: new CookieQueues(libc) }, wanted, options, passed);
  passed.closeRest();
  return opened;
}

interface WantedAddress {
  readonly address: ListenAddress;
  readonly isTls: boolean;
}

function transportsOf({ isTls }: WantedAddress): readonly Transport[] {
  return isTls ? ['tcp'] : ['udp', 'tcp'];
}

/** Sockets on one address. */
interface AddressSockets extends WantedAddress {
  /** One per worker, or as many as there were; empty without libc, `udp` also with TLS. */
  readonly udp: readonly number[];
  readonly tcp: readonly number[];
  /** UDP too, for questions with a right cookie: the first ones of the group that the kernel chooses from. */
  readonly cookie: readonly number[];
}

interface Openers {
  readonly opener: SocketOpener;
  readonly cookieQueues: CookieQueues;
}

/** One of main's own, for who hands it on. */
export interface ListenSocket {
  readonly transport: Transport;
  readonly address: ListenAddress;
  readonly fd: number;
}

export class ListenSockets {
  private readonly opener: SocketOpener | undefined;
  private readonly cookieQueues: CookieQueues | undefined;
  private readonly sockets: readonly AddressSockets[];
  private readonly workers: Readonly<Record<Transport, number>>;
  private readonly passed: PassedSockets | undefined;

  constructor(
    openers: Openers | undefined,
    sockets: readonly AddressSockets[],
    { udpWorkers, tcpWorkers }: ListenOptions,
    passed?: PassedSockets,
  ) {
    this.opener = openers?.opener;
    this.cookieQueues = openers?.cookieQueues;
    this.sockets = sockets;
    this.workers = { udp: udpWorkers, tcp: tcpWorkers };
    this.passed = passed;
  }

  /** With the real ports where 0 was asked for. */
  get addresses(): readonly ListenAddress[] {
    return this.of('udp').map((socket) => socket.address);
  }

  /** Those of DNS over TLS. */
  get tlsAddresses(): readonly ListenAddress[] {
    return this.sockets.filter((socket) => socket.isTls).map((socket) => socket.address);
  }

  /** The originals. */
  get all(): readonly ListenSocket[] {
    return this.sockets.flatMap(({ address, udp, tcp, cookie }) => [
      ...[...cookie, ...udp].map((fd): ListenSocket => ({ transport: 'udp', address, fd })),
      ...tcp.map((fd): ListenSocket => ({ transport: 'tcp', address, fd })),
    ]);
  }

  /**
   * Have the kernel queue questions with a right cookie apart from others. None: cookies are not looked at. False where the system refuses:
   * then all sockets get all kinds, and all are read.
   */
  guideCookies(secrets: readonly Uint8Array[] | undefined): boolean {
    const guided = this.sockets.map(({ address, udp, cookie }) =>
      cookie.length === 0 ? true : this.cookieQueues?.guide(address.family, cookie, udp, secrets),
    );
    return guided.every((isGuided) => isGuided !== false);
  }

  /** How many of `ListenOptions.passed` are in use. */
  get taken(): number {
    return this.passed?.taken ?? 0;
  }

  /** Why others of them were closed, a line for each address. */
  get closed(): readonly string[] {
    return this.passed?.closed ?? [];
  }

  /** Duplicates for the worker of that place, the first or one that replaces it. Throws where no descriptor is left. */
  duplicateFor(transport: Transport, workerIndex: number): readonly WorkerSocket[] {
    return this.originalsFor(transport, workerIndex).map(({ original, ...socket }) => ({
      ...socket,
      fd: original === undefined ? -1 : (this.opener?.duplicate(original) ?? -1),
    }));
  }

  /** The first UDP socket of an address, to send from; -1 where there is none. */
  udpSocket(addressIndex: number): number {
    return this.sockets[addressIndex]?.udp[0] ?? -1;
  }

  /**
   * Close a worker's duplicates once its thread has ended. Some are closed already (Node closes listening sockets with
   * their thread) and the number may mean another file by now: only what still is that socket is closed.
   */
  release(transport: Transport, workerIndex: number, duplicates: readonly WorkerSocket[]): void {
    const originals = this.originalsFor(transport, workerIndex);
    for (const [i, { fd }] of duplicates.entries()) {
      const original = originals[i]?.original;
      if (fd < 0 || original === undefined) continue;
      const file = fileBehind(fd);
      if (file !== undefined && file === fileBehind(original)) this.opener?.close(fd);
    }
  }

  /** Close the originals. Workers keep their duplicates. */
  close(): void {
    for (const { fd } of this.all) this.opener?.close(fd);
  }

  /** In the order in which a worker of that transport has them. */
  private of(transport: Transport): readonly AddressSockets[] {
    return transport === 'tcp' ? this.sockets : this.sockets.filter(({ isTls }) => !isTls);
  }

  private originalsFor(transport: Transport, workerIndex: number): readonly OriginalSocket[] {
    const workers = this.workers[transport];
    return this.of(transport).flatMap(
      ({ address, isTls, cookie, [transport]: originals }, addressIndex): OriginalSocket[] => {
        const shared = { ...address, isTls, addressIndex };
        if (originals.length === 0) return [{ ...shared, original: undefined }];
        const own = shareOf(originals, workerIndex, workers).map((original) => ({ ...shared, original }));
        if (transport === 'tcp' || cookie.length === 0) return own;
        const first = shareOf(cookie, workerIndex, workers).map((original) => ({ ...shared, isFirst: true, original }));
        return [...first, ...own];
      },
    );
  }
}

type OriginalSocket = Omit<WorkerSocket, 'fd'> & { readonly original: number | undefined };

/**
 * The sockets of one worker: its own; more, where a server with more workers has left more, because each that is closed loses what waits
 * in it; and another one's, where there are too few and no more could be opened.
 */
function shareOf(originals: readonly number[], workerIndex: number, workers: number): readonly number[] {
  if (originals.length < workers) return originals.slice(workerIndex % originals.length).slice(0, 1);
  return originals.filter((_, i) => i % workers === workerIndex);
}

function openAll(
  openers: Openers,
  addresses: readonly WantedAddress[],
  options: ListenOptions,
  passed: PassedSockets,
): Result<ListenSockets, readonly ListenError[]> {
  const { opener } = openers;
  const taken = addresses.map((wanted) => passed.take(wanted.address, transportsOf(wanted)));
  // First try all without SO_REUSEPORT, which would let a second instance silently take half of the questions. All are tried
  // before any is opened, since 0.0.0.0 and 127.0.0.1 in one configuration are no conflict.
  const inUse = options.takeover
    ? []
    : addresses.flatMap((wanted, i) => {
        const missing = transportsOf(wanted).filter((transport) => taken[i]?.[transport].length === 0);
        return opener.probe(wanted.address, missing);
      });
  const errors: ListenError[] = [...inUse];
  const sockets: AddressSockets[] = [];
  for (const [i, address] of addresses.entries()) {
    if (inUse.length > 0) break;
    const opened = openOne(openers, address, options, taken[i] ?? noneTaken);
    if (opened.ok) sockets.push(opened.value);
    else errors.push(opened.error);
  }
  const all = new ListenSockets(openers, sockets, options, passed);
  if (errors.length === 0) return ok(all);
  const left = taken.flatMap(({ udp, tcp }) => [...udp, ...tcp]);
  for (const fd of new Set([...left, ...all.all.map((socket) => socket.fd)])) opener.close(fd);
  return err(errors);
}

const noneTaken: TakenSockets = { udp: [], tcp: [] };

/** With port 0, the port that UDP got may be taken in TCP: then another one is drawn. */
const portDraws = 10;

function openOne(
  openers: Openers,
  wanted: WantedAddress,
  options: ListenOptions,
  taken: TakenSockets,
): Result<AddressSockets, ListenError> {
  for (let draw = 1; ; draw++) {
    const opened = openBoth(openers, wanted, options, taken);
    if (opened.ok || wanted.address.port !== 0 || opened.error.kind !== 'in-use' || draw === portDraws) return opened;
  }
}

function openBoth(
  { opener, cookieQueues }: Openers,
  wanted: WantedAddress,
  options: ListenOptions,
  taken: TakenSockets,
): Result<AddressSockets, ListenError> {
  const isOfCookies = (fd: number): boolean => cookieQueues.isMarked(fd);
  const cookie = taken.udp.filter(isOfCookies);
  const sockets = { udp: taken.udp.filter((fd) => !isOfCookies(fd)), tcp: [...taken.tcp] };
  const own: number[] = [];
  let { address } = wanted;
  const [first] = [...taken.udp, ...taken.tcp];
  if (address.port === 0 && first !== undefined) address = { ...address, port: opener.portOf(first) };
  /** Sockets to the wanted number. What is missing beside one that was passed is missed by nobody: workers share. */
  const fill = (transport: Transport, count: number): ListenError | undefined => {
    const into = sockets[transport];
    while (into.length < count) {
      const opened = opener.open(address, transport);
      if (!opened.ok) return taken[transport].length > 0 ? undefined : opened.error;
      into.push(opened.value);
      own.push(opened.value);
      if (address.port === 0) address = { ...address, port: opener.portOf(opened.value) };
    }
    return undefined;
  };
  // They are found by their places in the group: before all others, or not at all.
  const isAlone = taken.udp.length === 0 && !options.takeover && !wanted.isTls;
  while (isAlone && options.hasCookieQueues === true && cookie.length < options.udpWorkers) {
    const opened = opener.open(address, 'udp');
    if (!opened.ok) break;
    cookie.push(opened.value);
    own.push(opened.value);
    cookieQueues.mark(opened.value);
    if (address.port === 0) address = { ...address, port: opener.portOf(opened.value) };
  }
  const error = (wanted.isTls ? undefined : fill('udp', options.udpWorkers)) ?? fill('tcp', options.tcpWorkers);
  // The other server's program counts its own sockets alone.
  if (options.takeover) for (const fd of own) cookieQueues.unguide(fd);
  if (error === undefined) return ok({ address, isTls: wanted.isTls, ...sockets, cookie });
  for (const fd of own) opener.close(fd);
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
    if (probed.ok) sockets.push({ address: probed.value, isTls: wanted.isTls, udp: [], tcp: [], cookie: [] });
    else errors.push(...probed.error);
  }
  return errors.length > 0 ? err(errors) : ok(new ListenSockets(undefined, sockets, options));
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
