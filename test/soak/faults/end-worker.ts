/** A thread that ends in the midst of its work: a batch of questions and its connections go with it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../world.ts';
import type { Fault } from './fault.ts';

const backMs = 20_000;

export function endWorker(name: string): Fault {
  const isTcp = name.startsWith('tcp');
  return {
    name: `worker ${name} ends`,
    losses: [isTcp ? 'tcp' : 'udp'],
    // Updates and transfers that it had in hand.
    isTrouble: true,
    inflict: (world) => inflict(world, name),
  };
}

async function inflict(world: World, name: string): Promise<void> {
  const { daemon } = world;
  const again = new RegExp(`worker ${name} answers again`);
  const before = daemon.said;
  await daemon.inspector?.endThread(name);
  for (const endMs = performance.now() + backMs; performance.now() < endMs; await sleep(50))
    if (daemon.lines(again, before).length > 0) return;
  world.tell(`worker ${name} wasn't replaced`);
}
