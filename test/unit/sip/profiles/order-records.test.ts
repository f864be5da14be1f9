/** What each client makes of the weights: over many draws, seeded. */
import { describe, expect, it } from 'vitest';
import { Draws } from '../../../../src/base/draws.ts';
import type { SrvRecord } from '../../../../src/sip/location/dns-answer.ts';
import { orderRecords } from '../../../../src/sip/profiles/order-records.ts';
import type { Profile } from '../../../../src/sip/profiles/profile.ts';
import { findProfile, profiles } from '../../../../src/sip/profiles/table.ts';

const draws = 20_000;

function srv(target: string, weight: number, priority = 0): SrvRecord {
  return { type: 'SRV', owner: '_sip._udp.example.com', ttlSeconds: 60, priority, weight, port: 5060, target };
}

function getProfile(name: string): Profile {
  return findProfile(name) as Profile;
}

/** How often each target is first, of all. */
function firstShares(records: readonly SrvRecord[], name: string): number[] {
  const chance = new Draws(Int32Array.of(7, 77, 777, 7777));
  const counts = records.map(() => 0);
  for (let i = 0; i < draws; i++) {
    const [first] = orderRecords(records, getProfile(name), chance.next(), chance);
    const index = records.indexOf(first as SrvRecord);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts.map((count) => count / draws);
}

/** The how-to's zone, as it stands in the file. */
const split = [srv('one', 40), srv('two', 60), srv('backup', 5, 1)];

describe('a 40/60 split as the zone has it', () => {
  it.each([
    ['yealink', 0, 1],
    ['cisco', 0, 1],
    ['aastra', 1, 0],
    ['naive', 1, 0],
  ])('goes to %s as %d and %d', (name, one, two) => {
    expect(firstShares(split, name)).toEqual([one, two, 0]);
  });

  it.each([
    ['rfc', 0.4],
    ['snom', 0.4],
    ['pjsip', 0.4],
    ['sofia', 0.4],
    ['asterisk', 0.4],
    // One draw too far: 0 to 40 of 100.
    ['linphone', 0.41],
    // The weight is added to a hash of 12 bits: it hardly matters.
    ['baresip', 0.5],
  ])('is drawn by %s: %d first', (name, one) => {
    const [share = 0, other = 0, backup] = firstShares(split, name);
    // Four standard deviations.
    expect(Math.abs(share - one)).toBeLessThan(4 * Math.sqrt((one * (1 - one)) / draws));
    expect(share + other).toBe(1);
    expect(backup).toBe(0);
  });
});

describe('an order', () => {
  it.each(profiles.map(({ name }) => name))('of %s has every record once', (name) => {
    const chance = new Draws();
    const order = orderRecords(split, getProfile(name), 1, chance);
    expect(order.map(({ target }) => target).sort()).toEqual(['backup', 'one', 'two']);
  });

  it('never mixes priorities, but where they are not looked at', () => {
    const records = [srv('last', 65_535, 9), srv('first', 0, 3)];
    for (const { name } of profiles) {
      const [first] = orderRecords(records, getProfile(name), 5, new Draws());
      expect(first?.target).toBe(name === 'naive' ? 'last' : 'first');
    }
  });

  it('has records of weight 0 come first almost never, and yet sometimes (RFC 2782)', () => {
    const [zero = 0, ten = 0] = firstShares([srv('zero', 0), srv('ten', 10)], 'rfc');
    expect(Math.abs(zero - 1 / 11)).toBeLessThan(0.01);
    expect(zero + ten).toBe(1);
  });

  it('is even where all weights are 0, and as it came for Linphone', () => {
    expect(Math.abs((firstShares([srv('a', 0), srv('b', 0)], 'rfc')[0] ?? 0) - 0.5)).toBeLessThan(0.02);
    expect(firstShares([srv('a', 0), srv('b', 0)], 'linphone')).toEqual([1, 0]);
  });

  it('of two weights of 1 is even, but for Linphone, which always takes the first', () => {
    expect(Math.abs((firstShares([srv('a', 1), srv('b', 1)], 'rfc')[0] ?? 0) - 0.5)).toBeLessThan(0.02);
    expect(firstShares([srv('a', 1), srv('b', 1)], 'linphone')).toEqual([1, 0]);
  });

  it('draws the second place by weight as well', () => {
    const chance = new Draws(Int32Array.of(1, 2, 3, 4));
    const records = [srv('a', 1_000_0), srv('b', 30), srv('c', 10)];
    let b = 0;
    let counted = 0;
    for (let i = 0; i < draws; i++) {
      const [first, second] = orderRecords(records, getProfile('rfc'), 0, chance);
      if (first?.target !== 'a') continue;
      counted++;
      if (second?.target === 'b') b++;
    }
    expect(Math.abs(b / counted - 0.75)).toBeLessThan(0.02);
  });

  it('is one account its own with baresip, again and again', () => {
    const order = (key: number) =>
      orderRecords(split, getProfile('baresip'), key, new Draws()).map(({ target }) => target);
    expect(order(123)).toEqual(order(123));
    expect(new Set(Array.from({ length: 64 }, (_, key) => order(key * 64)[0])).size).toBe(2);
  });
});

describe('the first eight on the wire', () => {
  const many = Array.from({ length: 12 }, (_, i) => srv(`s${i}`, 10, i < 8 ? 5 : 0));

  it('are all that pjsip reads, even where the better ones stand behind', () => {
    const order = orderRecords(many, getProfile('pjsip'), 0, new Draws());
    expect(order).toHaveLength(8);
    expect(order.every(({ priority }) => priority === 5)).toBe(true);
  });

  it('are not all that others read', () => {
    const order = orderRecords(many, getProfile('rfc'), 0, new Draws());
    expect(order).toHaveLength(12);
    expect(order[0]?.priority).toBe(0);
  });
});
