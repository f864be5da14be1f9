import { HealthHooks } from './health-hook.ts';
import { HealthKeeper } from './health-keeper.ts';
import type { FromHealthThread, HealthThreadStart, ToHealthThread } from './health-messages.ts';
import { HealthMonitor } from './health-monitor.ts';
import type { TargetReport } from './health-report.ts';
import { createTokens, startProbe } from './probe.ts';
import { startTimeline } from './timeline.ts';

/** All that the health thread has: the monitor with real clocks and sockets, and what it keeps. */
export class HealthService {
  private readonly tell: (message: FromHealthThread) => void;
  private readonly time = startTimeline();
  private readonly keeper: HealthKeeper;
  private readonly monitor: HealthMonitor;
  private readonly hooks: HealthHooks;

  constructor({ plan, table, keptPath }: HealthThreadStart, tell: (message: FromHealthThread) => void) {
    this.tell = tell;
    const { timeline } = this.time;
    const wallClock = () => Date.now();
    const context = { timeline, nextToken: createTokens() };
    this.hooks = new HealthHooks(timeline, (message) => this.warn(message));
    this.hooks.hook = plan.hook;
    this.monitor = new HealthMonitor({
      timeline,
      startProbe: (task, done) => startProbe(task, context, done),
      random: Math.random,
      wallClock,
      tell,
      hook: (transitions) => this.hooks.tell(transitions),
    });
    this.keeper = new HealthKeeper(keptPath, timeline, wallClock, (message) => this.warn(message));
    this.monitor.restoreDrains(this.keeper.kept.drains);
    this.monitor.configure(plan, table, (endpoint) => this.keeper.restore(endpoint));
    tell({ kind: 'restored' });
    this.keeper.start(this.monitor);
  }

  receive(message: ToHealthThread): void {
    const { monitor } = this;
    switch (message.kind) {
      case 'configure':
        this.hooks.hook = message.plan.hook;
        monitor.configure(message.plan, message.table);
        break;
      case 'table':
        monitor.setTable(message.table);
        break;
      case 'drain':
        this.tell({ kind: 'drained', id: message.id, targets: monitor.drain(message.drain) });
        this.keeper.write(monitor);
        break;
      case 'undrain':
        this.tell({ kind: 'drained', id: message.id, targets: monitor.undrain(message.name, message.port) });
        this.keeper.write(monitor);
        break;
      case 'report':
        this.report(message.id, monitor.reportTargets(message.zone));
        break;
      case 'stop':
        this.keeper.write(monitor);
        monitor.stop();
        this.time.stop();
        this.tell({ kind: 'stopped' });
        break;
    }
  }

  /** A part in each turn of the event loop. */
  private report(id: number, parts: Generator<readonly TargetReport[], void>, targets = parts.next().value): void {
    const next = parts.next();
    const totals = next.done === true ? this.monitor.totals() : undefined;
    this.tell({ kind: 'report', id, targets: targets ?? [], totals });
    if (next.done !== true) setImmediate(() => this.report(id, parts, next.value));
  }

  private warn(message: string): void {
    this.tell({ kind: 'changes', states: [], lines: [{ severity: 'warning', message }] });
  }
}
