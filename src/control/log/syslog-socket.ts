/** The socket of the system's log: Unix datagrams, which Node has no words for, so it is opened through libc (docs/adr/0016). */
import { err, ok, type Result } from '../../base/result.ts';
import { findLibc, type Libc } from '../../plane/libc.ts';
import { Domain, SocketType } from '../../plane/sockets/socket-layout.ts';

/** There is no way to syslog from here. */
export class SyslogAbsent extends Error {
  override readonly name = 'SyslogAbsent';

  constructor() {
    super('syslog needs 64-bit Linux and the package koffi; use a file, or stderr, which systemd takes to the journal');
  }
}

/** Connect to the daemon at `path`. Gives the descriptor of a socket that never blocks, or in words why there is none. */
export function connectSyslog(path: string): Result<number, string> {
  const libc = findLibc();
  if (libc === undefined) return err(new SyslogAbsent().message);
  const name = new TextEncoder().encode(path);
  if (name.length > maxPathOctets) return err('the path is too long for a socket');
  const fd = libc.socket(Domain.unix, SocketType.datagram | SocketType.closeOnExec | SocketType.nonBlocking, 0);
  if (fd < 0) return err(describeErrno(libc));
  const address = libc.allocate(familyOctets + maxPathOctets + 1);
  address.octets[0] = Domain.unix;
  address.octets.set(name, familyOctets);
  if (libc.connect(fd, address, familyOctets + name.length + 1) === 0) return ok(fd);
  const reason = describeErrno(libc);
  libc.close(fd);
  return err(reason);
}

/** struct sockaddr_un: the family (2 octets, the first of them 1), then the path and a NUL. */
const familyOctets = 2;
const maxPathOctets = 107;

function describeErrno(libc: Libc): string {
  const errno = libc.errno();
  return reasons[errno] ?? libc.describeError(errno);
}

const reasons: Readonly<Record<number, string>> = {
  2: 'no syslog daemon runs here [ENOENT]',
  91: 'the syslog daemon wants a stream, not datagrams [EPROTOTYPE]',
  111: 'the syslog daemon does not listen [ECONNREFUSED]',
};
