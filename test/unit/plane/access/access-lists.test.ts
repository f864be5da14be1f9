import { describe, expect, test } from 'vitest';
import {
  AccessList,
  type AccessListTable,
  defaultAccessTable,
} from '../../../../src/plane/access/access-list-table.ts';
import { AccessLists } from '../../../../src/plane/access/access-lists.ts';
import { Client } from '../../../../src/plane/access/client.ts';
import { parseAddress } from '../../../../src/plane/sockets/socket-address.ts';

function clientAt(address: string, key = -1): Client {
  const client = new Client();
  client.octets = parseAddress(address) ?? new Uint8Array(0);
  client.family = client.octets.length === 4 ? 4 : 6;
  client.key = key;
  return client;
}

const table: AccessListTable = {
  lists: [
    ...defaultAccessTable.lists,
    [
      { kind: 'prefix', negated: true, family: 4, octets: Uint8Array.of(192, 0, 2, 66), bits: 32 },
      { kind: 'prefix', negated: false, family: 4, octets: Uint8Array.of(192, 0, 2, 0), bits: 24 },
      { kind: 'key', negated: false, key: 1 },
    ],
    [
      { kind: 'list', negated: false, list: 2 },
      { kind: 'any', negated: false },
    ],
    [
      { kind: 'list', negated: true, list: 2 },
      { kind: 'any', negated: false },
    ],
    // A table that refers forward, or to itself, comes from no configuration; it ends all the same.
    [{ kind: 'list', negated: false, list: 5 }],
  ],
};

describe('address match lists', () => {
  const access = new AccessLists(table);

  test.each([
    ['192.0.2.1', -1, 2, true],
    ['192.0.2.66', -1, 2, false],
    ['192.0.3.1', -1, 2, false],
    ['192.0.3.1', 1, 2, true],
    ['192.0.3.1', 0, 2, false],
    // The first match decides: the key doesn't help an address that is denied before it.
    ['192.0.2.66', 1, 2, false],
    ['::ffff:192.0.2.1', -1, 2, true],
    ['2001:db8::1', -1, 2, false],
    // A denial inside a list is no match of the list.
    ['192.0.2.66', -1, 3, true],
    ['192.0.2.66', -1, 4, true],
    ['192.0.2.1', -1, 4, false],
    ['192.0.2.1', -1, 5, false],
  ])('%s with key %i in list %i: %s', (address, key, list, verdict) => {
    expect(access.allows(list, clientAt(address, key))).toBe(verdict);
  });

  test('any and none', () => {
    const plain = new AccessLists(defaultAccessTable);
    expect(plain.allows(AccessList.any, clientAt('::1'))).toBe(true);
    expect(plain.allows(AccessList.none, clientAt('127.0.0.1', 0))).toBe(false);
  });

  test('a list that is not there yet allows nobody', () => {
    for (const list of [-1, 6, 2 ** 31, Number.NaN]) expect(access.allows(list, clientAt('192.0.2.1'))).toBe(false);
  });

  test('a table survives the way to a thread', () => {
    expect(new AccessLists(structuredClone(table)).allows(2, clientAt('192.0.2.1'))).toBe(true);
  });
});
