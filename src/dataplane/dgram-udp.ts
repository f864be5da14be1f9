/**
 * The UDP worker over Node's own sockets, for systems without libc's batch calls. On a wildcard address Node does not tell
 * which address was asked, nor can it choose the one to answer from: a machine with several addresses that needs this backend
 * should listen on each by name.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Transport } from '../answer/outcome.ts';
import { Counter } from '../plane/counters.ts';
import type { DeferredReply } from '../plane/deferred.ts';
import type { WorkerSocket } from '../plane/messages.ts';
import { TapProtocol } from '../plane/rings/tap-record.ts';
import { formatAddress, parseAddress } from '../plane/sockets/socket-address.ts';
import { maxQuestionOctets, maxResponseOctets } from './datagram-batch.ts';
import type { WorkerContext } from './worker-context.ts';

/** How often the control words are looked at. */
const controlMs = 100;
/** At stop: questions received already are read until none came for so long, at most so often. */
const drainMs = 20;
const maxDrainRounds = 25;

/** Serve until told to stop, then answer what has been received. */
export async function serveDatagrams(context: WorkerContext): Promise<void> {
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  const servers = context.start.sockets.map((socket, index) => new DatagramServer(context, socket, index));
  await Promise.all(servers.map((server) => server.open()));
  context.takeReply = (reply) => servers[reply.number]?.sendReply(reply);
  context.listen(stop);
  const timer = setInterval(() => {
    if (context.isStopping()) stop();
  }, controlMs);
  context.post({ kind: 'ready' });
  await stopped;
  clearInterval(timer);
  await drain(servers);
  await Promise.all(servers.map((server) => server.close()));
  context.unlisten();
}

async function drain(servers: readonly DatagramServer[]): Promise<void> {
  const received = () => servers.reduce((sum, server) => sum + server.received, 0);
  for (let round = 0; round < maxDrainRounds; round++) {
    const before = received();
    await sleep(drainMs);
    if (received() === before) return;
  }
}

class DatagramServer {
  /** Datagrams so far. */
  received = 0;
  private readonly context: WorkerContext;
  private readonly address: WorkerSocket;
  /** Place among the sockets. */
  private readonly index: number;
  private readonly local: Uint8Array;
  private readonly socket: Socket;
  private readonly response = new Uint8Array(maxResponseOctets);

  constructor(context: WorkerContext, address: WorkerSocket, index: number) {
    this.context = context;
    this.index = index;
    this.address = address;
    this.local = parseAddress(address.address) ?? new Uint8Array(16);
    const isIpv4 = address.family === 4;
    this.socket = createSocket({ type: isIpv4 ? 'udp4' : 'udp6', ipv6Only: !isIpv4, reusePort: address.fd < 0 });
    this.socket.on('message', (message, peer) => this.take(message, peer));
  }

  async open(): Promise<void> {
    const { fd, address, port } = this.address;
    // Before `bind`, which tells at once where the socket exists already.
    const listening = once(this.socket, 'listening');
    this.socket.bind(fd >= 0 ? { fd } : { address, port });
    await listening;
    // From here on an error concerns one response, which is counted where it is sent.
    this.socket.on('error', () => this.context.counters.add(Counter.receiveErrors));
  }

  async close(): Promise<void> {
    const closed = once(this.socket, 'close');
    this.socket.close();
    await closed;
  }

  private take(message: Buffer, peer: RemoteInfo): void {
    const { context } = this;
    this.received++;
    context.begin(Date.now());
    const octets = this.answer(message, peer);
    context.end();
    if (octets > 0) this.send(octets, peer);
    context.countDuration(Transport.udp);
  }

  private answer(message: Buffer, peer: RemoteInfo): number {
    const { responder, counters, tap } = this.context;
    const { family } = this.address;
    const octets = Math.min(message.length, maxQuestionOctets);
    if (message.length > maxQuestionOctets) counters.add(Counter.oversize);
    this.noteClient(peer);
    if (responder.needsAddresses) this.noteAddresses(peer);
    try {
      const sent = responder.respond(message, 0, octets, family, Transport.udp, this.response, 0);
      if (sent === 0 && responder.isDeferred) this.defer(message, octets, peer);
      if (sent > 0) tap?.answered(this.address.port, TapProtocol.udp, message, 0, octets, this.response, 0, sent);
      return sent;
    } catch (error) {
      return responder.recover(error, message, 0, octets, this.response, 0);
    }
  }

  private defer(message: Buffer, octets: number, peer: RemoteInfo): void {
    this.noteAddresses(peer);
    this.context.defer(message, 0, octets, { kind: 'worker', number: this.index });
  }

  sendReply({ octets, client }: DeferredReply): void {
    if (octets.length > 0) this.sendTo(Buffer.from(octets), client.port, formatAddress(client.octets));
  }

  private send(octets: number, peer: RemoteInfo): void {
    // A copy: Node sends when it gets to it, and the next question is answered into the same place.
    this.sendTo(Buffer.from(this.response.subarray(0, octets)), peer.port, peer.address);
  }

  private sendTo(response: Buffer, port: number, address: string): void {
    this.socket.send(response, port, address, (error) => {
      if (error !== null) this.context.counters.add(Counter.sendErrors);
    });
  }

  private noteClient(peer: RemoteInfo): void {
    const { client } = this.context.responder;
    client.family = this.address.family;
    client.octets = parseAddress(peer.address) ?? new Uint8Array(16);
    client.offset = 0;
    client.port = peer.port;
    client.local = this.local;
    client.localOffset = 0;
  }

  private noteAddresses(peer: RemoteInfo): void {
    const { record } = this.context.responder;
    record.family = this.address.family;
    record.client = parseAddress(peer.address) ?? new Uint8Array(16);
    record.clientOffset = 0;
    record.clientPort = peer.port;
    record.local = this.local;
    record.localOffset = 0;
    record.localPort = this.address.port;
  }
}
