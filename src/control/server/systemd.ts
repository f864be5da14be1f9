/** systemd's notification protocol (sd_notify(3)): datagrams to the Unix socket that NOTIFY_SOCKET names. */
import { createRequire } from 'node:module';
import { findLibc } from '../../plane/libc.ts';
import { DescriptorMessages, maxDescriptors } from '../../plane/sockets/descriptor-messages.ts';
import { Domain, SocketType } from '../../plane/sockets/socket-layout.ts';

/** `descriptors`: open files that go with it. */
export type Notify = (state: string, descriptors?: readonly number[]) => void;

const afUnix = 1;
const datagramCloseOnExec = 2 | 0x80000;
const noSignal = 0x4000;
/** sun_path of struct sockaddr_un on Linux. */
const maxPathOctets = 108;

/** What tells systemd; without NOTIFY_SOCKET it does nothing. `onFailure` is called once where it can't be told. */
export function createNotify(environment: NodeJS.ProcessEnv, onFailure: (message: string) => void): Notify {
  const path = environment.NOTIFY_SOCKET;
  if (path === undefined || path === '') return () => undefined;
  const address = unixAddress(path);
  if (address === undefined) {
    onFailure(`NOTIFY_SOCKET=${path} is not a path or an abstract name of at most ${maxPathOctets} octets`);
    return () => undefined;
  }
  let isTold = false;
  return (state, descriptors = []) => {
    const problem = descriptors.length === 0 ? send(address, state) : sendDescriptors(address, state, descriptors);
    if (problem !== undefined && !isTold) onFailure(`cannot tell systemd through ${path}: ${problem}`);
    isTold ||= problem !== undefined;
  };
}

/** The states around a reload (systemd 253: `Type=notify-reload` wants the clock). */
export function reloadingState(monotonicNs = process.hrtime.bigint()): string {
  return `RELOADING=1\nMONOTONIC_USEC=${monotonicNs / 1000n}`;
}

/** struct sockaddr_un with as many octets as it needs; an abstract name (`@`) begins with a zero octet. */
export function unixAddress(path: string): Buffer | undefined {
  const name = Buffer.from(path);
  const isAbstract = path.startsWith('@');
  if ((!isAbstract && !path.startsWith('/')) || name.length > maxPathOctets - (isAbstract ? 0 : 1)) return undefined;
  const address = Buffer.alloc(2 + name.length + (isAbstract ? 0 : 1));
  address.writeUInt16LE(afUnix, 0);
  name.copy(address, 2);
  if (isAbstract) address[2] = 0;
  return address;
}

/** Where this can't be done, nothing is kept over a restart: not worth a word. */
function sendDescriptors(address: Buffer, state: string, descriptors: readonly number[]): string | undefined {
  const libc = findLibc();
  if (libc === undefined) return undefined;
  const fd = libc.socket(Domain.unix, SocketType.datagram | SocketType.closeOnExec, 0);
  if (fd < 0) return libc.describeError(libc.errno());
  try {
    const messages = new DescriptorMessages(libc);
    const octets = Buffer.from(state);
    for (let i = 0; i < descriptors.length; i += maxDescriptors) {
      const problem = messages.send(fd, octets, descriptors.slice(i, i + maxDescriptors), address);
      if (problem !== undefined) return problem;
    }
    return undefined;
  } finally {
    libc.close(fd);
  }
}

function send(address: Buffer, state: string): string | undefined {
  try {
    // Node has no Unix datagrams. Loaded here: most servers are not started by systemd.
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
    const libc = koffi.load(null);
    const socket = libc.func('int socket(int domain, int type, int protocol)');
    const close = libc.func('int close(int fd)');
    const sendto = libc.func(
      'int64_t sendto(int fd, const uint8_t *data, size_t octets, int flags, const uint8_t *address, uint addressOctets)',
    );
    const fd = socket(afUnix, datagramCloseOnExec, 0) as number;
    if (fd < 0) return `no socket (errno ${koffi.errno()})`;
    const data = Buffer.from(state);
    const sent = Number(sendto(fd, data, data.length, noSignal, address, address.length));
    const errno = koffi.errno();
    close(fd);
    return sent === data.length ? undefined : `errno ${errno}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
