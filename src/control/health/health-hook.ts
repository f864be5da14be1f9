import { spawn } from 'node:child_process';
import type { HealthHook } from './health-plan.ts';
import { RateGate } from './rate-gate.ts';
import type { Timeline } from './timeline.ts';
import { stateText, type Transition } from './transition.ts';

/** A storm of changes does not become one of processes. */
const perSecond = 10;
const maxWaiting = 100;
/** Whoever takes longer is ended. */
const timeoutMs = 10_000;

/**
 * Tells others of changes: a command with the change in its environment, or a web server with a POST of JSON. In the order of the
 * changes, a few in a second; what would have to wait too long is left out, and that is said.
 */
export class HealthHooks {
  private readonly gate: RateGate;
  private readonly trouble: (message: string) => void;
  private waiting = 0;
  private leftOut = 0;
  private hasTrouble = false;
  hook: HealthHook | undefined;

  constructor(timeline: Timeline, trouble: (message: string) => void) {
    this.gate = new RateGate(timeline, perSecond);
    this.trouble = trouble;
  }

  tell(transitions: readonly Transition[]): void {
    const { hook } = this;
    if (hook === undefined) return;
    const time = new Date().toISOString();
    for (const transition of transitions) {
      if (this.waiting >= maxWaiting) {
        if (this.leftOut++ === 0) this.trouble('the hook can not keep up: changes are left out');
        continue;
      }
      this.waiting++;
      this.gate.pass(() => void this.run(hook, transition, time));
    }
  }

  private async run({ command, url }: HealthHook, transition: Transition, time: string): Promise<void> {
    const calls: Promise<void>[] = [];
    if (command !== undefined) calls.push(runCommand(command, environmentOf(transition, time)));
    if (url !== undefined) calls.push(post(url, bodyOf(transition, time)));
    const failures = (await Promise.allSettled(calls)).filter((result) => result.status === 'rejected');
    this.waiting--;
    if (this.waiting === 0) this.leftOut = 0;
    const [failure] = failures;
    // Said when it begins to fail, not each time.
    if (failure !== undefined && !this.hasTrouble)
      this.trouble(`the hook failed: ${(failure.reason as Error).message}`);
    this.hasTrouble = failure !== undefined;
  }
}

function bodyOf({ state, before, ...rest }: Transition, time: string): Record<string, unknown> {
  return { time, state: stateText(state), before: stateText(before), ...rest };
}

/** Names of owners and zones have no blanks. */
function environmentOf(transition: Transition, time: string): Record<string, string> {
  return {
    RINGZONE_TIME: time,
    RINGZONE_TARGET: transition.target,
    RINGZONE_PORT: String(transition.port),
    RINGZONE_TRANSPORT: transition.transport,
    RINGZONE_STATE: stateText(transition.state),
    RINGZONE_BEFORE: stateText(transition.before),
    RINGZONE_REASON: transition.reason,
    RINGZONE_OWNERS: listNames(transition.owners),
    RINGZONE_ZONES: listNames(transition.zones),
  };
}

/** What Linux takes of one variable is 128 KiB; a thousand zones are in JSON whole. */
const maxListed = 200;

function listNames(names: readonly string[]): string {
  return names.slice(0, maxListed).join(' ');
}

/** Rejects whatever goes wrong: of some errors, as that there is no memory for a process, `spawn` tells by throwing. */
async function runCommand(
  [program = '', ...args]: readonly string[],
  environment: Record<string, string>,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn(program, args, {
    env: { ...process.env, ...environment },
    stdio: 'ignore',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  child.on('error', reject);
  child.on('exit', (code, signal) => {
    if (code === 0) resolve();
    else reject(new Error(`${program} ${signal === null ? `exited with ${code}` : `was ended by ${signal}`}`));
  });
  return await promise;
}

async function post(url: string, body: Record<string, unknown>): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${url} says ${response.status}`);
}
