/** Commands of an operator, and scrapes of the monitoring, at random. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pick } from '../random.ts';
import type { World } from '../world.ts';

const pauseMs = 1000;

const commands: readonly (readonly string[])[] = [
  ['status'],
  ['status'],
  ['zonestatus', 'static.soak'],
  ['zonestatus', 'upstream.soak'],
  ['stats'],
  ['showconf'],
  ['showzone', 'dynamic.soak'],
  ['sync', 'dynamic.soak'],
  ['sync', '-clean', 'dynamic.soak'],
  ['notify', 'dynamic.soak'],
  ['journal', 'check', 'dynamic.soak'],
  ['refresh', 'upstream.soak'],
  ['retransfer', 'upstream.soak'],
  ['querylog', 'on'],
  ['querylog', 'off'],
  ['closelogs'],
  ['health'],
  ['health', 'calls.soak'],
  ['reconfig'],
  ['tsig-list'],
  ['null'],
];
/** They ask a primary, which may be the one that hangs. */
const remote = new Set(['refresh', 'retransfer']);

export async function giveCommands(world: World): Promise<void> {
  const http = await httpPort(world);
  while (!world.isStopping) {
    if (world.random() < 0.2) await scrape(world, http);
    else await command(world, pick(world.random, commands));
    await sleep(pauseMs * 2 * world.random());
  }
}

async function command(world: World, words: readonly string[]): Promise<void> {
  const sentMs = performance.now();
  const wasTroubled = world.isTroubled;
  const reply = await world.control(world.daemon, ...words).catch((error: Error) => error);
  world.count(`ctl ${words[0]}`);
  if (reply instanceof Error) {
    world.tell(reply.message);
    return;
  }
  if (reply.ok || wasTroubled || world.isTroubled || remote.has(words[0] as string)) return;
  if (world.wasFileBroken(sentMs)) return;
  world.tell(`ctl ${words.join(' ')}: ${reply.failure} ${reply.text}`);
}

async function scrape(world: World, port: number): Promise<void> {
  const wasTroubled = world.isTroubled;
  try {
    // A connection that is kept may be closed by the server at the moment in which it is used again.
    const headers = { connection: 'close' };
    const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers, signal: AbortSignal.timeout(30_000) });
    const text = await response.text();
    if (!text.includes('ringzone_requests_total')) throw new Error(`no metrics: ${text.slice(0, 200)}`);
    world.count('scrapes');
  } catch (error) {
    if (!wasTroubled && !world.isTroubled) world.tell(`/metrics: ${String(error)} (${String((error as Error).cause)})`);
  }
}

async function httpPort(world: World): Promise<number> {
  const line = await world.daemon.waitForLine(/statistics channel listening on/, 10_000);
  return Number(/127\.0\.0\.1#(\d+)/.exec(line)?.[1]);
}
