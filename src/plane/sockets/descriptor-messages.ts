/** Messages with open files in them (SCM_RIGHTS, unix(7)), which Node can neither send nor receive. */
import { assert } from '../../base/assert.ts';
import type { Libc, NativeMemory } from '../libc.ts';
import {
  controlHeaderOctets,
  descriptorRights,
  Errno,
  Level,
  MessageFlag,
  messageHeaderOctets,
  vectorOctets,
} from './socket-layout.ts';

/** The kernel takes 253 (SCM_MAX_FD). */
export const maxDescriptors = 250;
const maxAddressOctets = 128;
const maxControlOctets = controlHeaderOctets + maxDescriptors * 4;
const maxTextOctets = 65_536;

/** Where the parts of one message lie. */
const At = {
  vector: messageHeaderOctets,
  address: messageHeaderOctets + vectorOctets,
  control: messageHeaderOctets + vectorOctets + maxAddressOctets,
  text: messageHeaderOctets + vectorOctets + maxAddressOctets + maxControlOctets,
} as const;

/** Where a field stands in struct mmsghdr. */
const Field = { controlLength: 40, flags: 48, received: 56 } as const;

/** What came in one read. The descriptors are the receiver's to close. */
export interface DescriptorMessage {
  readonly octets: Uint8Array;
  readonly descriptors: readonly number[];
}

/** Sends and receives on Unix sockets of any type. */
export class DescriptorMessages {
  private readonly libc: Libc;
  private readonly memory: NativeMemory;
  private readonly view: DataView;

  constructor(libc: Libc) {
    this.libc = libc;
    this.memory = libc.allocate(At.text + maxTextOctets);
    this.view = new DataView(this.memory.octets.buffer);
  }

  /** Send all of `text`, with duplicates of the descriptors. `address`: a sockaddr, for a socket that is not connected. Gives why not. */
  send(
    fd: number,
    text: Uint8Array,
    descriptors: readonly number[],
    address: Uint8Array = new Uint8Array(0),
  ): string | undefined {
    assert(text.length > 0 && text.length <= maxTextOctets, 'descriptors travel with some octets');
    assert(descriptors.length <= maxDescriptors, 'more descriptors are sent in several messages');
    assert(address.length <= maxAddressOctets, 'an address is short');
    this.layOut(text.length, address.length, descriptors.length);
    const { octets } = this.memory;
    octets.set(address, At.address);
    octets.set(text, At.text);
    for (const [i, descriptor] of descriptors.entries())
      this.view.setInt32(At.control + controlHeaderOctets + i * 4, descriptor, true);
    const sent = this.libc.sendMany(fd, this.memory, 0, 1, MessageFlag.noSignal | MessageFlag.dontWait);
    if (sent !== 1) return this.libc.describeError(this.libc.errno());
    return this.view.getUint32(Field.received, true) === text.length ? undefined : 'only a part was taken';
  }

  /** What has come; `undefined`: nothing yet, `'ended'`: nothing will. Descriptors are closed on exec. */
  receive(fd: number): DescriptorMessage | 'ended' | undefined {
    this.layOut(maxTextOctets, 0, maxDescriptors);
    const flags = MessageFlag.dontWait | MessageFlag.closeOnExec;
    if (this.libc.receiveMany(fd, this.memory, 1, flags) !== 1) {
      const errno = this.libc.errno();
      return errno === Errno.EAGAIN || errno === Errno.EINTR ? undefined : 'ended';
    }
    const length = this.view.getUint32(Field.received, true);
    const descriptors = this.readDescriptors();
    if (length === 0 && descriptors.length === 0) return 'ended';
    return { octets: this.memory.octets.slice(At.text, At.text + length), descriptors };
  }

  private layOut(textOctets: number, addressOctets: number, descriptors: number): void {
    this.memory.octets.fill(0, 0, At.text);
    if (addressOctets > 0) this.putPointer(0, At.address);
    this.view.setUint32(8, addressOctets, true);
    this.putPointer(16, At.vector);
    this.view.setUint32(24, 1, true);
    this.putPointer(At.vector, At.text);
    this.view.setUint32(At.vector + 8, textOctets, true);
    if (descriptors === 0) return;
    this.putPointer(32, At.control);
    const octets = controlHeaderOctets + descriptors * 4;
    // CMSG_SPACE: as long as a whole number of words. At.text leaves room for it, since maxDescriptors is even.
    this.view.setUint32(Field.controlLength, (octets + 7) & ~7, true);
    this.view.setUint32(At.control, octets, true);
    this.view.setInt32(At.control + 8, Level.socket, true);
    this.view.setInt32(At.control + 12, descriptorRights, true);
  }

  private readDescriptors(): readonly number[] {
    const { view } = this;
    // One control message at most: no other kind was asked for.
    if (view.getUint32(Field.controlLength, true) < controlHeaderOctets) return [];
    const isRights =
      view.getInt32(At.control + 8, true) === Level.socket && view.getInt32(At.control + 12, true) === descriptorRights;
    if (!isRights) return [];
    const count = (view.getUint32(At.control, true) - controlHeaderOctets) >> 2;
    return Array.from({ length: count }, (_, i) => view.getInt32(At.control + controlHeaderOctets + i * 4, true));
  }

  private putPointer(at: number, target: number): void {
    this.view.setBigUint64(at, BigInt(this.memory.address + target), true);
  }
}
