import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { writeOptionsRequest } from '../../sip/message-options.ts';
import { parseReplyDatagram } from '../../sip/message-reply.ts';
import { judgeError, type ProbeOutcome } from './outcome.ts';
import type { Probe, ProbeContext, ProbeTask } from './probe.ts';
import { ProbeExchange } from './probe-exchange.ts';
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
  private readonly exchange: ProbeExchange;
  private readonly socket: Socket;
  private retransmission: Appointment | undefined;
  private waitMs = t1Ms;

  constructor(task: ProbeTask, context: ProbeContext, done: (outcome: ProbeOutcome) => void) {
    this.task = task;
    this.context = context;
    this.exchange = new ProbeExchange(task, context, done, () => this.close());
    const { exchange } = this;
    this.socket = createSocket({ type: isIPv6(task.address) ? 'udp6' : 'udp4', lookup: lookup as never });
    this.socket.on('error', (error) => exchange.finish(judgeError(error)));
    this.socket.on('message', (octets) => this.receive(octets));
    this.socket.connect(task.port, task.address, (error?: Error) => {
      if (error !== undefined && error !== null) exchange.finish(judgeError(error));
      else if (!exchange.isDone) this.start();
    });
  }

  stop(): void {
    this.exchange.stop();
  }

  private close(): void {
    callOff(this.retransmission);
    this.socket.close();
  }

  private start(): void {
    const { task, exchange } = this;
    const octets = writeOptionsRequest({
      transaction: exchange.transaction,
      transport: 'udp',
      server: task,
      client: this.socket.address(),
      maxForwards: task.settings.maxForwards,
    });
    exchange.sentMs = this.context.timeline.now();
    this.send(octets);
  }

  private send(octets: Uint8Array): void {
    // Without a callback an error comes as an event.
    this.socket.send(octets);
    this.retransmission = this.context.timeline.after(this.waitMs, () => this.send(octets));
    this.waitMs = Math.min(2 * this.waitMs, t2Ms);
  }

  private receive(octets: Uint8Array): void {
    const { exchange } = this;
    if (exchange.isDone) return;
    const parsed = parseReplyDatagram(octets);
    if (!parsed.ok) {
      exchange.strange = parsed.error;
      return;
    }
    // RFC 3261 §17.1.2.2: after a provisional reply the request is sent every T2.
    if (exchange.take(parsed.value) !== undefined) this.waitMs = t2Ms;
  }
}
