/** Writes new versions of a zone's file and has them read: by `ctl reload`, of one zone or of all; now and then a broken one first. */
import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyStep, nextStep } from '../model/contents.ts';
import { pick } from '../random.ts';
import { fileOf, type World } from '../world.ts';

const pauseMs = 2500;
const brokenPart = 0.15;

export async function reloadZone(world: World): Promise<void> {
  while (!world.isStopping) {
    if (world.random() < brokenPart) await offerBroken(world);
    await reloadOnce(world);
    await sleep(pauseMs * 2 * world.random());
  }
}

async function reloadOnce(world: World): Promise<void> {
  const { reloaded, folder, daemon, random } = world;
  let next = reloaded.newest;
  for (let steps = 1 + Math.floor(random() * 5); steps > 0; steps--) {
    const { serial } = reloaded.newest;
    next = applyStep(next, nextStep(next, random));
    if (steps === 1) next = next.changed(serial + 1, () => false, []);
  }
  reloaded.offer(next);
  folder.replace(fileOf(reloaded.apex), next.format());
  const words = random() < 0.3 ? ['reload'] : ['reload', reloaded.apex];
  for (;;) {
    const wasTroubled = world.isTroubled;
    const reply = await world.control(daemon, ...words);
    if (reply.ok) {
      reloaded.confirm(next.serial);
      world.count('reloads');
      return;
    }
    world.count('reloads that failed');
    if (!wasTroubled && !world.isTroubled) world.tell(`ctl ${words.join(' ')}: ${reply.failure} ${reply.text}`);
    if (world.isStopping) return;
    await sleep(500);
  }
}

/** A file that is none must be refused, and what is served stays: the ledger knows of no other version. */
async function offerBroken(world: World): Promise<void> {
  const { reloaded, folder, daemon, random } = world;
  const path = folder.in(fileOf(reloaded.apex));
  const text = reloaded.newest.format();
  const spoil = pick(random, [
    () => writeFileSync(path, `${text.slice(0, text.length / 2)}\n"`),
    () => writeFileSync(path, ''),
    () => writeFileSync(path, Buffer.alloc(5000, 0xff)),
    () => rmSync(path),
  ]);
  world.breakFile();
  spoil();
  const reply = await world.control(daemon, 'reload', reloaded.apex);
  if (reply.ok) world.tell(`a broken zone file was taken: ${reply.text}`);
  world.count('broken zone files');
  // As it was, so that a reload of all zones finds nothing to say.
  folder.replace(fileOf(reloaded.apex), text);
  world.mendFile();
}
