import { TargetState } from '../../plane/steering/steering-policy.ts';
import type { Verdict } from '../health/verdict.ts';

/** How a server sees one address and port. `trying`: it asks, and has no verdict yet. `drained`: the SIP server itself wants no new calls. */
export type Opinion = 'up' | 'down' | 'drained' | 'trying';

export const opinionWords: readonly Opinion[] = ['up', 'down', 'drained', 'trying'];

export function opinionOf({ state, isKnown }: Pick<Verdict, 'state' | 'isKnown'>): Opinion {
  if (state === TargetState.down) return 'down';
  if (state === TargetState.drained) return 'drained';
  return isKnown ? 'up' : 'trying';
}

/** Whether it speaks for taking the target out. */
export function isAgainst(opinion: Opinion): boolean {
  return opinion === 'down' || opinion === 'drained';
}
