/** docs/fleet.md: a hidden primary, and what its catalog lists on Ringzone, BIND and Knot. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findCommand } from '../interop/lib/judge.ts';
import { addresses, Fleet, type Host } from './fleet.ts';
import { canMakeNetworks } from './network.ts';

const missing = ['named', 'knotd', 'dig', 'ip'].filter((command) => findCommand(command) === undefined);
const reason =
  missing.length > 0 ? `no ${missing.join(', ')}` : canMakeNetworks() ? undefined : 'no network namespaces';
const secondaries: readonly Host[] = ['a', 'b', 'bind', 'knot'];
const deadline = { timeout: 40_000, interval: 200 };

describe.skipIf(reason !== undefined)(`a fleet (skipped where it can't be: ${reason ?? 'it can'})`, () => {
  let fleet: Fleet;
  beforeEach(() => {
    fleet = new Fleet();
  });
  afterEach(() => fleet.remove());

  /** The serial of a zone at each secondary; nothing where it isn't served. */
  function serials(zone: string): (string | undefined)[] {
    return secondaries.map((host) => fleet.network.dig(addresses[host], zone, 'SOA')[0]?.split(' ')[2]);
  }

  async function expectEverywhere(zone: string, serial: string | undefined): Promise<void> {
    await expect.poll(() => serials(zone), deadline).toEqual(secondaries.map(() => serial));
  }

  test('zones, changes and new zones reach all of them, and nobody else sees the primary', async () => {
    fleet.copy('primary', 'hidden-primary');
    fleet.copy('a', 'secondary');
    fleet.copy('b', 'secondary');
    const primary = fleet.startRingzone('primary');
    await primary.ready();
    const a = fleet.startRingzone('a');
    const b = fleet.startRingzone('b');
    fleet.startBind('bind');
    fleet.startKnot('knot');
    await Promise.all([a.ready(), b.ready()]);
    for (const zone of ['example.com', 'example.net']) await expectEverywhere(zone, '2026112301');
    for (const host of secondaries) {
      expect(fleet.network.dig(addresses[host], '_sip._udp.example.com', 'SRV').length).toBe(3);
      expect(fleet.network.dig(addresses[host], 'fleet.internal', 'SOA')).toEqual(['']);
    }
    expect(fleet.network.dig(addresses.primary, 'example.com', 'SOA')).toEqual(['']);
    expect(fleet.network.dig(addresses.primary, 'example.com', 'AXFR')).toEqual(['; Transfer failed.']);

    fleet.edit('primary', 'zones/example.com', [
      ['2026112301', '2026112302'],
      ['backup ', 'spare  '],
    ]);
    primary.kill('SIGHUP');
    await expectEverywhere('example.com', '2026112302');

    fleet.edit('primary', 'ringzone.yaml', [
      ['  example.net:', '  example.org: { file: zones/example.net, catalog: fleet.internal }\n  example.net:'],
    ]);
    primary.kill('SIGHUP');
    await expectEverywhere('example.org', '2026112301');

    fleet.edit('primary', 'ringzone.yaml', [
      ['  example.net: { file: zones/example.net, catalog: fleet.internal }', '  # example.net has gone'],
    ]);
    primary.kill('SIGHUP');
    await expectEverywhere('example.net', undefined);

    // Without the primary a node starts from its own copies.
    expect((await primary.stop()).code).toBe(0);
    a.kill('SIGTERM');
    a.kill('SIGTERM');
    await a.exit;
    const again = fleet.startRingzone('a');
    await again.ready();
    await expectEverywhere('example.com', '2026112302');
    await expectEverywhere('example.org', '2026112301');
  }, 180_000);
});
