/** The clock of the system is set, by hours and by days, in both directions: only what is about the time of day may notice. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { zoneText } from '../../e2e/serve-process.ts';
import { decodeMessage } from '../../interop/lib/decode-message.ts';
import { ask } from '../../interop/lib/dns-client.ts';
import { run } from '../../interop/update/nsupdate.ts';
import { WatchedServer } from '../watched-server.ts';

const [library] = globSync('/usr/lib/*/faketime/libfaketime.so.1');
const hasDig = spawnSync('dig', ['-v']).error === undefined;
const secret = 'c2VjcmV0IG9mIHRoZSBjbG9jaydzIHRlc3QgYWxvbmUuLi4=';

const servers: WatchedServer[] = [];
let target: Server;
beforeEach(async () => {
  target = createServer((socket) => socket.on('error', () => undefined).end());
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.remove();
  target.close();
});

/** Refreshed each second by who follows it. */
const followed = (serial: number) => zoneText(serial).replaceAll('a.test', 'b.test').replace('1800 600', '1 1');

test.skipIf(library === undefined || !hasDig)(
  'forth, back and to where it was: answers, timers and health go on; TSIG knows the time (needs faketime and dig)',
  { timeout: 90_000 },
  async () => {
    const primary = await WatchedServer.start(
      { questionsPerSecond: 10, zones: (folder) => `  b.test: { file: ${folder}/b.zone }` },
      (other) => other.write('b.zone', followed(1)),
    );
    servers.push(primary);
    let clock = '';
    const { port: probed } = target.address() as AddressInfo;
    const server = await WatchedServer.start(
      {
        // Given by the preloaded library; the monotonic clock stays as it is, as where a clock is set.
        env: (folder) => ({
          LD_PRELOAD: library ?? '',
          FAKETIME_TIMESTAMP_FILE: join(folder, 'clock'),
          FAKETIME_DONT_FAKE_MONOTONIC: '1',
          FAKETIME_NO_CACHE: '1',
          NO_FAKE_STAT: '1',
        }),
        settings: () =>
          `min-refresh-time: 1s\nmin-retry-time: 1s\nkeys: { k: { algorithm: hmac-sha256, secret: "${secret}" } }`,
        zones: (
          folder,
        ) => `  b.test: { type: secondary, primaries: [{ address: 127.0.0.1, port: ${primary.daemon.port} }] }
  calls.test: { file: ${folder}/calls.zone, health: { probe: tcp-connect, interval: 1s, timeout: 900ms, address: { ns: "127.0.0.1:${probed}" } } }`,
      },
      (other) => {
        other.write('calls.zone', `${zoneText(1).replaceAll('a.test', 'calls.test')}_sip._tcp SRV 0 1 5060 ns\n`);
        clock = other.write('clock', '+0');
      },
    );
    servers.push(server);
    const { daemon } = server;
    await expect.poll(() => servedSerial(daemon.port)).toBe(1);
    expect(await signedStatus(daemon.port)).toBe('NOERROR');

    for (const [turn, jump] of ['+3600', '-172800', '+2592000', '+0'].entries()) {
      writeFileSync(clock, jump);
      await server.answers(100);
      expect(await signedStatus(daemon.port)).toBe(jump === '+0' ? 'NOERROR' : 'NOTAUTH');
      // Its timers don't wait for a time of day that was, and find no expiry in one that will be.
      primary.write('b.zone', followed(2 + turn));
      expect(await primary.daemon.control('reload', 'b.test')).toMatchObject({ ok: true });
      await expect.poll(() => servedSerial(daemon.port)).toBe(2 + turn);
      server.replaceZone();
      await server.reload();
    }
    expect(daemon.lines(/expired|target .* is down/)).toEqual([]);
    await server.finish();
    await primary.finish();
  },
);

async function servedSerial(port: number): Promise<number> {
  const { answer } = decodeMessage(await ask(port, { name: 'b.test', type: 'SOA' }));
  return Number(answer[0]?.rdataText.split(' ')[2]);
}

/** What becomes of a question that is signed at the time as it is: RFC 8945 §5.2.3 allows five minutes. */
async function signedStatus(port: number): Promise<string | undefined> {
  const output = await run('dig', [
    '-p',
    `${port}`,
    '@127.0.0.1',
    '-y',
    `hmac-sha256:k:${secret}`,
    'model.test',
    'SOA',
  ]);
  return /status: (\w+)/.exec(output)?.[1];
}
