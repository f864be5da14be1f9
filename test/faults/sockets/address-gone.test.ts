/** The address that the server listens on is taken away and comes back, and the interface with it. */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { WatchedServer } from '../watched-server.ts';

/** Names of its own for each process that runs this. */
const namespace = `rz-${process.pid}`;
const outside = `rz${process.pid}`.slice(0, 15);
const network = `10.${200 + (process.pid % 50)}.${(process.pid >> 6) % 256}`;
const goneMs = 500;

let server: WatchedServer | undefined;
afterEach(async () => {
  await server?.remove();
  ip('netns', 'del', namespace);
  ip('link', 'del', outside);
});

function ip(...words: readonly string[]): boolean {
  return spawnSync('ip', words, { stdio: 'ignore' }).status === 0;
}

const inside = (...words: readonly string[]) => ip('-n', namespace, ...words);
const giveAddress = () => inside('addr', 'add', `${network}.2/24`, 'dev', 'inner');

/** A link into a network of the server's own. */
function makeLink(): boolean {
  return (
    ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', 'inner', 'netns', namespace) &&
    ip('addr', 'add', `${network}.1/24`, 'dev', outside) &&
    ip('link', 'set', outside, 'up') &&
    inside('link', 'set', 'inner', 'up') &&
    giveAddress()
  );
}

test('address, link and interface go and come back: questions are lost meanwhile, and answered again (needs root and ip)', async ({
  skip,
}) => {
  if (!ip('netns', 'add', namespace) || !inside('link', 'set', 'lo', 'up') || !makeLink())
    skip('needs root, and ip with veth');
  const watched = await WatchedServer.start({ address: `${network}.2`, wrapper: ['ip', 'netns', 'exec', namespace] });
  server = watched;
  await watched.answers(50);
  const faults: readonly (readonly [() => boolean, () => boolean])[] = [
    [() => inside('addr', 'del', `${network}.2/24`, 'dev', 'inner'), giveAddress],
    [() => inside('link', 'set', 'inner', 'down'), () => inside('link', 'set', 'inner', 'up')],
    [() => ip('link', 'del', outside), makeLink],
  ];
  for (const [take, giveBack] of faults) {
    await watched.losing(['udp', 'tcp'], async () => {
      expect(take()).toBe(true);
      await sleep(goneMs);
      expect(giveBack()).toBe(true);
      // TCP tries again after seconds only, and what is lost is known later still.
      await watched.answers(100);
    });
    watched.replaceZone();
    await watched.reload();
  }
  await watched.answers(50);
  await watched.finish();
});
