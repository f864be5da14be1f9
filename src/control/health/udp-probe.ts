import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { makeTransaction, writeOptionsRequest } from '../../sip/message-options.ts';
import { findMismatch, parseReplyDatagram } from '../../sip/message-reply.ts';
import { judgeError, judgeReply, type ProbeOutcome } from './outcome.ts';
import type { Probe, ProbeContext, ProbeTask } from './probe.ts';
import { noReply, ProbeDeadline } from './probe-deadline.ts';
import { type Appointment, callOff } from './timeline.ts';

/** RFC 3261 §17.1.2.2: the first retransmission, and the longest time between two. */
const t1Ms = 500;
const t2Ms = 4000;

type Lookup = (name: string, options: unknown, found: (error: null, address: string, family: number) => void) => void;

/** Addresses are not looked up, so that a probe begins at once. */
const lookup: Lookup = (address, _options, found) => found(null, address, isIPv6(address) ? 6 : 4);

/**
 * OPTIONS over UDP. The socket is connected: the kernel drops what comes from another address, and gives it the ICMP errors that the
 * request causes, which end the probe at once. What is no reply to the request is passed over, but told when nothing better comes.
 */
export class UdpProbe implements Probe {
  private readonly task: ProbeTask;
  private readonly context: ProbeContext;
  private readonly done: (outcome: ProbeOutcome) => void;
  private readonly socket: Socket;
  private readonly transaction;
  private readonly deadline: ProbeDeadline;
  private retransmission: Appointment | undefined;
  private waitMs = t1Ms;
  private sentMs = 0;
  private strange: string | undefined;
  private isDone = false;

  constructor(task: ProbeTask, context: ProbeContext, done: (outcome: ProbeOutcome) => void) {
    this.task = task;
    this.context = context;
    this.done = done;
    this.transaction = makeTransaction(context.nextToken());
    const { timeoutMs } = task.settings;
    this.deadline = new ProbeDeadline(context.timeline, timeoutMs, (late) =>
      this.finish(late ?? noReply(timeoutMs, this.strange)),
    );
    this.socket = createSocket({ type: isIPv6(task.address) ? 'udp6' : 'udp4', lookup: lookup as never });
    this.socket.on('error', (error) => this.finish(judgeError(error)));
    this.socket.on('message', (octets) => this.receive(octets));
    this.socket.connect(task.port, task.address, (error?: Error) => {
      if (error !== undefined && error !== null) this.finish(judgeError(error));
      else if (!this.isDone) this.start();
    });
  }

  stop(): void {
    if (this.isDone) return;
    this.isDone = true;
    this.deadline.stop();
    callOff(this.retransmission);
    this.socket.close();
  }

  private start(): void {
    const { task, transaction } = this;
    const octets = writeOptionsRequest({
      transaction,
      transport: 'udp',
      server: task,
      client: this.socket.address(),
      maxForwards: task.settings.maxForwards,
    });
    this.sentMs = this.context.timeline.now();
    this.send(octets);
  }

  private send(octets: Uint8Array): void {
    // Without a callback an error comes as an event.
    this.socket.send(octets);
    this.retransmission = this.context.timeline.after(this.waitMs, () => this.send(octets));
    this.waitMs = Math.min(2 * this.waitMs, t2Ms);
  }

  private receive(octets: Uint8Array): void {
    if (this.isDone) return;
    const parsed = parseReplyDatagram(octets);
    const problem = parsed.ok ? findMismatch(parsed.value, this.transaction) : parsed.error;
    if (!parsed.ok || problem !== undefined) {
      this.strange = problem;
      return;
    }
    // RFC 3261 §17.1.2.2: after a provisional reply the request is sent every T2.
    if (parsed.value.status < 200) this.waitMs = t2Ms;
    else this.finish(judgeReply(parsed.value, this.task.settings, this.context.timeline.now() - this.sentMs));
  }

  private finish(outcome: ProbeOutcome): void {
    if (this.isDone) return;
    this.stop();
    this.done(outcome);
  }
}
