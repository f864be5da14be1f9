import { TargetState } from '../../plane/steering/steering-policy.ts';
import type { Endpoint } from './endpoint.ts';
import type { HealthLine } from './health-messages.ts';
import type { TargetWatch } from './watches.ts';

/** An SRV record that has another state. */
export interface TargetChange {
  readonly watch: TargetWatch;
  readonly state: TargetState;
  readonly before: TargetState;
}

/** What has become of one target and port, for all who have it in their records. */
export interface Transition {
  readonly target: string;
  readonly port: number;
  readonly transport: string;
  readonly state: TargetState;
  readonly before: TargetState;
  readonly reason: string;
  readonly owners: readonly string[];
  readonly zones: readonly string[];
}

/** So many owners are named in a line. */
const maxOwners = 3;

const stateTexts = { [TargetState.up]: 'up', [TargetState.down]: 'down', [TargetState.drained]: 'drained' } as const;

export function stateText(state: TargetState): string {
  return stateTexts[state];
}

/** One for each target and port, however many owners have it. `cause`: the endpoint that has changed, or what an operator has done. */
export function gatherTransitions(changes: readonly TargetChange[], cause: Endpoint | string): Transition[] {
  const groups = new Map<string, TargetChange[]>();
  for (const change of changes) {
    const text = `${describeTarget(change.watch)} ${change.state}`;
    const group = groups.get(text);
    if (group === undefined) groups.set(text, [change]);
    else group.push(change);
  }
  const reason = typeof cause === 'string' ? cause : reasonOf(cause);
  return [...groups.values()].map((group) => {
    const [{ watch, state, before }] = group as [TargetChange];
    return {
      target: watch.name,
      port: watch.target.port,
      transport: watch.target.transport,
      state,
      before,
      reason,
      owners: unique(group.map((change) => change.watch.ownerName)),
      zones: unique(group.map((change) => change.watch.target.zone)),
    };
  });
}

/** `target sip1.example.com:5060/udp of _sip._udp.example.com is down: no reply within 2 s from 192.0.2.11, 3 times` */
export function describeTransition({ target, port, transport, state, reason, owners }: Transition): HealthLine {
  const rest = owners.length - maxOwners;
  const named = owners.slice(0, maxOwners).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
  return {
    severity: severityOf(state),
    message: `target ${target}:${port}/${transport} of ${named} is ${stateText(state)}: ${reason}`,
  };
}

/** One of several addresses has changed, and no target with it. `agreed`: what other servers see, where that counts. */
export function describeAddressChange(
  targets: readonly TargetWatch[],
  endpoint: Endpoint,
  agreed: string | undefined,
): HealthLine[] {
  const [watch] = targets;
  if (watch === undefined) return [];
  const { task, verdict } = endpoint;
  const here = agreed === undefined ? '' : ' as seen from here';
  const text = `address ${task.address} of target ${describeTarget(watch)} is ${stateText(verdict.state)}${here}`;
  const behind = agreed === undefined ? '' : `; ${agreed}`;
  return [{ severity: severityOf(verdict.state), message: `${text}: ${reasonOf(endpoint)}${behind}` }];
}

function severityOf(state: TargetState): HealthLine['severity'] {
  return state === TargetState.down ? 'warning' : 'notice';
}

function describeTarget({ name, target }: TargetWatch): string {
  return `${name}:${target.port}/${target.transport}`;
}

/** Why an endpoint is as it is. */
export function reasonOf({ outcome, task, verdict, latencyMs }: Endpoint): string {
  if (outcome === undefined || outcome.kind === 'none') return `from ${task.address}`;
  if (outcome.kind === 'failed') return `${outcome.reason} from ${task.address}, ${times(verdict.failures)}`;
  const latency = latencyMs === undefined ? '' : ` after ${Math.round(latencyMs)} ms`;
  return `reply ${outcome.reply} from ${task.address}${latency}`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
