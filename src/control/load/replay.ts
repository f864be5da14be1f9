/** The journal's changes put on top of what the disk has of a zone. */

import { typeText } from '../../rr/mnemonics.ts';
import { ArenaFullError } from '../../store/memory/arena.ts';
import { ZoneState } from '../../store/zone-reader.ts';
import type { BuiltZone, ZoneStore } from '../../store/zone-store.ts';
import { applyDelta, type Delta, type DeltaProblem } from '../../transfer/journal/delta.ts';

export interface Replayed {
  /** How many of the deltas are in the published version. */
  readonly applied: number;
  /** Why not all of them. */
  readonly problem: string | undefined;
}

/**
 * Publish `base` with these deltas on it, in one version. Nobody sees the versions before it: they are published under a state
 * that isn't answered from. Where a delta doesn't fit, those before it count.
 */
export function publishReplayed(
  store: ZoneStore,
  zoneNumber: number,
  base: BuiltZone,
  deltas: readonly Delta[],
  state: number = ZoneState.loaded,
): Replayed {
  if (deltas.length === 0) {
    store.publish(zoneNumber, base, state);
    return { applied: 0, problem: undefined };
  }
  store.publish(zoneNumber, base, ZoneState.notLoaded);
  const { staged, failedAt, problem } = stage(store, zoneNumber, deltas);
  if (staged !== undefined) {
    store.publish(zoneNumber, staged, state);
    return { applied: deltas.length, problem: undefined };
  }
  const good = failedAt > 0 ? stage(store, zoneNumber, deltas.slice(0, failedAt)).staged : undefined;
  if (good !== undefined) store.publish(zoneNumber, good, state);
  else store.setState(zoneNumber, state);
  return { applied: good === undefined ? 0 : failedAt, problem };
}

function stage(store: ZoneStore, zoneNumber: number, deltas: readonly Delta[]) {
  const change = store.startChange(zoneNumber);
  let at = 0;
  try {
    for (; at < deltas.length; at++) {
      const problem = applyDelta(change, deltas[at] as Delta);
      if (problem === undefined) continue;
      change.discard();
      return { staged: undefined, failedAt: at, problem: describe(deltas[at] as Delta, problem) };
    }
    return { staged: change.finish(), failedAt: at, problem: undefined };
  } catch (error) {
    change.discard();
    if (!(error instanceof ArenaFullError)) throw error;
    return { staged: undefined, failedAt: at, problem: `no room for the zone: ${error.message}` };
  }
}

function describe({ fromSerial, toSerial }: Delta, problem: DeltaProblem): string {
  const change = `the change from serial ${fromSerial} to ${toSerial}`;
  return problem.kind === 'malformed'
    ? `${change} is malformed`
    : `${change} removes ${problem.owner} ${typeText(problem.type)}, which isn't there`;
}
