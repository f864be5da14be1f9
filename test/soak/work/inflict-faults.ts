/** One fault after the other, each so long after the one before began. */
import { setTimeout as sleep } from 'node:timers/promises';
import { allFaults } from '../faults/all-faults.ts';
import type { Fault } from '../faults/fault.ts';
import type { World } from '../world.ts';

const intervalMs = 10_000;
/** What was begun during a fault may come to its end behind it. */
const afterMs = 2000;
const mostMs = 60_000;

export async function inflictFaults(world: World): Promise<void> {
  const faults = allFaults(world);
  for (let turn = 0; !world.isStopping; turn++) {
    const nextMs = performance.now() + intervalMs;
    await inflict(world, faults[turn % faults.length] as Fault);
    while (performance.now() < nextMs && !world.isStopping) await sleep(100);
  }
}

async function inflict(world: World, fault: Fault): Promise<void> {
  const window = world.losses.open(fault.name, fault.losses);
  if (fault.isTrouble) world.expectTrouble(mostMs);
  try {
    await fault.inflict(world);
    world.count(`fault: ${fault.name}`);
  } catch (error) {
    if (!world.isStopping) world.tell(`fault ${fault.name} couldn't be done: ${String(error)}`);
  }
  await sleep(afterMs);
  world.losses.close(window);
  if (fault.isTrouble) world.endTrouble();
}
