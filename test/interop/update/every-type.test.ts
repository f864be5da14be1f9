/** A record of each type by nsupdate: a stop writes them into the zone's file, and a start finds them there. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Folder, ServeProcess } from '../../e2e/serve-process.ts';
import { sendUpdates, transfer } from './nsupdate.ts';

const zone = 'ex.test';
const records = readFileSync(join(import.meta.dirname, '../../zonefile/46-types.out'), 'utf8')
  .trim()
  .split('\n');
/** What only a signer makes, below the apex. */
const refusedTypes = new Set(['NSEC', 'NSEC3', 'NXT', 'SIG', 'RRSIG']);

let folder: Folder;
let server: ServeProcess | undefined;
beforeEach(() => {
  folder = new Folder();
});
afterEach(async () => {
  await server?.stop();
  folder.remove();
});

test('each type goes in, through the file, and comes out the same', { timeout: 60_000 }, async ({ skip }) => {
  if (spawnSync('nsupdate', ['-V']).error !== undefined) skip('needs nsupdate and dig');
  folder.write('zone', '$TTL 300\n@ SOA ns h 1 3600 600 86400 60\n@ NS ns\nns A 192.0.2.1\n');
  const config = folder.write(
    'ringzone.yaml',
    `listen: ["127.0.0.1:0"]
workers: 1
data-dir: data
allow-transfer: [127.0.0.1]
zones:
  ${zone}: { file: zone, allow-update: [127.0.0.1] }
`,
  );
  const start = () => {
    server = new ServeProcess(['-c', config], { cwd: folder.path });
    return server.ready();
  };
  let port = await start();
  const updates = records.map((line) => ['check-names no', `update add ${line.replace(' IN ', ' ')}`]);
  const rcodes = await sendUpdates(port, zone, updates, undefined);
  expect(rcodes.length).toBe(records.length);
  const refused = records.filter((_, i) => rcodes[i] !== 'NOERROR').map((line) => line.split(' ')[3]);
  expect(new Set(refused).difference(refusedTypes)).toEqual(new Set());
  const before = await transfer(port, zone);
  expect(before.length).toBeGreaterThan(60);
  await server?.stop();
  port = await start();
  expect(await transfer(port, zone)).toEqual(before);
  expect(server?.stderr).not.toContain('journal');
});
