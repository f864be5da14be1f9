import { TargetState } from '../../plane/steering/steering-policy.ts';
import type { Endpoint } from './endpoint.ts';
import type { ProbeOutcome } from './outcome.ts';
import type { Probe, ProbeTask } from './probe.ts';
import { RateGate } from './rate-gate.ts';
import { callOff, type Timeline } from './timeline.ts';

/** An interval is longer or shorter by up to this part of it, so that probes don't march in step. */
const jitter = 0.1;
/** With a first failure, or a first success of who was down, the next probe comes after this part of the interval. */
const failurePart = 0.2;
const successPart = 0.5;
const shortestMs = 50;
/** After a probe that has shown nothing. */
const retryMs = 1000;
/** Sockets at once. */
const maxRunning = 4096;
/** A server that asks for more peace than this is asked again all the same. */
const maxRetryAfterMs = 600_000;

/** Since the start. */
export interface ProbeCounts {
  probes: number;
  alive: number;
  draining: number;
  failed: number;
  /** Without a verdict, for this server itself was late or had a fault. */
  void: number;
  /** Addresses that have changed their state. */
  changes: number;
  /** Put off because too many were under way. */
  putOff: number;
  /** From questions to their answers, all of `alive` and `draining` together. */
  answerMs: number;
}

export interface RunnerEnvironment {
  readonly timeline: Timeline;
  readonly start: (task: ProbeTask, done: (outcome: ProbeOutcome) => void) => Probe;
  /** From 0, below 1. */
  readonly random: () => number;
  /** A probe has ended; `isChanged`: the endpoint's state is another. */
  readonly judged: (endpoint: Endpoint, isChanged: boolean) => void;
}

/** Asks endpoints again and again: at first at once, as the rate allows, then at their intervals. */
export class ProbeRunner {
  readonly counts: ProbeCounts = {
    probes: 0,
    alive: 0,
    draining: 0,
    failed: 0,
    void: 0,
    changes: 0,
    putOff: 0,
    answerMs: 0,
  };
  private readonly environment: RunnerEnvironment;
  private readonly gate: RateGate;
  private running = 0;

  constructor(environment: RunnerEnvironment, probesPerSecond: number) {
    this.environment = environment;
    this.gate = new RateGate(environment.timeline, probesPerSecond);
  }

  setRate(probesPerSecond: number): void {
    this.gate.setRate(probesPerSecond);
  }

  get underWay(): number {
    return this.running;
  }

  /** Ask now. */
  begin(endpoint: Endpoint): void {
    callOff(endpoint.next);
    endpoint.next = undefined;
    this.gate.pass(() => this.run(endpoint));
  }

  remove(endpoint: Endpoint): void {
    endpoint.isRemoved = true;
    callOff(endpoint.next);
    if (endpoint.running === undefined) return;
    endpoint.running.stop();
    endpoint.running = undefined;
    this.running--;
  }

  private run(endpoint: Endpoint): void {
    if (endpoint.isRemoved || endpoint.running !== undefined) return;
    if (this.running >= maxRunning) {
      this.counts.putOff++;
      endpoint.next = this.environment.timeline.after(shortestMs, () => this.run(endpoint));
      return;
    }
    this.running++;
    this.counts.probes++;
    endpoint.startedMs = this.environment.timeline.now();
    let isOver = false;
    const probe = this.environment.start(endpoint.task, (outcome) => {
      isOver = true;
      endpoint.running = undefined;
      this.running--;
      this.finish(endpoint, outcome);
    });
    // It may be over before it is there: without a free descriptor a datagram socket fails as it is made.
    if (!isOver) endpoint.running = probe;
  }

  private finish(endpoint: Endpoint, outcome: ProbeOutcome): void {
    const now = this.environment.timeline.now();
    endpoint.lastTry = outcome;
    let isChanged = false;
    if (outcome.kind === 'none') {
      this.counts.void++;
    } else {
      this.counts[outcome.kind]++;
      if (outcome.kind !== 'failed') this.counts.answerMs += outcome.latencyMs;
      endpoint.outcome = outcome;
      endpoint.latencyMs = outcome.kind === 'failed' ? undefined : outcome.latencyMs;
      isChanged = endpoint.verdict.take(outcome.kind, now, endpoint.task.settings);
      if (isChanged) this.counts.changes++;
    }
    this.arrange(endpoint, outcome, now);
    this.environment.judged(endpoint, isChanged);
  }

  private arrange(endpoint: Endpoint, outcome: ProbeOutcome, now: number): void {
    const { random, timeline } = this.environment;
    const delayMs = delayOf(endpoint, outcome) * (1 + jitter * (2 * random() - 1));
    let atMs = Math.max(endpoint.startedMs + delayMs, now + shortestMs);
    if (outcome.kind === 'draining' && outcome.retryAfterSeconds !== undefined) {
      const peaceMs = now + Math.min(1000 * outcome.retryAfterSeconds, maxRetryAfterMs);
      endpoint.verdict.holdUntil(peaceMs);
      atMs = Math.max(atMs, peaceMs);
    }
    endpoint.next = timeline.at(atMs, () => this.begin(endpoint));
  }
}

function delayOf({ verdict, task: { settings } }: Endpoint, outcome: ProbeOutcome): number {
  const { intervalMs, fall, rise } = settings;
  if (outcome.kind === 'none') return Math.min(intervalMs, retryMs);
  const isUp = verdict.state === TargetState.up;
  if (isUp && verdict.failures > 0 && verdict.failures < fall) return intervalMs * failurePart;
  if (!isUp && verdict.successes > 0 && verdict.successes < rise) return intervalMs * successPart;
  return intervalMs;
}
