/** The thread that probes targets ends: their states stay as they are, and it is replaced. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';

const backMs = 20_000;

export const endHealth: Fault = {
  name: 'the health thread ends',
  losses: [],
  // `ctl health` meanwhile.
  isTrouble: true,
  inflict: async (world) => {
    const { daemon, calls } = world;
    await daemon.inspector?.endThread('health');
    for (const endMs = performance.now() + backMs; performance.now() < endMs; await sleep(100)) {
      const { ok, text } = await world.control(daemon, 'health', calls.apex);
      if (ok && /\bt0\.\S+.*\b(active|inactive)\b/.test(text)) return;
    }
    world.tell("the health thread wasn't replaced");
  },
};
