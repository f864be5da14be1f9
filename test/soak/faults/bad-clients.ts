/** Clients that send what is no message, begin messages and don't end them, don't read, and reset their connections. */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildQuery } from '../../interop/lib/dns-client.ts';
import { UdpClient } from '../clients/udp-client.ts';
import type { World } from '../world.ts';
import type { Fault } from './fault.ts';

type AskedServer = Pick<World, 'daemon' | 'random'>;

/** Well below the server's bound, so that others have theirs. */
const connections = 40;
const datagrams = 300;
const lastMs = 2000;

export const badClients: Fault = {
  name: "clients send garbage, don't read, and reset",
  losses: [],
  isTrouble: false,
  inflict: (world) => sendBadClients(world, world.updated.apex),
};

/** The zone is one that may be transferred. */
export async function sendBadClients(server: AskedServer, apex: string): Promise<void> {
  await throwGarbage(server);
  const sockets = Array.from({ length: connections }, (_, index) => openBad(server, apex, index));
  await sleep(lastMs);
  for (const [index, socket] of sockets.entries()) {
    if (index % 2 === 0) socket.resetAndDestroy();
    else socket.destroy();
  }
}

async function throwGarbage({ daemon, random }: AskedServer): Promise<void> {
  const client = await UdpClient.open(daemon.port);
  for (let i = 0; i < datagrams; i++) {
    client.throwAt(Uint8Array.from({ length: Math.floor(random() * 60) }, () => Math.floor(random() * 256)));
    // Not more than the socket's queue holds: what finds no room there is nobody's fault.
    if (i % 20 === 0) await sleep(10);
  }
  client.close();
}

function openBad({ daemon, random }: AskedServer, apex: string, index: number): Socket {
  const socket = connect({ port: daemon.port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  socket.pause();
  const query = buildQuery({ name: apex, type: 'AXFR' });
  const framed = Buffer.concat([Buffer.of(0, query.length), query]);
  const kinds = [
    // A transfer that isn't read.
    () => socket.write(framed),
    // The beginning of a message.
    () => socket.write(framed.subarray(0, 1 + Math.floor(random() * (framed.length - 1)))),
    // Garbage as a message.
    () => socket.write(Buffer.from(Array.from({ length: 200 }, (_, i) => (i === 0 ? 0 : Math.floor(random() * 256))))),
    // Nothing.
    () => undefined,
  ];
  socket.on('connect', () => kinds[index % kinds.length]?.());
  return socket;
}
