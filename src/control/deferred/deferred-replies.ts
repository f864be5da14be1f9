import { assert } from '../../base/assert.ts';
import type { ControlWords } from '../../plane/control-words.ts';
import type { Deferred } from '../../plane/deferred.ts';
import { findLibc } from '../../plane/libc.ts';
import type { ListenSockets } from '../../plane/sockets/listen-sockets.ts';
import { ReplySocket } from '../../plane/sockets/reply-socket.ts';

/** Sends responses to deferred messages: datagrams itself, the others through the worker that has the connection. */
export class DeferredReplies {
  private readonly sockets: ListenSockets;
  private readonly control: ControlWords;
  private socket: ReplySocket | undefined;

  constructor(sockets: ListenSockets, control: ControlWords) {
    this.sockets = sockets;
    this.control = control;
  }

  /** The message is answered with these octets, or with silence. `reply` is the worker's way. */
  finish(
    { route }: Deferred,
    octets: Uint8Array | undefined,
    reply: (octets: Uint8Array, number: number) => void,
  ): void {
    this.control.leaveDeferred();
    // Also for silence: the connection counts what it waits for.
    if (route.kind === 'worker') reply(octets ?? new Uint8Array(0), route.number);
    else if (octets !== undefined) this.sendDatagram(route, octets);
  }

  /** What the kernel refuses is lost as on the way: the client asks again. */
  private sendDatagram(route: Extract<Deferred['route'], { kind: 'datagram' }>, octets: Uint8Array): void {
    const libc = findLibc();
    assert(libc !== undefined, 'who receives in batches can send');
    this.socket ??= new ReplySocket(libc);
    const fd = this.sockets.udpSocket(route.addressIndex);
    if (fd >= 0) this.socket.send(fd, route.peer, route.control, octets);
  }
}
