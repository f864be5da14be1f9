/** Main does nothing for a while, as in a long collection or on a machine that swaps: answers go on. */
import type { Fault } from './fault.ts';

export function stallMain(ms: number): Fault {
  return {
    name: `main stalls for ${ms / 1000} s`,
    losses: [],
    // Commands and updates wait, and NOTIFYs; none fails for it.
    isTrouble: false,
    inflict: async ({ daemon }) => {
      await daemon.inspector?.stallMain(ms);
    },
  };
}
