/** What systemd does for a service, as far as sockets go: hears it, keeps its descriptors, and gives them to the next process. */

import { unixAddress } from '../../src/control/server/systemd.ts';
import { findLibc, type Libc } from '../../src/plane/libc.ts';
import { DescriptorMessages } from '../../src/plane/sockets/descriptor-messages.ts';
import { SocketInspector } from '../../src/plane/sockets/socket-facts.ts';
import { Domain, SocketType } from '../../src/plane/sockets/socket-layout.ts';
import { ServeProcess } from './serve-process.ts';

let count = 0;

export class FakeSystemd {
  readonly states: string[] = [];
  /** By the name under which it is kept. */
  readonly store: { readonly name: string; readonly fd: number }[] = [];
  readonly name = `@ringzone-fake-systemd-${process.pid}-${++count}`;
  private readonly libc = findLibc() as Libc;
  private readonly messages = new DescriptorMessages(this.libc);
  private readonly fd: number;
  private readonly timer: NodeJS.Timeout;

  constructor() {
    this.fd = this.libc.socket(Domain.unix, SocketType.datagram | SocketType.closeOnExec, 0);
    const address = unixAddress(this.name) as Buffer;
    const memory = this.libc.allocate(address.length);
    memory.octets.set(address);
    if (this.libc.bind(this.fd, memory, address.length) < 0) throw new Error('no socket for the fake systemd');
    this.timer = setInterval(() => this.read(), 5);
  }

  /** Start the service with all that is kept. */
  start(args: readonly string[], cwd: string): ServeProcess {
    this.read();
    const names = this.store.map(({ name }) => name).join(':');
    const env = { NOTIFY_SOCKET: this.name, LISTEN_FDS: String(this.store.length), LISTEN_FDNAMES: names };
    return new ServeProcess(args, {
      cwd,
      env,
      passed: this.store.map(({ fd }) => fd),
      // The process has its number only when it runs.
      wrapper: ['/bin/sh', '-c', 'LISTEN_PID=$$ exec "$@"', 'sh'],
    });
  }

  /** What is kept, as `udp 127.0.0.1:53`. */
  describe(): readonly string[] {
    this.read();
    const inspector = new SocketInspector(this.libc);
    return this.store.map(({ fd }) => {
      const facts = inspector.inspect(fd);
      return facts.ok
        ? `${facts.value.transport} ${facts.value.address.address}:${facts.value.address.port}`
        : facts.error;
    });
  }

  close(): void {
    clearInterval(this.timer);
    for (const { fd } of this.store.splice(0)) this.libc.close(fd);
    this.libc.close(this.fd);
  }

  private read(): void {
    for (;;) {
      const message = this.messages.receive(this.fd);
      if (message === undefined || message === 'ended') return;
      const state = Buffer.from(message.octets).toString();
      this.states.push(state);
      const [, name = 'stored'] = /^FDNAME=(.*)$/m.exec(state) ?? [];
      if (/^FDSTORE=1$/m.test(state)) this.store.push(...message.descriptors.map((fd) => ({ name, fd })));
      if (/^FDSTOREREMOVE=1$/m.test(state)) this.remove(name);
    }
  }

  private remove(name: string): void {
    const kept = this.store.filter((stored) => stored.name !== name);
    for (const { name: stored, fd } of this.store.splice(0)) if (stored === name) this.libc.close(fd);
    this.store.push(...kept);
  }
}
