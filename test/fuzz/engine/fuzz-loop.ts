/** The loop: take an input of the corpus, change it, put it through, judge, keep it where it went somewhere new. */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Random } from '../../interop/differential/random.ts';
import { type Failure, minimize, signatureOf } from './failure.ts';
import { beginCounting, endCounting, placesReached, takeNews } from './steps.ts';
import { RuleBroken, type Target } from './target.ts';

export interface LoopOptions {
  readonly seed: number;
  /** Ends after these, or at the time, what comes first. */
  readonly executions: number;
  readonly endMs: number;
  /** Called before each run, so that somebody else knows what hangs. */
  readonly note: (input: Uint8Array) => void;
  /** Called about each second. */
  readonly tell: (progress: Progress) => void;
  readonly onFailure: (failure: Failure) => void;
}

export interface Progress {
  readonly executions: number;
  readonly corpus: number;
  readonly places: number;
  readonly mostSteps: number;
  /** Of those allowed for the input that took the largest part of them, in percent. */
  readonly mostPercent: number;
  readonly slowestMs: number;
  readonly failures: number;
  /** Of this thread since the loop began, in seconds. */
  readonly cpuSeconds: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** What the memory has grown by since the first tenth, in octets. */
  readonly growth: number | undefined;
  /** The input that took that largest part. */
  readonly costliest: Uint8Array;
}

/** More kinds of failures than these are one. */
const mostFailures = 10;
const mostFound = 4000;
/** What is kept of found inputs together. */
const mostFoundOctets = 8_000_000;
const tellMs = 1000;
/** Before that the memory has not settled. */
const warmUpExecutions = 20_000;
const leastExecutionsForGrowth = 200_000;
const mostGrowthOctets = 48_000_000;

export class FuzzLoop {
  private readonly target: Target;
  private readonly options: LoopOptions;
  private readonly random: Random;
  private readonly found: Uint8Array[] = [];
  private foundOctets = 0;
  private executions = 0;
  private mostSteps = 0;
  private mostPart = 0;
  private costliest: Uint8Array = new Uint8Array(0);
  private slowestMs = 0;
  private readonly outcomes = new Map<string, number>();
  private readonly failures = new Map<string, Failure>();
  private settledOctets: number | undefined;
  private growth: number | undefined;
  private readonly beganAtMicroseconds = cpuMicroseconds();

  constructor(target: Target, options: LoopOptions) {
    this.target = target;
    this.options = options;
    this.random = new Random(options.seed);
  }

  async run(): Promise<Progress> {
    const { target, options } = this;
    takeNews();
    for (const input of target.corpus) {
      if (this.isOver()) break;
      await this.execute(input);
    }
    let toldMs = performance.now();
    while (!this.isOver()) {
      await this.execute(this.nextInput());
      if ((this.executions & 63) !== 0) continue;
      const nowMs = performance.now();
      if (nowMs - toldMs < tellMs) continue;
      toldMs = nowMs;
      options.tell(this.progress());
      // For the port's messages, and who waits to be heard.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.settledOctets === undefined && this.isSettled()) this.settledOctets = octetsInUse();
    }
    this.judgeGrowth();
    return this.progress();
  }

  /** Put one input through; used alone to have a failure again. */
  async execute(input: Uint8Array): Promise<void> {
    const { target } = this;
    this.options.note(input);
    this.executions++;
    const beganMs = performance.now();
    try {
      const { outcome, steps } = await runCounted(target, input);
      this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
      if (steps > this.mostSteps) this.mostSteps = steps;
      const part = steps / target.allowedSteps(input);
      if (part > this.mostPart) {
        this.mostPart = part;
        this.costliest = input;
      }
      if (takeNews() > 0) this.keep(input);
    } catch (error) {
      takeNews();
      await this.fail(input, error);
    }
    const tookMs = performance.now() - beganMs;
    if (tookMs > this.slowestMs) this.slowestMs = tookMs;
  }

  private isOver(): boolean {
    const { executions, endMs } = this.options;
    return this.executions >= executions || performance.now() >= endMs || this.failures.size >= mostFailures;
  }

  private nextInput(): Uint8Array {
    const { random, target, found } = this;
    const pick = (): Uint8Array =>
      found.length > 0 && random.chance(35) ? random.pick(found) : random.pick(target.corpus);
    const [one, two] = [pick(), pick()];
    // Long ones take long, and have nothing that many short ones don't have.
    let input: Uint8Array = Uint8Array.from(random.chance(80) && two.length < one.length ? two : one);
    const count = random.chance(85) ? random.below(3) : random.between(3, 12);
    for (let i = 0; i < count; i++) input = target.mutate(random, input, pick());
    return input.length > target.maxOctets ? input.slice(0, target.maxOctets) : input;
  }

  private keep(input: Uint8Array): void {
    if (this.found.length >= mostFound || this.foundOctets + input.length > mostFoundOctets) return;
    this.foundOctets += input.length;
    this.found.push(input);
  }

  private async fail(input: Uint8Array, error: unknown): Promise<void> {
    const signature = signatureOf(error);
    if (this.failures.has(signature)) return;
    const smallest = await minimize(input, async (candidate) => {
      try {
        await runCounted(this.target, candidate);
        return false;
      } catch (again) {
        return signatureOf(again) === signature;
      }
    });
    takeNews();
    this.tellFailure({ input: smallest, execution: this.executions, signature, error });
  }

  private tellFailure(failure: Failure): void {
    this.failures.set(failure.signature, failure);
    this.options.onFailure(failure);
  }

  private isSettled(): boolean {
    return this.executions >= Math.max(warmUpExecutions, this.options.executions / 10);
  }

  private judgeGrowth(): void {
    if (this.settledOctets === undefined || this.executions < leastExecutionsForGrowth) return;
    this.growth = octetsInUse() - this.settledOctets;
    if (this.growth <= mostGrowthOctets) return;
    const error = new RuleBroken('the memory in use grows');
    const input = new Uint8Array(0);
    this.tellFailure({ input, execution: this.executions, signature: signatureOf(error), error });
  }

  private progress(): Progress {
    return {
      executions: this.executions,
      corpus: this.target.corpus.length + this.found.length,
      places: placesReached(),
      mostSteps: Math.round(this.mostSteps),
      mostPercent: Math.round(100 * this.mostPart),
      slowestMs: Math.round(this.slowestMs),
      failures: this.failures.size,
      cpuSeconds: (cpuMicroseconds() - this.beganAtMicroseconds) / 1e6,
      outcomes: Object.fromEntries(this.outcomes),
      growth: this.growth,
      costliest: this.costliest,
    };
  }
}

/** A promise is waited for only where there is one: most targets have none. */
async function runCounted(target: Target, input: Uint8Array): Promise<{ outcome: string; steps: number }> {
  beginCounting(target.allowedSteps(input));
  try {
    const result = target.run(input);
    const outcome = typeof result === 'string' ? result : await result;
    return { outcome, steps: endCounting() };
  } finally {
    endCounting();
  }
}

function cpuMicroseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Of this thread, what is garbage not counted. */
function octetsInUse(): number {
  // Buffers go on another thread, and are gone for sure when the next collection begins.
  collectGarbage();
  collectGarbage();
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}
