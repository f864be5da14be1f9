/** Three Ringzones that agree on who is down, as clients of DNS and the operator see them. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { askPeer } from '../../src/control/agreement/ask-peer.ts';
import { createTsigKey } from '../../src/tsig/tsig-key.ts';
import { wireNameFrom } from '../../src/wire/name.ts';
import { findCommand } from '../interop/lib/judge.ts';
import { PeerFleet, secret } from './peer-fleet.ts';

// Opinions end after ten seconds; on a slow machine all takes longer.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const dead = 'sip1,sip2';

/** A fleet for one test. */
async function withFleet(work: (fleet: PeerFleet) => Promise<void>): Promise<void> {
  const fleet = await PeerFleet.start();
  try {
    await work(fleet);
  } finally {
    await fleet.end();
  }
}

// Most of their time opinions take to end.
describe.concurrent('a fleet', () => {
  test('one that is down for one of three stays, for two it is out on all, and in again when opinions are missing', () =>
    withFleet(async (fleet) => {
      // sip1 too: with nobody up answers are as if all were.
      await fleet.deafFor(1);
      await fleet.waitForHealth(1, ({ targets }) => targets[0]?.addresses[0]?.state === 'inactive');
      const [own] = (await fleet.health(1)).targets;
      expect(own?.state).toBe('trying');
      expect(own?.addresses[0]?.peers?.map(({ opinion }) => opinion)).toEqual(['up', 'up']);
      expect(await fleet.namesAt(1)).toBe('sip1');
      await fleet.deafFor(1, 2);
      await fleet.waitForNames(dead, 1, 2, 3);
      expect((await fleet.health(3)).targets[0]).toMatchObject({
        state: 'inactive',
        addresses: [{ state: 'active', agreedState: 'inactive' }],
      });
      await fleet
        .server(3)
        .waitFor(/^target sip1\.phones\.test.* is down: 127\.0\.0\.1 is seen down by 2 of 3 servers/);
      // The second is gone: the others are one that sees it down and one that does not. Of sip2 they both know.
      fleet.server(2).kill('SIGSTOP');
      await fleet.waitForNames('sip1', 1, 3);
      await fleet.server(3).waitFor(/^peer 127\.0\.0\.2#\d+ is not heard \(timed out\)/);
      fleet.server(2).kill('SIGCONT');
      await fleet.waitForNames(dead, 1, 2, 3);
      await fleet.deafFor();
      await fleet.waitForNames('sip1', 1, 2, 3);
    }));

  test('a server alone takes nothing out', () =>
    withFleet(async (fleet) => {
      for (const number of [2, 3]) fleet.server(number).kill('SIGSTOP');
      await fleet.waitForPeers(1, false);
      await fleet.waitForNames(dead, 1);
      await fleet.deafFor(1);
      await fleet.waitForHealth(1, ({ targets }) => targets[0]?.addresses[0]?.state === 'inactive');
      expect((await fleet.health(1)).targets.map(({ state }) => state)).toEqual(['trying', 'trying']);
      expect((await fleet.run(1, 'health')).stdout).toMatch(/127\.0\.0\.2#\d+ +no: timed out/);
    }));

  test('a drain passes to all, with its end, over restarts, and so does an undrain', () =>
    withFleet(async (fleet) => {
      expect((await fleet.run(1, 'drain', 'sip1.phones.test', '--for', '30m')).code).toBe(0);
      const untilDrained = (number: number, isDrained: boolean) =>
        fleet.waitForHealth(number, ({ targets }) => (targets[0]?.state === 'disabled') === isDrained);
      for (const number of [2, 3]) await untilDrained(number, true);
      await fleet
        .server(3)
        .waitFor(/^target sip1\.phones\.test.* is drained: drained for 1[78]\d\d s by peer 127\.0\.0\./);
      expect((await fleet.run(3, 'health')).stdout).toMatch(/disabled.*drained for 30 min more/);
      await fleet.server(3).stop();
      expect((await fleet.run(2, 'undrain', 'sip1.phones.test')).code).toBe(0);
      await untilDrained(1, false);
      await fleet.startOne(3);
      await untilDrained(3, false);
    }));

  test('whoever has another secret is refused, and both say so', () =>
    withFleet(async (fleet) => {
      fleet.writeConfig(1, Buffer.alloc(32, 8).toString('base64'));
      expect((await fleet.run(1, 'reconfig')).code).toBe(0);
      await fleet.server(1).waitFor(/^peer 127\.0\.0\.2#\d+ gives no opinion: it refuses the key peers \(BADSIG\)/);
      await fleet.server(2).waitFor(/^peer 127\.0\.0\.1#\d+ is not heard \(it refuses the key peers \(BADSIG\)/);
      expect((await fleet.health(2)).peers.map(({ isHeard }) => isHeard)).toEqual([false, true]);
    }));
});

describe('what is asked of a fleet', () => {
  let fleet: PeerFleet;
  beforeAll(async () => {
    fleet = await PeerFleet.start();
  });
  afterAll(() => fleet.end());

  test('whoever asks by the exchange hears what is wrong', async () => {
    const ask = async (name: string, secretOctet: number, offsetMs = 0, at = fleet.port) => {
      const key = createTsigKey(wireNameFrom(`${name}.`), 'hmac-sha256', Buffer.alloc(32, secretOctet));
      const peer = { address: '127.0.0.2', port: at, key };
      const nothing = { since: undefined, asker: undefined };
      const wallMs = () => Date.now() + offsetMs;
      const [udp, tcp] = await Promise.all(
        [false, true].map((usesStream) => askPeer(peer, nothing, usesStream, wallMs, new AbortController().signal)),
      );
      if (udp?.ok === true && tcp?.ok === true) {
        expect(tcp.value.items).toEqual(udp.value.items);
        return udp.value.items.length;
      }
      return [udp, tcp].map((result) => (result?.ok === false ? result.error.text : 'good'));
    };
    expect(await ask('peers', 7)).toBe(2);
    const skew = expect.stringMatching(/^the clocks differ by (39\d|40\d) s \(BADTIME\): set them by NTP$/);
    expect(await ask('peers', 7, -400_000)).toEqual([skew, skew]);
    expect(await ask('peers', 7, 400_000)).toEqual([skew, skew]);
    const badSig = 'it refuses the key peers (BADSIG): its secret is another there';
    expect(await ask('peers', 8)).toEqual([badSig, badSig]);
    const badKey = 'it refuses the key nobody (BADKEY): both must have it, by this name and algorithm';
    expect(await ask('nobody', 7)).toEqual([badKey, badKey]);
    const refused = 'REFUSED: it has no peer with the key transfers';
    expect(await ask('transfers', 7)).toEqual([refused, refused]);
    expect(await ask('peers', 7, 0, 1)).toEqual(['connection refused', 'over TCP: connection refused']);
  });

  test.skipIf(findCommand('dig') === undefined)(
    'dig with the key shows it all as text, and nothing without [needs dig]',
    async () => {
      const dig = (...args: readonly string[]) =>
        spawnSync('dig', ['@127.0.0.2', '-p', String(fleet.port), 'CH', 'TXT', 'health.ringzone', ...args], {
          encoding: 'utf8',
        });
      const key = ['-y', `hmac-sha256:peers:${secret}`];
      const lines = dig(...key, '+short').stdout.split('\n');
      expect(lines[0]).toMatch(/^"ringzone-health 1 id=[0-9a-f]{16} from=0 through=\d+ last=\d+"$/);
      expect(lines).toContain(`"up sip-options 127.0.0.1 ${fleet.sipPort} udp"`);
      expect(lines).toContain('"down sip-options 127.0.0.1 5062 udp"');
      expect(dig(...key, '+tcp').stdout).toContain('status: NOERROR');
      expect(dig().stdout).toContain('status: REFUSED');
      expect(dig('-y', `hmac-sha256:peers:${Buffer.alloc(32, 9).toString('base64')}`).stdout).toContain(
        'status: NOTAUTH',
      );
    },
  );
});
