/** New versions at a primary, which the server under test must transfer and then serve. */
import { setTimeout as sleep } from 'node:timers/promises';
import { applyStep, nextStep } from '../model/contents.ts';
import type { ZoneLedger } from '../model/zone-ledger.ts';
import { fileOf, type World } from '../world.ts';

const pauseMs = 3000;
/** With a primary that hangs for a while, and a NOTIFY that is lost. */
const followMs = 90_000;
const patienceMs = 200;

/** `publish` has the primary read its file. */
export async function feedSecondary(world: World, zone: ZoneLedger, publish: () => Promise<void>): Promise<void> {
  while (!world.isStopping) {
    const next = applyStep(zone.newest, nextStep(zone.newest, world.random));
    zone.offer(next);
    world.folder.replace(fileOf(zone.apex), next.format());
    await publish();
    await waitUntilServed(world, zone);
    await sleep(pauseMs * 2 * world.random());
  }
}

/** The answers to the load's questions show when it is. */
async function waitUntilServed(world: World, zone: ZoneLedger): Promise<void> {
  const endMs = performance.now() + followMs;
  while (!zone.isSettled && !world.isStopping) {
    if (performance.now() > endMs) {
      world.tell(`zone ${zone.apex}: version ${zone.newest.serial} isn't served after ${followMs / 1000} s`);
      return;
    }
    await sleep(patienceMs);
  }
  world.count(`versions transferred in of ${zone.apex}`);
}
