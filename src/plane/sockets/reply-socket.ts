import { assert } from '../../base/assert.ts';
import { maxMessageOctets } from '../../base/limits.ts';
import type { Libc, NativeMemory } from '../libc.ts';
import { MessageFlag, messageHeaderOctets, vectorOctets } from './socket-layout.ts';

/** A sockaddr of any family, and control data, have at most so many. */
const partOctets = 128;
/** Where the parts of one message lie: header, vector, address, control data, message. */
const At = {
  vector: messageHeaderOctets,
  address: messageHeaderOctets + vectorOctets,
  control: messageHeaderOctets + vectorOctets + partOctets,
  message: messageHeaderOctets + vectorOctets + 2 * partOctets,
} as const;

/** Sends single datagrams from a thread that has not received them: to the same peer, from the address that was asked. */
export class ReplySocket {
  private readonly libc: Libc;
  private readonly memory: NativeMemory;
  private readonly view: DataView;

  constructor(libc: Libc) {
    this.libc = libc;
    this.memory = libc.allocate(At.message + maxMessageOctets);
    this.view = new DataView(this.memory.octets.buffer);
  }

  /** `peer` is a sockaddr, `control` what `sendmsg` takes with it, maybe nothing. False where the kernel refuses. */
  send(fd: number, peer: Uint8Array, control: Uint8Array, message: Uint8Array): boolean {
    assert(peer.length <= partOctets && control.length <= partOctets, 'an address and its control data are short');
    assert(message.length <= maxMessageOctets, 'a message has at most 65535 octets');
    const { octets } = this.memory;
    octets.fill(0, 0, At.address);
    octets.set(peer, At.address);
    octets.set(control, At.control);
    octets.set(message, At.message);
    this.putPointer(0, At.address);
    this.view.setUint32(8, peer.length, true);
    this.putPointer(16, At.vector);
    this.view.setUint32(24, 1, true);
    if (control.length > 0) this.putPointer(32, At.control);
    this.view.setUint32(40, control.length, true);
    this.putPointer(At.vector, At.message);
    this.view.setUint32(At.vector + 8, message.length, true);
    return this.libc.sendMany(fd, this.memory, 0, 1, MessageFlag.dontWait) === 1;
  }

  private putPointer(at: number, target: number): void {
    this.view.setBigUint64(at, BigInt(this.memory.address + target), true);
  }
}
