/** From what the configuration says and the zones have: the table that answers look into, and the plan for health. */
import { askAddress, askHost, askPolicy, askTarget, SteeringKey } from '../../plane/steering/steering-key.ts';
import type { SteeringPolicy, TargetState } from '../../plane/steering/steering-policy.ts';
import { SteeringBuilder } from '../../plane/steering/steering-table.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import type { ZoneConfig } from '../config/config.ts';
import { keyText } from '../health/state-subject.ts';
import { conflictOf } from './check-steering.ts';
import type { ZoneHealth } from './health-settings.ts';
import type { SrvOwner, SteeredZone, TargetHost } from './steered-zone.ts';
import { type PlannedTarget, transportOf } from './steering-plan.ts';
import { asWritten, type SteeringSettings } from './steering-settings.ts';

/** A zone about whose SRV something is said, and what it has; `undefined`: that isn't known yet. */
export interface SteeringSource {
  readonly id: ZoneId;
  readonly title: string;
  readonly settings: SteeringSettings;
  readonly listed: SteeredZone | undefined;
}

export interface BuiltSteering {
  readonly table: SharedArrayBuffer;
  readonly targets: readonly PlannedTarget[];
}

interface Treatment {
  readonly policy: SteeringPolicy;
  readonly health: ZoneHealth | undefined;
}

/** `generation`: another than that of any table before. */
export function buildSteering(
  sources: readonly SteeringSource[],
  stateOf: (keyText: string) => TargetState,
  generation: number,
): BuiltSteering {
  const build = new SteeringBuild(stateOf);
  for (const source of sources) build.add(source);
  return { table: build.builder.build(generation), targets: build.targets };
}

class SteeringBuild {
  readonly builder = new SteeringBuilder();
  readonly targets: PlannedTarget[] = [];
  private readonly key = new SteeringKey();
  private readonly stateOf: (keyText: string) => TargetState;

  constructor(stateOf: (keyText: string) => TargetState) {
    this.stateOf = stateOf;
  }

  add({ id, title, settings, listed }: SteeringSource): void {
    const { key, builder } = this;
    const { view, apex } = id;
    const own = new Map<string, Treatment>();
    for (const { owner, policy, health } of settings.owners) {
      const treatment = allowed(listed, { policy, health });
      own.set(textOf(owner), treatment);
      askPolicy(key, view, owner);
      builder.addPolicy(key, treatment.policy);
    }
    const { policy, health } = settings;
    const rest = policy === undefined ? undefined : allowed(listed, { policy, health });
    if (rest !== undefined) {
      askPolicy(key, view, apex);
      builder.addPolicy(key, rest.policy);
    }
    if (listed === undefined) return;
    const hosts = new Map(listed.hosts.map((host) => [textOf(host.target), host]));
    for (const owner of listed.owners) {
      const treatment = own.get(textOf(owner.owner)) ?? rest;
      if (treatment !== undefined) this.addOwner(id, title, owner, treatment, hosts);
    }
  }

  private addOwner(
    zone: ZoneId,
    title: string,
    { owner, ttlSeconds, records }: SrvOwner,
    { policy, health }: Treatment,
    hosts: ReadonlyMap<string, TargetHost>,
  ): void {
    const { key, builder } = this;
    const transport = transportOf(owner);
    for (const record of records) {
      const { target, port } = record;
      if (target.length === 1) continue;
      askTarget(key, zone.view, owner, 0, target, 0, port);
      const text = keyText(key);
      builder.addState(key, this.stateOf(text));
      const host = health === undefined ? undefined : hosts.get(textOf(target));
      if (host !== undefined) this.addHost(zone.view, host, policy);
      const { owner: addressOwner, addresses = [] } = host ?? {};
      const { priority, weight } = record;
      this.targets.push({
        zone,
        title,
        owner,
        target,
        port,
        priority,
        weight,
        ttlSeconds,
        keyText: text,
        transport,
        policy,
        health,
        addressOwner,
        addresses,
      });
    }
  }

  private addHost(view: number, { owner, addresses }: TargetHost, { degradedTtlSeconds }: SteeringPolicy): void {
    if (owner === undefined || addresses.length === 0) return;
    const { key, builder } = this;
    askHost(key, view, owner);
    builder.addHost(key, degradedTtlSeconds);
    for (const { octets } of addresses) {
      askAddress(key, view, owner, 0, octets, 0, octets.length);
      builder.addState(key, this.stateOf(keyText(key)));
    }
  }
}

/** For people: `example.com`, in a view `example.com/inside`. */
export function titleOf({ name, viewName }: Pick<ZoneConfig, 'name' | 'viewName'>): string {
  return viewName === undefined ? name : `${name}/${viewName}`;
}

/** What may be done in this zone; what may not is told by `checkSteering`. */
function allowed(listed: SteeredZone | undefined, treatment: Treatment): Treatment {
  const isRefused = listed !== undefined && conflictOf(listed, treatment.policy, treatment.health) !== undefined;
  return isRefused ? { policy: asWritten, health: undefined } : treatment;
}

function textOf(name: Uint8Array): string {
  return Buffer.from(name).toString('latin1');
}
