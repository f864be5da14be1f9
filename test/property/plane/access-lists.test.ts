/** Address match lists against a model that reads BIND's rules one by one, with addresses as numbers. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AccessListTable, AccessRule } from '../../../src/plane/access/access-list-table.ts';
import { AccessLists } from '../../../src/plane/access/access-lists.ts';
import { Channel, Client } from '../../../src/plane/access/client.ts';

interface Asker {
  readonly octets: Uint8Array;
  readonly key: number;
  readonly tls: boolean;
}

type Verdict = 'allowed' | 'denied' | 'no match';

function ask(table: AccessListTable, list: number, asker: Asker): Verdict {
  for (const rule of table.lists[list] ?? []) {
    if (!matches(table, rule, asker)) continue;
    return rule.negated ? 'denied' : 'allowed';
  }
  return 'no match';
}

function matches(table: AccessListTable, rule: AccessRule, asker: Asker): boolean {
  switch (rule.kind) {
    case 'any':
      return true;
    case 'plain':
      return !asker.tls;
    case 'key':
      return asker.key === rule.key && asker.key >= 0;
    case 'list':
      return ask(table, rule.list, asker) === 'allowed';
    case 'prefix':
      return (
        bitsOf(plain(asker.octets)).startsWith(bitsOf(rule.octets).slice(0, rule.bits)) &&
        plain(asker.octets).length === rule.octets.length
      );
  }
}

function plain(octets: Uint8Array): Uint8Array {
  const isMapped = octets.length === 16 && bitsOf(octets).startsWith('0'.repeat(80) + '1'.repeat(16));
  return isMapped ? octets.slice(12) : octets;
}

function bitsOf(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(2).padStart(8, '0')).join('');
}

/** Few values, so that prefixes and addresses meet. */
const octet = fc.constantFrom(0, 1, 127, 128, 192, 255);
const address4 = fc.tuple(octet, octet, octet, octet).map((octets) => Uint8Array.from(octets));
const mapped = address4.map((tail) => Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...tail]));
const address6 = fc.tuple(...Array.from({ length: 16 }, () => octet)).map((octets) => Uint8Array.from(octets));
const address = fc.oneof(address4, address6, mapped);

const prefix = fc.oneof(address4, address6).chain((octets) =>
  fc.integer({ min: 0, max: octets.length * 8 }).map((bits) => ({
    kind: 'prefix' as const,
    family: octets.length === 4 ? (4 as const) : (6 as const),
    octets: octets.map((value, i) => value & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))) & 0xff),
    bits,
  })),
);

const rule = (lists: number): fc.Arbitrary<AccessRule> =>
  fc
    .tuple(
      fc.boolean(),
      fc.oneof(
        { weight: 1, arbitrary: fc.constant({ kind: 'any' as const }) },
        { weight: 1, arbitrary: fc.constant({ kind: 'plain' as const }) },
        { weight: 4, arbitrary: prefix },
        { weight: 1, arbitrary: fc.integer({ min: -1, max: 2 }).map((key) => ({ kind: 'key' as const, key })) },
        { weight: 2, arbitrary: fc.nat(lists - 1).map((list) => ({ kind: 'list' as const, list })) },
      ),
    )
    .map(([negated, rest]) => ({ negated, ...rest }));

/** Each list refers to lists before it only. */
const table: fc.Arbitrary<AccessListTable> = fc
  .tuple(...Array.from({ length: 6 }, (_, i) => fc.array(rule(i + 2), { maxLength: 5 })))
  .map((lists) => ({ lists: [[{ kind: 'any', negated: false }], [], ...lists] }));

test('the same verdict as the model', () => {
  const client = new Client();
  fc.assert(
    fc.property(
      table,
      fc.array(fc.record({ octets: address, key: fc.integer({ min: -1, max: 2 }), tls: fc.boolean() }), {
        minLength: 1,
        maxLength: 8,
      }),
      (lists, askers) => {
        const access = new AccessLists(lists);
        for (const asker of askers) {
          // Not at the beginning: the octets lie somewhere in a buffer.
          client.octets = Uint8Array.from([9, 9, 9, ...asker.octets, 9]);
          client.offset = 3;
          client.family = asker.octets.length === 4 ? 4 : 6;
          client.key = asker.key;
          client.channel = asker.tls ? Channel.xot : Channel.plain;
          for (let list = -1; list <= lists.lists.length; list++) {
            expect(access.allows(list, client)).toBe(ask(lists, list, asker) === 'allowed');
          }
        }
      },
    ),
    { numRuns: 2000 },
  );
});
