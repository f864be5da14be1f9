import assert from 'node:assert/strict';
import { closeSync, readSync, rmSync } from 'node:fs';
import { findLibc } from '../../../../src/plane/libc.ts';
import { Domain, SocketType } from '../../../../src/plane/sockets/socket-layout.ts';

/** What listens at /dev/log, in little: a socket of Unix datagrams that is read when asked to. */
export class SyslogDaemon {
  readonly path: string;
  private readonly fd: number;

  constructor(path: string) {
    const libc = findLibc();
    assert(libc !== undefined);
    this.path = path;
    this.fd = libc.socket(Domain.unix, SocketType.datagram | SocketType.nonBlocking | SocketType.closeOnExec, 0);
    const name = new TextEncoder().encode(path);
    const address = libc.allocate(110);
    address.octets[0] = Domain.unix;
    address.octets.set(name, 2);
    assert.equal(libc.bind(this.fd, address, 2 + name.length + 1), 0, libc.describeError(libc.errno()));
  }

  /** The messages that wait. */
  read(): readonly string[] {
    const messages: string[] = [];
    const octets = new Uint8Array(65_536);
    try {
      for (;;) messages.push(new TextDecoder().decode(octets.subarray(0, readSync(this.fd, octets))));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
    return messages;
  }

  /** As a daemon that ends: its socket's name is gone too. */
  end(): void {
    closeSync(this.fd);
    rmSync(this.path, { force: true });
  }
}
