/** The servers that are asked: BIND with its defaults, and Ringzone with each policy. */
import { startBind } from '../../test/interop/lib/bind.ts';
import type { Judge, JudgeZone } from '../../test/interop/lib/judge.ts';
import { startRingzone } from '../../test/interop/lib/ringzone.ts';

export interface AskedServer {
  /** `BIND`, or the policy. */
  readonly name: string;
  /** `undefined` where it is not installed. */
  start(zones: readonly JudgeZone[]): Promise<Judge | undefined>;
}

/** Its default is `rrset-order { order random; };`. */
export const bind: AskedServer = { name: 'BIND', start: (zones) => startBind(zones) };

export const policies = ['zone', 'cyclic', 'rfc2782', 'shape', 'sticky'] as const;
export type PolicyName = (typeof policies)[number];

export function ringzoneWith(policy: PolicyName, more: readonly string[] = []): AskedServer {
  const extra = [`srv-order: ${policy}`, 'http: false', 'control: false', ...more].join('\n');
  return { name: policy, start: (zones) => startRingzone(zones, { extra }) };
}
