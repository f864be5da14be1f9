import { closeSync, fstatSync, openSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AssertionFailed } from '../../../../src/base/assert.ts';
import { unixAddress } from '../../../../src/control/server/systemd.ts';
import { findLibc, type Libc } from '../../../../src/plane/libc.ts';
import { DescriptorMessages, maxDescriptors } from '../../../../src/plane/sockets/descriptor-messages.ts';
import { Domain, SocketType } from '../../../../src/plane/sockets/socket-layout.ts';

const libc = findLibc() as Libc;
let count = 0;

describe.skipIf(libc === undefined)('messages with descriptors', () => {
  /** A datagram socket under a name of its own, and one to send from. */
  function pair() {
    const address = unixAddress(`@ringzone-unit-${process.pid}-${++count}`) as Buffer;
    const receiver = libc.socket(Domain.unix, SocketType.datagram | SocketType.closeOnExec, 0);
    const memory = libc.allocate(address.length);
    memory.octets.set(address);
    expect(libc.bind(receiver, memory, address.length)).toBe(0);
    const sender = libc.socket(Domain.unix, SocketType.datagram | SocketType.closeOnExec, 0);
    const messages = new DescriptorMessages(libc);
    const close = () => {
      libc.close(receiver);
      libc.close(sender);
    };
    return { address, receiver, sender, messages, close };
  }

  it('carry text and duplicates of open files, which are closed on exec', () => {
    const { address, receiver, sender, messages, close } = pair();
    const files = ['/dev/null', '/dev/zero', '/proc/self/status'].map((path) => openSync(path, 'r'));
    expect(messages.receive(receiver)).toBeUndefined();
    expect(messages.send(sender, Buffer.from('three'), files, address)).toBeUndefined();
    expect(messages.send(sender, Buffer.from('none'), [], address)).toBeUndefined();
    const first = messages.receive(receiver);
    const second = messages.receive(receiver);
    if (typeof first !== 'object' || typeof second !== 'object') throw new Error('nothing has come');
    expect(Buffer.from(first.octets).toString()).toBe('three');
    expect(first.descriptors).toHaveLength(3);
    expect(new Set([...files, ...first.descriptors]).size).toBe(6);
    expect(readlinkSync(`/proc/self/fd/${first.descriptors[1]}`)).toBe('/dev/zero');
    expect(second).toMatchObject({ descriptors: [] });
    expect(Buffer.from(second.octets).toString()).toBe('none');
    for (const fd of [...files, ...first.descriptors]) closeSync(fd);
    close();
  });

  it('take as many as they say, and no more', () => {
    const { address, receiver, sender, messages, close } = pair();
    const many = Array.from({ length: maxDescriptors }, () => 1);
    expect(messages.send(sender, Buffer.from('many'), many, address)).toBeUndefined();
    const got = messages.receive(receiver);
    if (typeof got !== 'object') throw new Error('nothing has come');
    expect(got.descriptors).toHaveLength(maxDescriptors);
    for (const fd of got.descriptors) {
      expect(fstatSync(fd).ino).toBe(fstatSync(1).ino);
      closeSync(fd);
    }
    expect(() => messages.send(sender, Buffer.from('x'), [...many, 1], address)).toThrow(AssertionFailed);
    expect(() => messages.send(sender, new Uint8Array(0), [1], address)).toThrow(AssertionFailed);
    close();
  });

  it('tell what went wrong', () => {
    const { address, receiver, sender, messages, close } = pair();
    expect(messages.send(sender, Buffer.from('x'), [1_000_000], address)).toMatch(/[Bb]ad file/);
    close();
    expect(messages.receive(receiver)).toBe('ended');
    const again = libc.socket(Domain.unix, SocketType.datagram, 0);
    expect(messages.send(again, Buffer.from('x'), [], address)).toMatch(/refused/);
    libc.close(again);
  });
});
