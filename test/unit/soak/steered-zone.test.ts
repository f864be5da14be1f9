import { expect, test } from 'vitest';
import { callsZone } from '../../soak/model/contents.ts';
import { SteeredZone } from '../../soak/model/steered-zone.ts';

/** The SRV of every answer that the model allows now: TTL, priority and target. */
function allowed(zone: SteeredZone): string[][] {
  const nowMs = performance.now();
  return zone
    .allowed(nowMs, nowMs)
    .map(({ records }) =>
      records
        .filter(({ type }) => type === 'SRV')
        .map(({ ttl, rdata }) => `${ttl} ${rdata.split(' ')[0]} ${rdata.split(' ')[3]}`),
    );
}

test('one that is down goes behind the others; with all down only the TTL is another', () => {
  const zone = new SteeredZone(callsZone('calls.soak.', 2), 2);
  const [whole] = allowed(zone);
  expect(whole).toHaveLength(2);
  const [first = '', second = ''] = whole as string[];
  zone.change(0, false, 0);
  expect(allowed(zone)).toContainEqual([first.replace(/^\d+ \d+/, '15 2'), second.replace(/^\d+/, '15')]);
  zone.change(1, false, 0);
  expect(allowed(zone)).toContainEqual([first.replace(/^\d+/, '15'), second.replace(/^\d+/, '15')]);
});
