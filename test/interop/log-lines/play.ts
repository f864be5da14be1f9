/** Plays the scene on one server and gathers its lines by step. */
import { setTimeout as sleep } from 'node:timers/promises';
import { masked, without } from './lines.ts';
import { scene, setPeer } from './scene.ts';
import { ScriptedPeer } from './scripted-peer.ts';
import { LoggingServer, type Product } from './server.ts';

/** Masked lines by the name of their step. */
export type Played = ReadonlyMap<string, readonly string[]>;

/** Waits for the lines of a step: `expected` are those that should come, where that is known. */
export type Settle = (linesOfStep: () => readonly string[], expected: readonly string[] | undefined) => Promise<void>;

/** What the step should say is there, or will not come. */
const patienceMs = 4000;
const stepMs = 25;

export async function settleExpected(linesOfStep: () => readonly string[], expected: readonly string[] = []) {
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(stepMs)) {
    if (without(expected, linesOfStep()).length === 0) return;
  }
}

/** Until nothing has come for a while: for a recording. */
export async function settleQuiet(linesOfStep: () => readonly string[]) {
  const quietMs = 800;
  let count = -1;
  for (let since = Date.now(); Date.now() - since < quietMs; await sleep(stepMs)) {
    if (linesOfStep().length === count) continue;
    count = linesOfStep().length;
    since = Date.now();
  }
}

export async function play(product: Product, settle: Settle, expected?: Played): Promise<Played> {
  const peer = await ScriptedPeer.start();
  setPeer(peer);
  const server = await LoggingServer.start(product, peer.port);
  const mask = (line: string) => masked(line).replaceAll(`${server.folder}/`, '').replaceAll(server.folder, '.');
  try {
    const played = new Map<string, readonly string[]>();
    let seen = 0;
    for (const { name, run } of scene) {
      const linesOfStep = () => server.lines().slice(seen).map(mask);
      await run({ server, peer });
      await settle(linesOfStep, expected?.get(name));
      const lines = linesOfStep();
      seen += lines.length;
      played.set(name, lines);
    }
    return played;
  } finally {
    await server.stop();
    peer.stop();
  }
}
