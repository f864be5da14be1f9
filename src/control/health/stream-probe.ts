import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { writeOptionsRequest } from '../../sip/message-options.ts';
import { ReplyStream } from '../../sip/message-stream.ts';
import { judgeError, type ProbeOutcome } from './outcome.ts';
import type { Probe, ProbeContext, ProbeTask } from './probe.ts';
import { ProbeExchange } from './probe-exchange.ts';

/**
 * OPTIONS over TCP or TLS, on a connection of its own; or the connection alone, which is all that `tcp-connect` asks for. RFC 3261
 * §17.1.2.2: nothing is sent again where the transport is reliable.
 */
export class StreamProbe implements Probe {
  private readonly task: ProbeTask;
  private readonly context: ProbeContext;
  private readonly exchange: ProbeExchange;
  private readonly replies = new ReplyStream();
  private readonly socket: Socket;
  private readonly startMs: number;
  private isConnected = false;

  constructor(task: ProbeTask, context: ProbeContext, done: (outcome: ProbeOutcome) => void) {
    this.task = task;
    this.context = context;
    this.startMs = context.timeline.now();
    this.exchange = new ProbeExchange(
      task,
      context,
      done,
      () => this.socket.destroy(),
      () => this.describeSilence(),
    );
    const { exchange } = this;
    this.socket = openSocket(task, () => this.connected());
    this.socket.on('error', (error) => exchange.finish(judgeError(error)));
    this.socket.on('close', () => exchange.finish({ kind: 'failed', reason: exchange.strange ?? 'connection closed' }));
    this.socket.on('data', (chunk) => this.receive(chunk));
  }

  stop(): void {
    this.exchange.stop();
  }

  private connected(): void {
    const { task, socket, exchange } = this;
    if (exchange.isDone) return;
    this.isConnected = true;
    exchange.sentMs = this.context.timeline.now();
    if (task.settings.probe === 'tcp-connect') {
      exchange.finish({ kind: 'alive', reply: 'connected', latencyMs: exchange.sentMs - this.startMs });
      return;
    }
    const { localAddress, localPort } = socket;
    // Closed meanwhile, which an event says.
    if (localAddress === undefined || localPort === undefined) return;
    const client = { address: localAddress, port: localPort };
    const { maxForwards } = task.settings;
    const transport = task.transport === 'tls' ? 'tls' : 'tcp';
    const { transaction } = exchange;
    socket.write(writeOptionsRequest({ transaction, transport, server: task, client, maxForwards }));
  }

  private receive(chunk: Uint8Array): void {
    const { exchange } = this;
    for (const found of exchange.isDone ? [] : this.replies.push(chunk)) {
      if (found.ok) exchange.take(found.value);
      // No message can be found behind it.
      else exchange.finish({ kind: 'failed', reason: found.error });
      if (exchange.isDone) return;
    }
  }

  private describeSilence(): string | undefined {
    return this.isConnected ? this.exchange.strange : `no connection within ${this.task.settings.timeoutMs} ms`;
  }
}

function openSocket({ address, port, transport, serverName, settings }: ProbeTask, connected: () => void): Socket {
  if (transport !== 'tls' || settings.probe === 'tcp-connect') return connect({ host: address, port }, connected);
  return connectTls(
    {
      host: address,
      port,
      // RFC 6066 §3: no addresses.
      servername: isIP(serverName) === 0 ? serverName : '',
      rejectUnauthorized: settings.tlsVerify,
    },
    connected,
  );
}
