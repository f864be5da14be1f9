/**
 * The connections of one worker, the longest inactive first, and the bound on their number.
 *
 * When all places are taken, a new connection takes that of the longest idle one of this worker, if that had its second to ask: a
 * client may be parted from an idle connection at any time (RFC 7766 §6.2.3) and simply opens another, whereas refusing the new one
 * would let whoever holds idle connections lock out all others. A connection that is stuck, in half a question or with responses that
 * the client doesn't read, is taken for idle after a while. Where every connection is at work, the one used least lately of a client that
 * has more than half of all places gives way to others; else the new one is refused.
 *
 * A client may have a bound of its own, within which its new connections take the places of its idle ones.
 */
import type { Socket } from 'node:net';
import { Counter, sumCounter } from '../plane/counters.ts';
import type { DeferredReply } from '../plane/deferred.ts';
import { parseAddress } from '../plane/sockets/socket-address.ts';
import { ConnectionCounts, clientOf } from './connection-counts.ts';
import { type ConnectionEvents, ResponseBuffer, TcpConnection } from './tcp-connection.ts';
import type { SecureConnections, TlsHandshakes } from './tls-handshakes.ts';
import type { WorkerContext } from './worker-context.ts';

/** A connection younger than this, or used within it, is not taken for a new one. */
const minIdleMs = 1000;
/** One that had no response made or fetched for so long is stuck: an octet of a question now and then holds no place. */
const maxStallMs = 5000;
/** So many of the longest inactive are looked at for an idle one. */
const maxEvictionSteps = 16;
/** The same for one of a certain client. */
const maxClientSteps = 1000;

export class TcpConnections implements ConnectionEvents, SecureConnections {
  private readonly context: WorkerContext;
  /** The blocks of all workers: the bound is over all of them. */
  private readonly allCounters: Float64Array;
  private readonly buffer = new ResponseBuffer();
  /** A Set keeps the order of insertion; what becomes active goes to the end. */
  private readonly connections = new Set<TcpConnection>();
  /** The same, by number. */
  private readonly byNumber = new Map<number, TcpConnection>();
  /** Of connections that are not open yet, where there is TLS. */
  handshakes: TlsHandshakes | undefined;
  /** Told how many connections there are, those being opened too, whenever that changes. */
  counted: (open: number) => void = () => undefined;
  private nextNumber = 1;
  private readonly counts = new ConnectionCounts();

  constructor(context: WorkerContext) {
    this.context = context;
    this.allCounters = new Float64Array(context.start.counters);
  }

  get count(): number {
    return this.connections.size;
  }

  accept(socket: Socket, family: 4 | 6): void {
    if (this.admit(socket, family)) this.open(socket, family);
  }

  /** Whether there is a place for that connection; if not it is closed. */
  admit(socket: Socket, family: 4 | 6): boolean {
    const { counters } = this.context;
    if (this.isIgnored(socket, family)) {
      socket.destroy();
      return false;
    }
    const client = clientOf(socket.remoteAddress);
    if (!this.makeRoom(client, performance.now())) {
      counters.add(Counter.tcpRefused);
      // RST rather than FIN: nothing was received that could be answered, and no state stays behind.
      socket.resetAndDestroy();
      return false;
    }
    counters.add(Counter.tcpAccepted);
    counters.add(family === 4 ? Counter.TCP4Accept : Counter.TCP6Accept);
    this.counts.add(client);
    socket.once('close', () => {
      this.counts.remove(client);
      counters.add(family === 4 ? Counter.TCP4Close : Counter.TCP6Close);
    });
    return true;
  }

  /** Take questions from a connection that has its place. */
  open(socket: Socket, family: 4 | 6): void {
    const number = this.nextNumber++;
    const connection = new TcpConnection(number, this.context, socket, family, performance.now(), this.buffer, this);
    this.connections.add(connection);
    this.byNumber.set(number, connection);
    this.countOpen();
  }

  active(connection: TcpConnection): void {
    if (this.connections.delete(connection)) this.connections.add(connection);
  }

  closed(connection: TcpConnection): void {
    this.connections.delete(connection);
    this.byNumber.delete(connection.number);
    this.countOpen();
  }

  /** Pass on what another has answered; its connection may have gone. */
  sendReply({ number, octets }: DeferredReply): void {
    this.byNumber.get(number)?.sendReply(octets);
  }

