/** What every worker has, whatever its transport: zones, answers, counters, log, control words, and its line to main. */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Transport } from '../answer/outcome.ts';
import { copyOf } from '../base/octets.ts';
import { ControlWords } from '../plane/control-words.ts';
import { Counter, CounterBlock } from '../plane/counters.ts';
import { type DeferredReply, type DeferredRoute, protocolOf } from '../plane/deferred.ts';
import type { FromWorker, TlsCredentials, ToWorker, WorkerStart } from '../plane/messages.ts';
import { LogRingWriter } from '../plane/rings/log-ring.ts';
import type { TapStart } from '../plane/rings/tap-ring.ts';
import type { ZoneReader } from '../store/zone-reader.ts';
import { FaultReporter } from './fault-reporter.ts';
import { MessageTap } from './message-tap.ts';
import { type AnswererFactory, Responder } from './responder.ts';
import type { TransferDesk } from './transfer-desk.ts';

/** The rooms below, given by the worker's entry. */
export interface AnswerSource {
  /** Announces to the store from when to when this thread reads. */
  readonly reader: Pick<ZoneReader, 'enter' | 'leave'>;
  readonly createAnswerer: AnswererFactory;
}

export class WorkerContext {
  readonly start: WorkerStart;
  readonly reader: AnswerSource['reader'];
  readonly counters: CounterBlock;
  readonly control: ControlWords;
  readonly responder: Responder;
  /** Writes into the worker's ring, of which there is one writer. */
  readonly log: LogRingWriter;
  /** Who tells dnstap of messages, while that is on. */
  tap: MessageTap | undefined;
  /** Who sends zones to others, in a TCP worker. */
  transfers: TransferDesk | undefined;
  /** Who sends replies to deferred messages, in a worker with an event loop. */
  takeReply: ((reply: DeferredReply) => void) | undefined;
  /** Who serves TLS, in a TCP worker. */
  takeCredentials: ((credentials: TlsCredentials) => void) | undefined;
  /** Who reads the journal, in a TCP worker. */
  lendJournal: ((isLent: boolean) => void) | undefined;
  private readonly port: MessagePort;
  private stopRequested = false;
  /** When the batch began, on the clock that doesn't jump. */
  private beganMs = 0;
  private requestsBefore = 0;
  private settingsGeneration: number;

  constructor(start: WorkerStart, port: MessagePort, source: AnswerSource) {
    this.start = start;
    this.port = port;
    this.reader = source.reader;
    // The one before may have died while it read; what it held would be kept until this one's first question.
    this.reader.leave();
    this.counters = new CounterBlock(start.counters, start.counterIndex);
    this.control = new ControlWords(start.controlWords);
    // -1: settings that changed before this thread ran lie in the port already.
    this.settingsGeneration = -1;
    const faults = new FaultReporter((message) => this.post(message));
    this.log = new LogRingWriter(start.queryLog);
    this.responder = new Responder(source.createAnswerer, start.settings, this.counters, this.log, faults);
    this.responder.steer(start.steering);
    this.setTap(start.tap);
  }

  post(message: FromWorker): void {
    this.port.postMessage(message);
  }

  /**
   * Hand a message to main that others answer. The responder's record has its addresses. False where main has too many
   * already: its sender hears nothing, and asks again.
   */
  defer(octets: Uint8Array, offset: number, length: number, route: DeferredRoute): boolean {
    if (!this.control.takeDeferred()) {
      this.counters.add(Counter.QryDropped);
      return false;
    }
    const { verdict, view, record } = this.responder;
    const { family, client, clientOffset, clientPort, local, localOffset, localPort } = record;
    const addressOctets = family === 4 ? 4 : 16;
    this.tap?.asked(localPort, protocolOf(route), octets, offset, length);
    this.post({
      kind: 'deferred',
      message: copyOf(octets, offset, offset + length),
      client: { family, octets: copyOf(client, clientOffset, clientOffset + addressOctets), port: clientPort },
      local: { family, octets: copyOf(local, localOffset, localOffset + addressOctets), port: localPort },
      view,
      verdict,
      route,
    });
    return true;
  }

  isStopping(): boolean {
    return this.stopRequested || this.control.isStopping();
  }

  /** Begin a batch of answers at that time: hold the zones' current state, look at the words. `end` ends it. */
  begin(nowMs: number): void {
    this.beganMs = performance.now();
    this.requestsBefore = this.requests;
    // Before the settings, which main sends before the loader publishes zones and views that refer to them.
    this.reader.enter();
    const { responder } = this;
    responder.logging = this.control.isQueryLogOn();
    responder.loggingResponses = this.control.isResponseLogOn();
    responder.loggingErrors = this.control.isQueryErrorLogOn();
    responder.loggingSecurity = this.control.isSecurityLogOn();
    responder.record.timeMs = nowMs;
    responder.setTime(Math.floor(nowMs / 1000));
    if (this.control.settingsGeneration() !== this.settingsGeneration) this.readMessages();
  }

  end(): void {
    if (this.tap !== undefined) this.tap.publish();
    if (this.responder.needsAddresses || this.responder.loggingSecurity) this.responder.publishLog();
    this.reader.leave();
  }

  /** The responses to the batch are on their way: note how long that took, for each request in it. Two clocks and two sums a batch. */
  countDuration(transport: Transport): void {
    const count = this.requests - this.requestsBefore;
    if (count > 0) this.counters.addDuration(transport, performance.now() - this.beganMs, count);
  }

  private get requests(): number {
    return this.counters.get(Counter.Requestv4) + this.counters.get(Counter.Requestv6);
  }

  /** For a worker that blocks, whose port has no events: take what main has posted. */
  readMessages(): void {
    this.settingsGeneration = this.control.settingsGeneration();
    for (;;) {
      const received = receiveMessageOnPort(this.port) as { message: ToWorker } | undefined;
      if (received === undefined) return;
      this.apply(received.message);
    }
  }

  /** For a worker with an event loop: take messages as they come. The listener keeps the thread alive until `unlisten`. */
  listen(onStop: () => void): void {
    this.port.on('message', (message: ToWorker) => {
      this.apply(message);
      if (message.kind === 'stop') onStop();
    });
  }

  unlisten(): void {
    this.port.removeAllListeners('message');
    this.port.unref();
  }

  private setTap(tap: TapStart | undefined): void {
    // The ring goes over to a writer of other types, which goes on where this one stopped.
    this.tap?.publish();
    this.tap = tap === undefined ? undefined : new MessageTap(tap, this.responder);
  }

  private apply(message: ToWorker): void {
    switch (message.kind) {
      case 'settings':
        this.responder.apply(message.settings);
        return;
      case 'steering':
        this.responder.steer(message.table);
        return;
      case 'reply':
        this.takeReply?.(message);
        return;
      case 'tap':
        this.setTap(message.tap);
        return;
      case 'credentials':
        this.takeCredentials?.(message.credentials);
        return;
      case 'journal':
        this.lendJournal?.(message.isLent);
        return;
      case 'stop':
        this.stopRequested = true;
        return;
    }
  }
}
