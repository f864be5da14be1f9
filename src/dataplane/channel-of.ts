import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { Channel } from '../plane/access/client.ts';
import { dotProtocol } from '../plane/dot-protocol.ts';

/** What the connection is good for. A secure one has its handshake behind it. */
export function channelOf(socket: Socket): Channel {
  const secure = socket as Socket & Partial<TLSSocket>;
  if (secure.encrypted !== true) return Channel.plain;
  return secure.alpnProtocol === dotProtocol && secure.getProtocol?.() === 'TLSv1.3' ? Channel.xot : Channel.tls;
}
