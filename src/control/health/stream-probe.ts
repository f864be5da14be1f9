import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { makeTransaction, type OptionsTransaction, writeOptionsRequest } from '../../sip/message-options.ts';
import { findMismatch } from '../../sip/message-reply.ts';
import { ReplyStream } from '../../sip/message-stream.ts';
import { judgeError, judgeReply, type ProbeOutcome } from './outcome.ts';
import type { Probe, ProbeContext, ProbeTask } from './probe.ts';
import { noReply, ProbeDeadline } from './probe-deadline.ts';

/**
 * OPTIONS over TCP or TLS, on a connection of its own; or the connection alone, which is all that `tcp-connect` asks for. RFC 3261
 * §17.1.2.2: nothing is sent again where the transport is reliable.
 */
export class StreamProbe implements Probe {
  private readonly task: ProbeTask;
  private readonly context: ProbeContext;
  private readonly done: (outcome: ProbeOutcome) => void;
  private readonly transaction: OptionsTransaction;
  private readonly replies = new ReplyStream();
  private readonly socket: Socket;
  private readonly deadline: ProbeDeadline;
  private readonly startMs: number;
  private sentMs = 0;
  private isConnected = false;
  private strange: string | undefined;
  private isDone = false;

  constructor(task: ProbeTask, context: ProbeContext, done: (outcome: ProbeOutcome) => void) {
    this.task = task;
    this.context = context;
    this.done = done;
    this.transaction = makeTransaction(context.nextToken());
    this.startMs = context.timeline.now();
    const { timeoutMs } = task.settings;
    this.deadline = new ProbeDeadline(context.timeline, timeoutMs, (late) =>
      this.finish(late ?? this.describeSilence()),
    );
    this.socket = openSocket(task, () => this.connected());
    this.socket.on('error', (error) => this.finish(judgeError(error)));
    this.socket.on('close', () => this.finish({ kind: 'failed', reason: this.strange ?? 'connection closed' }));
    this.socket.on('data', (chunk) => this.receive(chunk));
  }

  stop(): void {
    if (this.isDone) return;
    this.isDone = true;
    this.deadline.stop();
    this.socket.destroy();
  }

  private connected(): void {
    if (this.isDone) return;
    this.isConnected = true;
    const { task, socket, transaction } = this;
    this.sentMs = this.context.timeline.now();
    if (task.settings.probe === 'tcp-connect') {
      this.finish({ kind: 'alive', reply: 'connected', latencyMs: this.sentMs - this.startMs });
      return;
    }
    const { localAddress, localPort } = socket;
    // Closed meanwhile, which an event says.
    if (localAddress === undefined || localPort === undefined) return;
    const client = { address: localAddress, port: localPort };
    const { maxForwards } = task.settings;
    const transport = task.transport === 'tls' ? 'tls' : 'tcp';
    socket.write(writeOptionsRequest({ transaction, transport, server: task, client, maxForwards }));
  }

  private receive(chunk: Uint8Array): void {
    for (const found of this.isDone ? [] : this.replies.push(chunk)) {
      if (!found.ok) {
        // No message can be found behind it.
        this.finish({ kind: 'failed', reason: found.error });
        return;
      }
      this.strange = findMismatch(found.value, this.transaction);
      if (this.strange === undefined && found.value.status >= 200) {
        this.finish(judgeReply(found.value, this.task.settings, this.context.timeline.now() - this.sentMs));
        return;
      }
    }
  }

  private describeSilence(): ProbeOutcome {
    const { timeoutMs } = this.task.settings;
    return noReply(timeoutMs, this.isConnected ? this.strange : `no connection within ${timeoutMs} ms`);
  }

  private finish(outcome: ProbeOutcome): void {
    if (this.isDone) return;
    this.stop();
    this.done(outcome);
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
