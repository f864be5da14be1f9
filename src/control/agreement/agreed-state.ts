import { TargetState } from '../../plane/steering/steering-policy.ts';
import { isAgainst, type Opinion } from './opinion.ts';

/** How many of the opinions would take a target out: those that see it down, and those that it has told to send no new calls. */
export function countAgainst(opinions: readonly Opinion[]): number {
  return opinions.reduce((count, opinion) => (isAgainst(opinion) ? count + 1 : count), 0);
}

/**
 * What `needed` servers must agree upon, of which this one is one. Out is who is seen down by so many at present, whether this server is
 * among them or not; with fewer opinions, for whatever reason, nobody is out. `others`: those of servers that are heard, each once.
 */
export function agreedState(own: Opinion, others: readonly Opinion[], needed: number): TargetState {
  if (needed <= 1) return stateOf(own);
  const opinions = [own, ...others];
  const against = countAgainst(opinions);
  if (against < needed) return TargetState.up;
  if (isAgainst(own)) return stateOf(own);
  const drained = opinions.filter((opinion) => opinion === 'drained').length;
  return 2 * drained > against ? TargetState.drained : TargetState.down;
}

function stateOf(opinion: Opinion): TargetState {
  if (opinion === 'down') return TargetState.down;
  return opinion === 'drained' ? TargetState.drained : TargetState.up;
}
