import { isOtherType, opcodeName, qtypeName, rcodeName } from '../../statistics/code-names.ts';
import type { HttpSource } from '../http-source.ts';
import { countsOf, serverCounters, zoneCounters } from './counter-groups.ts';

/** Of all messages since the start. Opcodes and RCODEs with those that are 0, the rest without, as BIND does. */
export function serverStatistics(source: HttpSource) {
  const { opcodes, rcodes, qtypes, named } = source.counters();
  return {
    opcodes: Object.fromEntries(opcodes.map((count, opcode) => [opcodeName(opcode), count])),
    rcodes: Object.fromEntries(rcodes.map((count, rcode) => [rcodeName(rcode), count])),
    qtypes: countTypes(qtypes),
    nsstats: countsOf(named, serverCounters),
    zonestats: countsOf(named, zoneCounters),
    // Nothing is resolved.
    resstats: {},
  };
}

function countTypes(qtypes: readonly number[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  let others = 0;
  for (const [type, count] of qtypes.entries()) {
    if (isOtherType(type)) others += count;
    else if (count > 0) counts[qtypeName(type)] = count;
  }
  return others === 0 ? counts : { ...counts, Others: others };
}
