/** A zone file that is replaced, cut or written while it is read: what is served is the old zone or the new one, whole. */
import { closeSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { modelApex, WatchedServer } from '../watched-server.ts';

let server: WatchedServer;
let path: string;
beforeAll(async () => {
  server = await WatchedServer.start();
  path = join(server.folder, 'model.zone');
});
afterAll(async () => {
  await server.remove();
});

const reload = () => server.daemon.control('reload', modelApex);

test('files that are none are refused, one after the other', async () => {
  const text = server.ledger.newest.format();
  const spoiled: readonly (() => void)[] = [
    () => truncateSync(path, 0),
    () => writeFileSync(path, `${text.slice(0, text.length / 2)}\n( "`),
    () => writeFileSync(path, Buffer.alloc(100_000, 0x80)),
    () => rmSync(path),
  ];
  for (const spoil of spoiled) {
    spoil();
    const reply = await reload();
    expect(reply.ok).toBe(false);
    expect(reply.text).toContain('serial 1 stays in service');
    await server.answers(20);
  }
  server.replaceZone();
  await server.reload();
});

test('renamed over again and again while it is read', async () => {
  for (let round = 0; round < 20; round++) {
    const reading = reload();
    server.replaceZone();
    expect(await reading).toMatchObject({ ok: true });
  }
  await server.reload();
});

test('written in place, a piece at a time: half of it is never served, though it is a good zone', async () => {
  const { newest } = server.ledger;
  // So much that reading it takes longer than whoever writes may be kept from it.
  const hosts = Array.from(
    { length: 200_000 },
    (_, i) => `x${i}.${modelApex} 300 IN A 10.${i >> 16}.${(i >> 8) & 255}.${i & 255}\n`,
  );
  const last = { owner: `last.${modelApex}`, type: 'A', ttl: 300, rdata: '192.0.2.99' };
  const next = newest.changed(newest.serial + 1, () => false, [last]);
  const file = openSync(path, 'w');
  writeSync(file, newest.changed(next.serial, () => false, []).format());
  writeSync(file, hosts.slice(1000).join(''));
  let isWriting = true;
  const writing = (async () => {
    for (let piece = 0; isWriting; piece++) {
      writeSync(file, piece < 1000 ? (hosts[piece] as string) : `; ${piece}\n`);
      await sleep(1);
    }
  })();
  const refused = await reload();
  expect(refused).toMatchObject({ ok: false });
  expect(refused.text).toContain('it changed while it was read');
  await server.answers(50);
  isWriting = false;
  await writing;
  writeSync(file, `${last.owner} ${last.ttl} IN A ${last.rdata}\n`);
  closeSync(file);
  server.ledger.offer(next);
  await server.reload();
  await server.answers(100);
});

test('nothing of it was ever wrong', async () => {
  await server.finish();
});
