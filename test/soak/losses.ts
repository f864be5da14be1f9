/** Which questions may stay without an answer: those that were under way while a fault was done that takes answers with it. */
import type { LoadTransport } from './checker.ts';

export interface LossWindow {
  readonly fault: string;
  readonly transports: readonly LoadTransport[];
  readonly fromMs: number;
  untilMs: number;
}

export interface Lost {
  readonly transport: LoadTransport;
  readonly sentMs: number;
  readonly question: string;
}

export class Losses {
  readonly injected: Record<string, number> = {};
  /** Those that no fault explains. */
  readonly unexplained: Lost[] = [];
  private windows: LossWindow[] = [];

  /** From now on answers may be lost; `close` it when that is over. */
  open(fault: string, transports: readonly LoadTransport[]): LossWindow {
    const window = { fault, transports, fromMs: performance.now(), untilMs: Number.POSITIVE_INFINITY };
    this.windows = [...this.windows.slice(-20), window];
    return window;
  }

  close(window: LossWindow): void {
    window.untilMs = performance.now();
  }

  /** A question got no answer in its time. `receivedMs`: when it was given up. */
  take(transport: LoadTransport, sentMs: number, receivedMs: number, question: string): void {
    const window = this.windows.find(
      ({ transports, fromMs, untilMs }) => transports.includes(transport) && fromMs <= receivedMs && untilMs >= sentMs,
    );
    if (window === undefined) this.unexplained.push({ transport, sentMs, question });
    else this.injected[window.fault] = (this.injected[window.fault] ?? 0) + 1;
  }
}
