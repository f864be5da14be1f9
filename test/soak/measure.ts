/** What the server under test takes, over time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { countDrops, type ProcessFigures, readProcess } from './server/process-figures.ts';
import type { World } from './world.ts';

const intervalMs = 5000;

export interface Figures extends ProcessFigures {
  readonly atMs: number;
}

/** After a collection in each thread. */
export interface HeapFigures {
  readonly residentOctets: number;
  /** What each thread holds, by its name: its heap, and what is allocated beside it. */
  readonly threadOctets: Readonly<Record<string, number>>;
}

export async function measure(world: World, figures: Figures[]): Promise<void> {
  while (!world.isStopping) {
    if (world.daemon.ended === undefined) figures.push({ atMs: performance.now(), ...readProcess(world.daemon.pid) });
    await sleep(intervalMs);
  }
}

/** `undefined`: a thread is being replaced at the moment, or the server has ended. */
export async function measureHeap({ daemon }: World): Promise<HeapFigures | undefined> {
  if (daemon.inspector === undefined || daemon.ended !== undefined) return undefined;
  try {
    const threadOctets = await daemon.inspector.measureHeaps();
    return { threadOctets, residentOctets: readProcess(daemon.pid).residentOctets };
  } catch {
    return undefined;
  }
}

/** Datagrams that found no room at the server, and at the clients: losses that are the machine's, not the server's. */
export function measureDrops({ daemon, load }: World): { readonly server: number; readonly clients: number } {
  return { server: countDrops(daemon.port), clients: load.dropped };
}
