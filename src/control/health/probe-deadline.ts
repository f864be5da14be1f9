import type { ProbeOutcome } from './outcome.ts';
import { type Appointment, callOff, type Timeline } from './timeline.ts';

/** A timer that fires later than this shows that this thread stood still, not that the other side did. */
export const maxLatenessMs = 250;

/** The end of a probe's time. */
export class ProbeDeadline {
  private readonly appointment: Appointment;
  private isStopped = false;

  /** `expired` is not called before all replies that have arrived in time were read. */
  constructor(timeline: Timeline, timeoutMs: number, expired: (verdict: ProbeOutcome | undefined) => void) {
    this.appointment = timeline.after(timeoutMs, (latenessMs) => {
      // Timers come before sockets in a turn of the event loop.
      setImmediate(() => {
        if (!this.isStopped) expired(judgeLateness(latenessMs));
      });
    });
  }

  stop(): void {
    this.isStopped = true;
    callOff(this.appointment);
  }
}

/** `undefined`: the time is over. */
export function judgeLateness(latenessMs: number): ProbeOutcome | undefined {
  if (latenessMs <= maxLatenessMs) return undefined;
  return { kind: 'none', reason: `this server stood still for ${Math.round(latenessMs)} ms` };
}

export function noReply(timeoutMs: number, reason: string | undefined): ProbeOutcome {
  const within = timeoutMs % 1000 === 0 ? `${timeoutMs / 1000} s` : `${timeoutMs} ms`;
  return { kind: 'failed', reason: reason ?? `no reply within ${within}` };
}
