import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findLibc, isBatchAvailable, type Libc } from '../../../../src/plane/libc.ts';
import { ReplySocket } from '../../../../src/plane/sockets/reply-socket.ts';
import { writeSocketAddress } from '../../../../src/plane/sockets/socket-address.ts';
import { SocketOpener } from '../../../../src/plane/sockets/socket-opener.ts';

describe.skipIf(!isBatchAvailable())('ReplySocket', () => {
  const libc = findLibc() as Libc;
  const opener = new SocketOpener(libc);
  const replies = isBatchAvailable() ? new ReplySocket(libc) : undefined;
  let client: Socket;
  let fd: number;

  beforeAll(async () => {
    client = createSocket('udp4');
    client.bind(0, '127.0.0.1');
    await once(client, 'listening');
    const opened = opener.open({ family: 4, address: '127.0.0.1', port: 0 }, 'udp');
    if (!opened.ok) throw new Error(opened.error.message);
    fd = opened.value;
  });

  afterAll(() => {
    client.close();
    opener.close(fd);
  });

  function peerOf(port: number): Uint8Array {
    const peer = new Uint8Array(28);
    return peer.subarray(0, writeSocketAddress(peer, { family: 4, address: '127.0.0.1', port }));
  }

  it.each([12, 1232, 65_507])('sends a message of %i octets from the descriptor that it is given', async (octets) => {
    const message = Uint8Array.from({ length: octets }, (_, i) => i & 255);
    const received = once(client, 'message');
    expect(replies?.send(fd, peerOf(client.address().port), new Uint8Array(0), message)).toBe(true);
    const [got, from] = (await received) as [Buffer, { port: number }];
    expect(Buffer.from(message).equals(got)).toBe(true);
    expect(from.port).toBe(opener.portOf(fd));
  });

  it('says when the kernel refuses', () => {
    expect(replies?.send(fd, peerOf(0), new Uint8Array(0), new Uint8Array(12))).toBe(false);
  });

  it('refuses what C would read beyond its memory', () => {
    expect(() => replies?.send(fd, new Uint8Array(129), new Uint8Array(0), new Uint8Array(12))).toThrow('address');
    expect(() => replies?.send(fd, peerOf(1), new Uint8Array(129), new Uint8Array(12))).toThrow('control');
    expect(() => replies?.send(fd, peerOf(1), new Uint8Array(0), new Uint8Array(65_536))).toThrow('65535');
  });
});
