/** Transfers zones from the server, whole and as changes since some version, and holds them against the model. */
import { setTimeout as sleep } from 'node:timers/promises';
import { transferZone } from '../clients/transfer-client.ts';
import { formatRecord, type ZoneContent } from '../model/zone-content.ts';
import type { ZoneLedger } from '../model/zone-ledger.ts';
import { pick } from '../random.ts';
import type { World } from '../world.ts';

const pauseMs = 700;

export async function transferOut(world: World): Promise<void> {
  const { random } = world;
  const zones = world.zones.filter((zone) => 'find' in zone);
  while (!world.isStopping) {
    const zone = pick(random, zones);
    // Not since the newest, which may not be served yet.
    const known = zone.serials.slice(-40, -1);
    const since = known.length > 0 && random() < 0.6 ? zone.find(pick(random, known)) : undefined;
    await transferOnce(world, zone, since);
    await sleep(pauseMs * 2 * random());
  }
}

async function transferOnce(world: World, zone: ZoneLedger, since: ZoneContent | undefined): Promise<void> {
  const what = `${since === undefined ? 'AXFR' : `IXFR since ${since.serial}`}`;
  const wasTroubled = world.isTroubled;
  const sentMs = performance.now();
  try {
    const transfer = await transferZone({ port: world.daemon.port, apex: zone.apex, ...(since && { since }) });
    if (transfer.kind === 'failed') {
      world.count('transfers out that failed');
      if (!wasTroubled && !world.isTroubled) world.tell(`${what} of ${zone.apex}: ${transfer.reason}`);
      return;
    }
    world.count(`transfers out (${transfer.way})`);
    const allowed = zone.allowed(sentMs, performance.now());
    const { content } = transfer;
    const same = allowed.find(({ serial }) => serial === content.serial);
    if (same === undefined) {
      const serials = allowed.map(({ serial }) => serial).join(', ');
      world.checker.tellOther(zone.apex, what, `serial ${content.serial}, allowed are ${serials}`);
      return;
    }
    const difference = differenceBetween(content, same);
    if (difference !== undefined) world.checker.tellOther(zone.apex, what, difference);
  } catch (error) {
    world.checker.tellOther(zone.apex, what, String(error));
  }
}

function differenceBetween(found: ZoneContent, expected: ZoneContent): string | undefined {
  const [a, b] = [found, expected].map(({ records }) => records.map(formatRecord).sort()) as [string[], string[]];
  const strange = a.filter((line) => !b.includes(line));
  const missing = b.filter((line) => !a.includes(line));
  if (strange.length === 0 && missing.length === 0 && a.length === b.length) return undefined;
  return `serial ${found.serial}: ${[...missing.map((line) => `- ${line}`), ...strange.map((line) => `+ ${line}`)].slice(0, 6).join('; ')}`;
}
