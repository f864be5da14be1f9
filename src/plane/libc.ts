/**
 * The system's socket calls through koffi: the one place where addresses of memory are passed to C, so the sizes of all
 * arguments are checked here. Loaded when first needed; absent on systems without koffi, and refused where the layouts
 * of socket-layout.ts don't hold (they are those of 64-bit Linux, little-endian).
 */
import { createRequire } from 'node:module';
import { endianness } from 'node:os';
import { assert } from '../base/assert.ts';
import { messageHeaderOctets, pollfdOctets } from './sockets/socket-layout.ts';

type Koffi = typeof import('koffi');

/** A run of octets whose place in memory is known to C. The buffer never moves and lives as long as this object. */
export interface NativeMemory {
  readonly octets: Uint8Array;
  readonly address: number;
}

/** Calls return what C returns: -1 for an error, whose number `errno()` then tells. */
export interface Libc {
  allocate(octets: number): NativeMemory;
  errno(): number;
  describeError(errno: number): string;
  socket(domain: number, type: number, protocol: number): number;
  setOption(fd: number, level: number, option: number, value: NativeMemory): number;
  /** `octets` is a socklen_t, which tells afterwards how long the value is. */
  getOption(fd: number, level: number, option: number, value: NativeMemory, octets: NativeMemory): number;
  /** fcntl(2) with a number as its argument. */
  control(fd: number, command: number, argument: number): number;
  bind(fd: number, address: NativeMemory, octets: number): number;
  connect(fd: number, address: NativeMemory, octets: number): number;
  localAddress(fd: number, address: NativeMemory, octets: NativeMemory): number;
  listen(fd: number, backlog: number): number;
  duplicate(fd: number): number;
  close(fd: number): number;
  /** Wait until one of `count` pollfd records is readable. */
  poll(pollfds: NativeMemory, count: number, timeoutMs: number): number;
  /** `headers` holds mmsghdr records; receive into `count` of them from the first. */
  receiveMany(fd: number, headers: NativeMemory, count: number, flags: number): number;
  /** Send `count` messages from the record at `first`. */
  sendMany(fd: number, headers: NativeMemory, first: number, count: number, flags: number): number;
}

let loaded: Libc | undefined | 'absent';

/** The calls, or `undefined` where this system has none that fit. */
export function findLibc(): Libc | undefined {
  loaded ??= loadLibc() ?? 'absent';
  return loaded === 'absent' ? undefined : loaded;
}

/** Whether UDP can be received and sent in batches here. */
export function isBatchAvailable(): boolean {
  return findLibc() !== undefined;
}

function loadLibc(): Libc | undefined {
  const fits = process.platform === 'linux' && (process.arch === 'x64' || process.arch === 'arm64');
  if (!fits || endianness() !== 'LE') return undefined;
  try {
    // Not an import: the result is needed at once, and only where the server opens sockets.
    return bindLibc(createRequire(import.meta.url)('koffi') as Koffi);
  } catch {
    // Not installed, no binary for this system, or a libc without these calls: the fallback serves.
    return undefined;
  }
}

/** Declare the calls. Pointers go as numbers (`uintptr_t`): no copy and no object per call; user addresses have 47 bits. */
function bindLibc(koffi: Koffi): Libc {
  const lib = koffi.load(null);
  const socket = lib.func('int socket(int domain, int type, int protocol)');
  const setsockopt = lib.func('int setsockopt(int fd, int level, int name, uintptr_t value, uint octets)');
  const getsockopt = lib.func('int getsockopt(int fd, int level, int name, uintptr_t value, uintptr_t octets)');
  const bind = lib.func('int bind(int fd, uintptr_t address, uint octets)');
  const connect = lib.func('int connect(int fd, uintptr_t address, uint octets)');
  const getsockname = lib.func('int getsockname(int fd, uintptr_t address, uintptr_t octets)');
  const listen = lib.func('int listen(int fd, int backlog)');
  const fcntl = lib.func('int fcntl(int fd, int command, int argument)');
  const close = lib.func('int close(int fd)');
  const poll = lib.func('int poll(uintptr_t fds, uint64_t count, int timeout)');
  const recvmmsg = lib.func('int recvmmsg(int fd, uintptr_t headers, uint count, int flags, uintptr_t timeout)');
  const sendmmsg = lib.func('int sendmmsg(int fd, uintptr_t headers, uint count, int flags)');
  const strerror = lib.func('str strerror(int number)');
  return {
    allocate: (octets) => allocate(koffi, octets),
    errno: () => koffi.errno(),
    describeError: (errno) => strerror(errno) as string,
    socket: (domain, type, protocol) => socket(domain, type, protocol) as number,
    setOption: (fd, level, option, value) =>
      setsockopt(fd, level, option, addressIn(value, 0, value.octets.length, 1), value.octets.length) as number,
    getOption(fd, level, option, value, octets) {
      const lengthAddress = addressIn(octets, 0, 1, socketLengthOctets);
      new DataView(octets.octets.buffer).setInt32(0, value.octets.length, true);
      return getsockopt(fd, level, option, addressIn(value, 0, value.octets.length, 1), lengthAddress) as number;
    },
    control: (fd, command, argument) => fcntl(fd, command, argument) as number,
    bind: (fd, address, octets) => bind(fd, addressIn(address, 0, octets, 1), octets) as number,
    connect: (fd, address, octets) => connect(fd, addressIn(address, 0, octets, 1), octets) as number,
    localAddress(fd, address, octets) {
      const lengthAddress = addressIn(octets, 0, 1, socketLengthOctets);
      new DataView(octets.octets.buffer).setInt32(0, address.octets.length, true);
      return getsockname(fd, addressIn(address, 0, address.octets.length, 1), lengthAddress) as number;
    },
    listen: (fd, backlog) => listen(fd, backlog) as number,
    duplicate: (fd) => fcntl(fd, duplicateCloseOnExec, 0) as number,
    close: (fd) => close(fd) as number,
    poll: (pollfds, count, timeoutMs) => poll(addressIn(pollfds, 0, count, pollfdOctets), count, timeoutMs) as number,
    receiveMany: (fd, headers, count, flags) =>
      recvmmsg(fd, addressIn(headers, 0, count, messageHeaderOctets), count, flags, 0) as number,
    sendMany: (fd, headers, first, count, flags) =>
      sendmmsg(fd, addressIn(headers, first, count, messageHeaderOctets), count, flags) as number,
  };
}

/**
 * The address of the `first` of `count` records, for C: the one way by which memory reaches a call, and the one place where it
 * is checked that all of the records lie inside. What the records themselves point at is the caller's (DatagramBatch).
 */
function addressIn(memory: NativeMemory, first: number, count: number, recordOctets: number): number {
  const isInside = first >= 0 && count >= 0 && (first + count) * recordOctets <= memory.octets.length;
  assert(isInside, 'all of what C gets lies inside its memory');
  return memory.address + first * recordOctets;
}

/** A socklen_t. */
const socketLengthOctets = 4;

/** F_DUPFD_CLOEXEC of Linux. */
const duplicateCloseOnExec = 1030;

function allocate(koffi: Koffi, octets: number): NativeMemory {
  // An ArrayBuffer of its own: V8 may move typed arrays that it keeps inside its heap, never the store of an ArrayBuffer.
  const view = new Uint8Array(new ArrayBuffer(octets));
  return { octets: view, address: Number(koffi.address(view)) };
}
