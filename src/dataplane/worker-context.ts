/** What every worker has, whatever its transport: zones, answers, counters, log, control words, and its line to main. */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { ControlWords } from '../plane/control-words.ts';
import { CounterBlock } from '../plane/counters.ts';
import { LogRingWriter } from '../plane/log-ring.ts';
import type { FromWorker, ToWorker, WorkerStart } from '../plane/messages.ts';
import type { ZoneReader } from '../store/zone-reader.ts';
import { FaultReporter } from './fault-reporter.ts';
import { type AnswererFactory, Responder } from './responder.ts';

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
  private readonly port: MessagePort;
  private stopRequested = false;
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
    const log = new LogRingWriter(start.queryLog);
    this.responder = new Responder(source.createAnswerer, start.settings, this.counters, log, faults);
  }

  post(message: FromWorker): void {
    this.port.postMessage(message);
  }

  isStopping(): boolean {
    return this.stopRequested || this.control.isStopping();
  }

  /** Begin a batch of answers at that time: hold the zones' current state, look at the words. `end` ends it. */
  begin(nowMs: number): void {
    this.reader.enter();
    const { responder } = this;
    responder.logging = this.control.isQueryLogOn();
    responder.record.timeMs = nowMs;
    if (this.control.settingsGeneration() !== this.settingsGeneration) this.readMessages();
  }

  end(): void {
    if (this.responder.logging) this.responder.publishLog();
    this.reader.leave();
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

  private apply(message: ToWorker): void {
    switch (message.kind) {
      case 'settings':
        this.responder.apply(message.settings);
        return;
      case 'stop':
        this.stopRequested = true;
        return;
    }
  }
}
