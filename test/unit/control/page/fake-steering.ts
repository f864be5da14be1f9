/** Records that are steered, and the table that has their states. */
import { defaultHealthSettings } from '../../../../src/control/health/health-plan.ts';
import { keyText } from '../../../../src/control/health/state-subject.ts';
import type { SteeringRenewal } from '../../../../src/control/steering/steerer.ts';
import { defaultPolicy } from '../../../../src/control/steering/steering-settings.ts';
import { askTarget, SteeringKey } from '../../../../src/plane/steering/steering-key.ts';
import { Reaction, SrvOrder, type TargetState } from '../../../../src/plane/steering/steering-policy.ts';
import { SteeringBuilder } from '../../../../src/plane/steering/steering-table.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';

export interface SteeredRecord {
  readonly owner: string;
  readonly target: string;
  readonly priority: number;
  readonly weight: number;
  readonly state: TargetState;
}

/** All on port 5060, in zones of two labels. */
export function steered(records: readonly SteeredRecord[]): {
  readonly newest: SteeringRenewal;
  readonly keys: readonly string[];
} {
  const builder = new SteeringBuilder();
  const key = new SteeringKey();
  const keys: string[] = [];
  const targets = records.map((record) => {
    const [owner, target] = [wireNameFrom(`${record.owner}.`), wireNameFrom(`${record.target}.`)];
    askTarget(key, 0, owner, 0, target, 0, 5060);
    builder.addState(key, record.state);
    keys.push(keyText(key));
    const title = record.owner.split('.').slice(-2).join('.');
    return {
      ...record,
      zone: { view: 0, viewName: undefined, class: 1, apex: wireNameFrom(`${title}.`) },
      title,
      owner,
      target,
      port: 5060,
      ttlSeconds: 300,
      keyText: keyText(key),
      transport: 'udp' as const,
      policy: { ...defaultPolicy, order: SrvOrder.shape, reaction: Reaction.withdraw },
      health: { settings: defaultHealthSettings, transport: undefined, addresses: [], publish: false },
      addressOwner: undefined,
      addresses: [],
    };
  });
  return { newest: { table: builder.build(1), targets }, keys };
}
