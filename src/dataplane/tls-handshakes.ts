/**
 * DNS over TLS (RFC 7858, RFC 8310): from a TCP connection to a secure one, which then is as any other.
 *
 * A connection takes its place among all as soon as it is accepted. Its handshake has so long and no longer, whatever arrives
 * meanwhile, and when places are wanted those who have not come to an end of theirs go first.
 */
import type { Socket } from 'node:net';
import type { Server, TLSSocket } from 'node:tls';
import { Counter } from '../plane/counters.ts';
import { dotProtocol } from '../plane/dot-protocol.ts';
import type { TlsCredentials } from '../plane/messages.ts';
import { tlsOptions } from '../plane/tls-options.ts';
import { describeTlsError } from './tls-error.ts';
import type { WorkerContext } from './worker-context.ts';

const maxHandshakeMs = 5000;
/** Older than this a handshake gives way to a new connection. Over a path of 300 ms it takes less. */
const minHandshakeMs = 1000;
/** Failures are told this often at most, all but one as a number. */
const tellEveryMs = 60_000;

/** Where secure connections go. */
export interface SecureConnections {
  open(socket: Socket, family: 4 | 6): void;
  /** Of those that are not open yet. */
  countPending(): void;
}

interface Handshake {
  readonly raw: Socket;
  readonly family: 4 | 6;
  readonly client: string;
  readonly startMs: number;
  /** Why it fails. */
  reason: string | undefined;
}

export class TlsHandshakes {
  private readonly context: WorkerContext;
  private readonly connections: SecureConnections;
  private readonly server: Server;
  /** By both ends' addresses; the oldest first. */
  private readonly handshakes = new Map<string, Handshake>();
  private untold = 0;
  private toldMs = Number.NEGATIVE_INFINITY;

  private constructor(context: WorkerContext, connections: SecureConnections, server: Server) {
    this.context = context;
    this.connections = connections;
    this.server = server;
    server.on('secureConnection', (socket) => this.succeed(socket));
    server.on('tlsClientError', (error, socket) => this.noteReason(socket, describeTlsError(error)));
  }

  /** Throws where the credentials are no good. */
  static async create(
    context: WorkerContext,
    connections: SecureConnections,
    credentials: TlsCredentials,
  ): Promise<TlsHandshakes> {
    // Here, so that nobody without TLS waits for it.
    const { createServer } = await import('node:tls');
    const server = createServer({ ...tlsOptions(credentials), ALPNProtocols: [dotProtocol] });
    return new TlsHandshakes(context, connections, server);
  }

  /** For handshakes from now on. */
  setCredentials(credentials: TlsCredentials): void {
    try {
      this.server.setSecureContext(tlsOptions(credentials));
    } catch (error) {
      this.context.post({ kind: 'network', message: `TLS: the old certificate stays: ${describeTlsError(error)}` });
    }
  }

  get count(): number {
    return this.handshakes.size;
  }

  /** Begin with a connection that has been accepted. */
  begin(raw: Socket, family: 4 | 6): void {
    const key = endsOf(raw);
    // Gone already.
    if (key === undefined) {
      raw.destroy();
      return;
    }
    const client = `${raw.remoteAddress}#${raw.remotePort}`;
    const handshake = { raw, family, client, startMs: performance.now(), reason: undefined };
    this.handshakes.set(key, handshake);
    this.connections.countPending();
    raw.on('error', () => undefined);
    raw.once('close', () => this.fail(key, handshake));
    // What a TLS server does with each connection that it accepts; ours have been accepted elsewhere.
    this.server.emit('connection', raw);
  }

  /** Let the oldest go for another connection. False where none has had its time. */
  evict(nowMs: number): boolean {
    const [oldest] = this.handshakes;
    if (oldest === undefined || nowMs - oldest[1].startMs < minHandshakeMs) return false;
    const [key, handshake] = oldest;
    this.end(key, handshake, 'too slow while others wait');
    return true;
  }

  closeLate(nowMs: number): void {
    for (const [key, handshake] of this.handshakes) {
      if (nowMs - handshake.startMs < maxHandshakeMs) return;
      this.end(key, handshake, 'timed out');
      this.context.counters.add(Counter.tcpTimedOut);
    }
  }

  destroyAll(): void {
    for (const { raw } of this.handshakes.values()) raw.destroy();
    this.handshakes.clear();
  }

  private succeed(socket: TLSSocket): void {
    const key = endsOf(socket);
    const handshake = key === undefined ? undefined : this.handshakes.get(key);
    if (key === undefined || handshake === undefined) {
      socket.destroy();
      return;
    }
    this.handshakes.delete(key);
    this.context.counters.add(Counter.tlsHandshakes);
    this.connections.open(socket, handshake.family);
  }

  private noteReason(socket: TLSSocket, reason: string | undefined): void {
    const key = endsOf(socket);
    const handshake = key === undefined ? undefined : this.handshakes.get(key);
    if (handshake !== undefined) handshake.reason ??= reason;
  }

  private end(key: string, handshake: Handshake, reason: string): void {
    handshake.reason = reason;
    this.fail(key, handshake);
    handshake.raw.destroy();
  }

  /** Nothing where it has come to an end before. */
  private fail(key: string, handshake: Handshake): void {
    if (this.handshakes.get(key) !== handshake) return;
    this.handshakes.delete(key);
    this.context.counters.add(Counter.tlsFailures);
    this.connections.countPending();
    // Who connects and goes without a word is no news: so do port scans and those who look whether we are there.
    if (handshake.reason !== undefined) this.tell(handshake.client, handshake.reason);
  }

  private tell(client: string, reason: string): void {
    const nowMs = performance.now();
    if (nowMs - this.toldMs < tellEveryMs) {
      this.untold++;
      return;
    }
    const others = this.untold === 0 ? '' : ` (and ${this.untold} others since the last such message)`;
    this.context.post({ kind: 'network', message: `TLS handshake with ${client} failed: ${reason}${others}` });
    this.toldMs = nowMs;
    this.untold = 0;
  }
}

/** What tells one connection from the others; `undefined` where it is gone. */
function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string | undefined {
  return remoteAddress === undefined ? undefined : `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
