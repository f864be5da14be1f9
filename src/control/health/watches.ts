/** What follows from a plan: who is asked, and what targets and addresses hang on the outcomes. */
import { TargetState } from '../../plane/steering/steering-policy.ts';
import { formatName } from '../../wire/name.ts';
import { type Endpoint, endpointKey, mergeSettings } from './endpoint.ts';
import type { HealthPlan, HealthTarget } from './health-plan.ts';
import type { ProbeTask } from './probe.ts';
import { addressOctets, addressSubject, type StateSubject, targetSubject } from './state-subject.ts';

/** One SRV record that is watched. */
export interface TargetWatch {
  readonly subject: StateSubject;
  readonly target: HealthTarget;
  /** Presentation format without the final dot, in lower case. */
  readonly name: string;
  readonly ownerName: string;
  /** Keys of endpoints, one for each address. */
  readonly endpointKeys: readonly string[];
}

/** One address of a name that some SRV have as their target. */
export interface AddressWatch {
  readonly subject: StateSubject;
  readonly endpointKeys: readonly string[];
  /** The most that one of them asks for. */
  readonly agree: number;
}

export interface Watches {
  readonly targets: readonly TargetWatch[];
  readonly addresses: readonly AddressWatch[];
  /** By the key of the endpoint. */
  readonly tasks: ReadonlyMap<string, ProbeTask>;
}

/** `lookUp` gives the addresses that are known of a name outside the served zones. */
export function buildWatches(plan: HealthPlan, lookUp: (name: string) => readonly string[]): Watches {
  const tasks = new Map<string, ProbeTask>();
  const targets = new Map<string, TargetWatch>();
  const addresses = new Map<string, GatheredAddress>();
  for (const target of plan.targets) {
    const { view, owner, port } = target;
    const subject = targetSubject(view, owner, target.target, port);
    // The same record by another route.
    if (targets.has(subject.keyText)) continue;
    const name = plainName(target.target);
    const endpointKeys: string[] = [];
    for (const place of placesOf(target, name, lookUp)) {
      const task = { ...place, transport: target.transport, serverName: name, settings: target.settings };
      const endpointKey = addTask(tasks, task);
      endpointKeys.push(endpointKey);
      if (target.probeAt === undefined) addAddress(addresses, target, place.address, endpointKey);
    }
    targets.set(subject.keyText, { subject, target, name, ownerName: plainName(owner), endpointKeys });
  }
  return {
    targets: [...targets.values()],
    addresses: [...addresses.values()].map(({ subject, endpointKeys, agree }) => ({
      subject,
      endpointKeys: [...endpointKeys],
      agree,
    })),
    tasks,
  };
}

/** The names whose addresses must be looked up. */
export function namesToLookUp(plan: HealthPlan): Set<string> {
  const unknown = plan.targets.filter(
    ({ addresses, probeAt, settings }) => addresses === undefined && probeAt === undefined && settings.probe !== 'none',
  );
  return new Set(unknown.map(({ target }) => plainName(target)));
}

/**
 * A target is down when all of its addresses are; with one of them up it is up, for answers leave out single addresses. Where none is
 * up and one of them asks for no new calls, it is drained.
 */
export function combineStates(states: readonly TargetState[]): TargetState {
  if (states.length === 0 || states.includes(TargetState.up)) return TargetState.up;
  return states.includes(TargetState.drained) ? TargetState.drained : TargetState.down;
}

/** `stateOf` is asked for those that there are. */
export function statesOf(
  keys: readonly string[],
  endpoints: ReadonlyMap<string, Endpoint>,
  stateOf: (endpoint: Endpoint) => TargetState,
): TargetState[] {
  return keys.map((key) => {
    const endpoint = endpoints.get(key);
    return endpoint === undefined ? TargetState.up : stateOf(endpoint);
  });
}

export function plainName(name: Uint8Array): string {
  return formatName(name)
    .toLowerCase()
    .replace(/(?<=.)\.$/, '');
}

function placesOf(
  { settings, probeAt, addresses, port }: HealthTarget,
  name: string,
  lookUp: (name: string) => readonly string[],
): { readonly address: string; readonly port: number }[] {
  // RFC 2782: the root as target says that there is no such service.
  if (settings.probe === 'none' || name === '.') return [];
  if (probeAt !== undefined) return probeAt.map((place) => ({ address: place.address, port: place.port ?? port }));
  return (addresses ?? lookUp(name)).map((address) => ({ address, port }));
}

function addTask(tasks: Map<string, ProbeTask>, task: ProbeTask): string {
  const key = endpointKey(task);
  const other = tasks.get(key);
  if (other === undefined) tasks.set(key, task);
  else if (other.settings !== task.settings)
    tasks.set(key, { ...other, settings: mergeSettings(other.settings, task.settings) });
  return key;
}

interface GatheredAddress {
  readonly subject: StateSubject;
  readonly endpointKeys: Set<string>;
  agree: number;
}

function addAddress(
  addresses: Map<string, GatheredAddress>,
  { view, target, settings: { agree } }: HealthTarget,
  text: string,
  endpointKey: string,
): void {
  const address = addressOctets(text);
  if (address === undefined) return;
  const subject = addressSubject(view, target, address);
  const watch = addresses.get(subject.keyText);
  if (watch === undefined) {
    addresses.set(subject.keyText, { subject, endpointKeys: new Set([endpointKey]), agree });
    return;
  }
  watch.endpointKeys.add(endpointKey);
  watch.agree = Math.max(watch.agree, agree);
}
