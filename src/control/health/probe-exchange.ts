import { makeTransaction, type OptionsTransaction } from '../../sip/message-options.ts';
import { findMismatch, type SipReply } from '../../sip/message-reply.ts';
import { judgeReply, type ProbeOutcome } from './outcome.ts';
import type { ProbeContext, ProbeTask } from './probe.ts';
import { noReply, ProbeDeadline } from './probe-deadline.ts';

/** What a probe has beside what carries it: one transaction, which has one outcome, within its time. */
export class ProbeExchange {
  readonly transaction: OptionsTransaction;
  /** Why what has come last is no reply to the request; told when nothing better comes. */
  strange: string | undefined;
  /** When the request went. */
  sentMs = 0;
  isDone = false;
  private readonly task: ProbeTask;
  private readonly context: ProbeContext;
  private readonly done: (outcome: ProbeOutcome) => void;
  private readonly close: () => void;
  private readonly deadline: ProbeDeadline;

  /** `close` lets go of the socket, at the end; `describeSilence` says what was missing when the time is over. */
  constructor(
    task: ProbeTask,
    context: ProbeContext,
    done: (outcome: ProbeOutcome) => void,
    close: () => void,
    describeSilence: () => string | undefined = () => this.strange,
  ) {
    this.task = task;
    this.context = context;
    this.done = done;
    this.close = close;
    this.transaction = makeTransaction(context.nextToken());
    const { timeoutMs } = task.settings;
    this.deadline = new ProbeDeadline(context.timeline, timeoutMs, (late) =>
      this.finish(late ?? noReply(timeoutMs, describeSilence())),
    );
  }

  /** A final reply to the request ends it. Gives the status; `undefined`: it is no reply to that. */
  take(reply: SipReply): number | undefined {
    this.strange = findMismatch(reply, this.transaction);
    if (this.strange !== undefined) return undefined;
    if (reply.status >= 200)
      this.finish(judgeReply(reply, this.task.settings, this.context.timeline.now() - this.sentMs));
    return reply.status;
  }

  finish(outcome: ProbeOutcome): void {
    if (this.isDone) return;
    this.stop();
    this.done(outcome);
  }

  /** Without an outcome. */
  stop(): void {
    if (this.isDone) return;
    this.isDone = true;
    this.deadline.stop();
    this.close();
  }
}
