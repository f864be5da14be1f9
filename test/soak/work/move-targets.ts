/** SIP servers that die and come back, one at a time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sipTargets, type World } from '../world.ts';

/**
 * docs/health.md: the first failure and the first recovery are believed at once; what comes after waits for a minute, and for up to sixteen
 * where it comes again and again. A busy machine adds to it, because replies that are late on this side are no verdict.
 */
const firstMs = 60_000;
const mostMs = 20 * 60_000;
const upMs = 60_000;
const downMs = 45_000;

export async function moveTargets(world: World): Promise<void> {
  for (let turn = 0; !world.isStopping; turn++) {
    const target = turn % sipTargets;
    const withinMs = turn < sipTargets ? firstMs : mostMs;
    await pause(world, upMs);
    move(world, target, false, withinMs);
    await pause(world, downMs);
    move(world, target, true, withinMs);
  }
}

function move(world: World, target: number, isUp: boolean, withinMs: number): void {
  // The model first: what follows may be seen from now on.
  world.calls.change(target, isUp, withinMs);
  world.targets.set(target, isUp);
  world.count(isUp ? 'targets that came back' : 'targets that went down');
}

async function pause(world: World, ms: number): Promise<void> {
  for (const endMs = performance.now() + ms; performance.now() < endMs && !world.isStopping; ) await sleep(200);
}