  /** Close those that are over their limits. */
  closeLate(): void {
    const { idleMs, totalMs } = this.context.start.tcp;
    const nowMs = performance.now();
    this.handshakes?.closeLate(nowMs);
    for (const connection of this.connections) {
      if (connection.closeIfLate(nowMs, idleMs, totalMs)) this.context.counters.add(Counter.tcpTimedOut);
    }
  }

  /** Whether there is one, or one is being opened. */
  get isServing(): boolean {
    return this.connections.size > 0 || (this.handshakes?.count ?? 0) > 0;
  }

  /** End those that have had nothing to do for so long. */
  endSilent(silentMs: number): void {
    const nowMs = performance.now();
    for (const connection of this.connections) connection.endIfSilent(nowMs, silentMs);
  }

  endAll(): void {
    this.handshakes?.destroyAll();
    for (const connection of this.connections) connection.end();
  }

  destroyAll(): void {
    for (const connection of this.connections) connection.destroy();
  }

  /** BIND's blackhole: closed before it has asked anything. */
  private isIgnored(socket: Socket, family: 4 | 6): boolean {
    const { responder } = this.context;
    const octets = parseAddress(socket.remoteAddress ?? '');
    if (octets === undefined) return false;
    responder.client.family = family;
    responder.client.octets = octets;
    responder.client.offset = 0;
    return responder.ignoresClient();
  }

  private isFull(): boolean {
    return sumCounter(this.allCounters, Counter.tcpConnections) >= this.context.start.tcp.connections;
  }

  /** Whether there is a place for one more connection of the client; some other may have had to go for it. */
  private makeRoom(client: string, nowMs: number): boolean {
    const { connections, connectionsPerClient = connections } = this.context.start.tcp;
    // Its own go first; where it has none that is idle, it has enough.
    if (this.counts.of(client) >= connectionsPerClient && connectionsPerClient < connections) {
      return this.close(this.findIdleOf(client, nowMs));
    }
    return !this.isFull() || this.evict(nowMs) || this.close(this.findGreedy(client));
  }

  private evict(nowMs: number): boolean {
    if (this.handshakes?.evict(nowMs) === true) {
      this.context.counters.add(Counter.tcpEvicted);
      return true;
    }
    return this.close(this.findEvictable(nowMs));
  }

  /** False where there is none. */
  private close(connection: TcpConnection | undefined): boolean {
    if (connection === undefined) return false;
    connection.destroy();
    // At once, not at its `close` event: several connections may come in one turn of the event loop.
    this.connections.delete(connection);
    this.context.counters.add(Counter.tcpEvicted);
    return true;
  }

  private findIdleOf(client: string, nowMs: number): TcpConnection | undefined {
    let steps = 0;
    for (const connection of this.connections) {
      if (steps++ >= maxClientSteps || nowMs - connection.activeMs < minIdleMs) return undefined;
      if (connection.clientName === client && connection.isIdle) return connection;
    }
    return undefined;
  }

  /** Of the client that has more than half of all places, unless it is this one, the connection that was used least lately. */
  private findGreedy(client: string): TcpConnection | undefined {
    const greedy = this.counts.greediest(this.context.start.tcp.connections / 2);
    if (greedy === undefined || greedy === client) return undefined;
    for (const connection of this.connections) {
      if (connection.clientName === greedy && !connection.isTransferring) return connection;
    }
    return undefined;
  }

  private findEvictable(nowMs: number): TcpConnection | undefined {
    let steps = 0;
    for (const connection of this.connections) {
      const inactiveMs = nowMs - connection.activeMs;
      if (steps++ >= maxEvictionSteps || inactiveMs < minIdleMs) return undefined;
      if (connection.isIdle || (inactiveMs >= maxStallMs && !connection.isTransferring)) return connection;
    }
    return undefined;
  }

  countPending(): void {
    this.countOpen();
  }

  private countOpen(): void {
    const { counters } = this.context;
    const open = this.connections.size + (this.handshakes?.count ?? 0);
    counters.set(Counter.tcpConnections, open);
    if (open > counters.get(Counter.TCPConnHighWater)) counters.set(Counter.TCPConnHighWater, open);
    this.counted(open);
  }
}
