/**
 * BIND, NSD and Knot as secondaries of a zone that `nsupdate` changes all the time. Their SOA lets them wait for hours: what brings
 * them is NOTIFY, signed, and what they get are differences, signed too.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Folder, ServeProcess } from '../../e2e/serve-process.ts';
import { findFreePort } from '../lib/free-port.ts';
import { findCommand, type Judge } from '../lib/judge.ts';
import { startRingzoneSecondary } from '../transfer-in/plain-secondary.ts';
import { sendUpdates, transfer } from '../update/nsupdate.ts';
import { randomUpdates } from '../update/random-updates.ts';
import { bindSecondary, knotSecondary, nsdSecondary } from './secondaries.ts';

const zone = 'updates.test';
const key = { name: 'xfr-key', algorithm: 'hmac-sha256', secret: 'c2VjcmV0IG9mIHRoZSB0cmFuc2ZlcnMgdGhlbXNlbHZlcw==' };
const changeKey = { name: 'change-key', secret: 'c2VjcmV0IG9mIHRoZSB1cGRhdGVzIG9mIHRlc3Rz' };
/** More with RINGZONE_TRANSFER_UPDATES. */
const updates = Number(process.env.RINGZONE_TRANSFER_UPDATES ?? 200);
/** Sent in so many runs of nsupdate, so that differences of several rounds follow each other. */
const rounds = 4;
const programs = [bindSecondary, nsdSecondary, knotSecondary];

const text = `$TTL 300
@ 3600 SOA ns hostmaster 1 7200 3600 604800 300
@ NS ns
ns A 192.0.2.53
${Array.from({ length: 500 }, (_, i) => `h${i} A 10.0.${i >> 8}.${i & 255}`).join('\n')}
`;

describe.skipIf(['dig', 'nsupdate'].some((command) => findCommand(command) === undefined))('updates', () => {
  const folder = new Folder();
  const secondaries: (Judge | undefined)[] = [];
  /** NSD takes no updates: what it passes on stands for those. */
  let behindNsd: Judge | undefined;
  let server: ServeProcess;
  let port: number;

  beforeAll(async () => {
    const ports = await Promise.all(programs.map(() => findFreePort()));
    folder.write('zone', text);
    folder.write(
      'ringzone.yaml',
      `listen: ["127.0.0.1:0"]
workers: 1
http: false
data-dir: data
keys:
  ${key.name}: { algorithm: ${key.algorithm}, secret: "${key.secret}" }
  ${changeKey.name}: { algorithm: hmac-sha256, secret: "${changeKey.secret}" }
notify-delay: 200ms
zones:
  ${zone}:
    file: zone
    allow-update: ["key ${changeKey.name}"]
    allow-transfer: ["key ${key.name}"]
    max-ixfr-ratio: unlimited
    notify: explicit
    also-notify: [${ports.map((told) => `{ address: 127.0.0.1, port: ${told}, key: ${key.name} }`)}]
logging: { channels: { all: { file: log, severity: info } }, categories: { xfer-out: [all], notify: [all] } }
`,
    );
    server = new ServeProcess([], { cwd: folder.path });
    port = await server.ready();
    for (const [index, program] of programs.entries()) {
      const of = { zones: [zone], primaryPort: port, key, notifyPort: ports[index] as number };
      secondaries.push(await program.start(of, { readyMs: 20_000 }));
    }
    const nsd = secondaries.find((secondary) => secondary?.name === 'NSD');
    if (nsd === undefined) return;
    // While NSD takes over what has come its processes change and connections break, and differences that it has put together of several
    // are not always exact: then the whole zone is asked for, and what failed is tried again.
    const lines = ['refresh', 'retry'].flatMap((what) => [`min-${what}-time: 1s`, `max-${what}-time: 1s`]);
    behindNsd = await startRingzoneSecondary(zone, nsd.port, join(folder.path, 'behind-nsd'), { lines });
  });

  afterAll(async () => {
    await behindNsd?.stop();
    for (const secondary of secondaries) await secondary?.stop();
    await server.stop();
    folder.remove();
  });

  const log = () => readFileSync(join(folder.path, 'log'), 'utf8');
  const count = (pattern: RegExp) => log().match(pattern)?.length ?? 0;

  /** All records as one of the servers has them; NSD and Knot keep names in lower case. */
  async function recordsOf(from: number): Promise<readonly string[]> {
    const records = await transfer(from, zone, from === port ? key : undefined);
    return records.map((line) => line.toLowerCase()).toSorted();
  }

  test(`${updates} at random, each record of which arrives at every secondary by NOTIFY and IXFR`, {
    timeout: 300_000,
  }, async () => {
    const begin = log().length;
    const all = randomUpdates(zone, updates);
    const answers: string[] = [];
    const size = Math.ceil(all.length / rounds);
    for (let at = 0; at < all.length; at += size) {
      answers.push(...(await sendUpdates(port, zone, all.slice(at, at + size), changeKey)));
    }
    // On a machine that is busy with others nsupdate gives one up now and then; what counts is that all have the same.
    expect(answers.length).toBeGreaterThanOrEqual(updates * 0.99);
    // The others have prerequisites that do not hold.
    const done = answers.filter((rcode) => rcode === 'NOERROR').length;
    expect(done).toBeGreaterThan(updates / 2);
    const wanted = await recordsOf(port);
    const running = secondaries.filter((secondary) => secondary !== undefined);
    for (const secondary of running) {
      expect(secondary.notLoaded, secondary.log()).toEqual([]);
      // A notice that gets lost is sent again after 15 s, three times in all.
      const options = { timeout: 60_000, interval: 200, message: secondary.name };
      await expect.poll(() => recordsOf(secondary.port), options).toEqual(wanted);
    }
    if (behindNsd !== undefined) {
      await expect
        .poll(() => recordsOf(behindNsd?.port ?? 0), { timeout: 60_000, interval: 200, message: 'behind NSD' })
        .toEqual(wanted);
    }
    // Whole once, at the beginning, and to this test; differences to each. NSD, while it takes over what has come before, now and then
    // drops a transfer and begins anew, which it says.
    const anew =
      running
        .find(({ name }) => name === 'NSD')
        ?.log()
        .match(/restarting transfer|bad transfer/g)?.length ?? 0;
    const whole = count(/: AXFR started: TSIG xfr-key/g) - running.length - 1;
    expect(whole).toBeGreaterThanOrEqual(0);
    expect(whole).toBeLessThanOrEqual(anew);
    expect(count(/AXFR-style IXFR/g)).toBe(0);
    expect(count(/: IXFR started: TSIG xfr-key/g)).toBeGreaterThanOrEqual(running.length);
    expect(count(/sending notifies/g)).toBeGreaterThan(0);
    expect(log().slice(begin)).not.toMatch(/notify to .*(failed|exceeded)/);
  });
});
