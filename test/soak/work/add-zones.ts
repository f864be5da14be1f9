/** Zones that come and go by the hundred, through `ctl addzone` and `delzone`. */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AddedZone } from '../model/added-zone.ts';
import { smallZone } from '../model/contents.ts';
import type { World } from '../world.ts';

const batch = 100;
/** So many of them are asked about at a time. */
const asked = 3;
const pauseMs = 100;
/** All of a batch are there for so long. */
const holdMs = 5000;

export async function addZones(world: World): Promise<void> {
  for (let first = 0; !world.isStopping; first += batch) {
    const zones: AddedZone[] = [];
    for (let i = 0; i < batch && !world.isStopping; i++) {
      const zone = new AddedZone(smallZone(`z${(first + i) % 10_000}.added.`, 1 + first + i));
      zones.push(zone);
      world.load.zones = [...world.zones, ...zones.slice(-asked)];
      await change(world, zone, true);
      await sleep(pauseMs);
    }
    world.load.zones = [...world.zones, ...zones.slice(0, asked)];
    await sleep(holdMs);
    for (const zone of zones) {
      await change(world, zone, false);
      if (!world.isStopping) await sleep(pauseMs);
    }
    world.load.zones = world.zones;
  }
}

/** Until it is done: also where a fault is in the way for a while. */
async function change(world: World, zone: AddedZone, isWanted: boolean): Promise<void> {
  const file = world.folder.in('added', zone.apex);
  if (isWanted) world.folder.write(`added/${zone.apex}`, zone.newest.format());
  const words = isWanted ? ['addzone', zone.apex, `{ file: ${file} }`] : ['delzone', zone.apex];
  for (;;) {
    const wasTroubled = world.isTroubled;
    zone.begin(isWanted);
    const reply = await world.control(world.daemon, ...words);
    // The answer to the first try may have been lost with the connection.
    if (reply.ok || reply.failure === (isWanted ? 'already exists' : 'not found')) break;
    zone.end(!isWanted);
    if (!wasTroubled && !world.isTroubled) world.tell(`ctl ${words.join(' ')}: ${reply.failure} ${reply.text}`);
    if (world.isStopping) return;
    await sleep(500);
  }
  zone.end(isWanted);
  world.count(isWanted ? 'zones added' : 'zones deleted');
  if (!isWanted) rmSync(file, { force: true });
}
