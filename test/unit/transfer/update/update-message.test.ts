import { describe, expect, it } from 'vitest';
import { parseUpdateMessage } from '../../../../src/transfer/update/update-message.ts';
import { Rcode } from '../../../../src/wire/codes.ts';
import { formatName } from '../../../../src/wire/name.ts';
import { add, buildUpdate, removeName, removeRecord, removeRrset } from '../../../interop/lib/update-message.ts';

const zone = 'dyn.test';
const formErr = { ok: false, error: Rcode.formErr };

function hex(octets: string): Uint8Array {
  return Uint8Array.from(Buffer.from(octets.replaceAll(' ', ''), 'hex'));
}

describe('parseUpdateMessage', () => {
  it('reads zone, prerequisites and updates', () => {
    const message = buildUpdate(
      1,
      zone,
      [add('A.dyn.test', 1, [192, 0, 2, 1]), removeRecord('b.dyn.test', 16, [1, 0x78]), removeName('c.dyn.test')],
      [removeRrset('d.dyn.test', 33)],
    );
    const parsed = parseUpdateMessage(message);
    if (!parsed.ok) throw new Error(`RCODE ${parsed.error}`);
    const { prerequisites, updates } = parsed.value;
    expect(formatName(parsed.value.zone)).toBe('dyn.test.');
    expect(prerequisites.map(({ owner, type }) => [formatName(owner), type])).toEqual([['d.dyn.test.', 33]]);
    expect(updates.map((record) => [formatName(record.owner), record.class, record.type, record.rdataOctets])).toEqual([
      ['A.dyn.test.', 1, 1, 4],
      ['b.dyn.test.', 254, 16, 2],
      ['c.dyn.test.', 255, 255, 0],
    ]);
  });

  it('reads names that point back, in owners and in data', () => {
    // SRV 1 2 3 www.dyn.test at a.dyn.test; the zone's name stands at 12.
    const message = hex(
      '0001 2800 0001 0000 0001 0000 0364796e 0474657374 00 0006 0001 0161 c00c 0021 0001 0000003c 000c 000100020003 03777777 c00c',
    );
    const parsed = parseUpdateMessage(message);
    if (!parsed.ok) throw new Error(`RCODE ${parsed.error}`);
    const [record] = parsed.value.updates;
    expect(formatName(record?.owner ?? new Uint8Array(1))).toBe('a.dyn.test.');
    expect(formatName(record?.rdata ?? new Uint8Array(1), 6)).toBe('www.dyn.test.');
  });

  it.each([
    ['no zone', '0001 2800 0000 0000 0000 0000'],
    ['two zones', '0001 2800 0002 0000 0000 0000 00 0006 0001 00 0006 0001'],
    // RFC 2136 §3.1.1.
    ['a zone section of type A', '0001 2800 0001 0000 0000 0000 00 0001 0001'],
    ['more updates counted than there are', '0001 2800 0001 0000 ffff 0000 00 0006 0001'],
    ['more prerequisites counted than there are', '0001 2800 0001 ffff 0000 0000 00 0006 0001'],
    ['an address of three octets', '0001 2800 0001 0000 0001 0000 00 0006 0001 00 0001 0001 00000000 0003 010203'],
    ['data longer than the message', '0001 2800 0001 0000 0001 0000 00 0006 0001 00 0001 0001 00000000 ffff 01020304'],
    [
      'a name that points at itself',
      '0001 2800 0001 0000 0001 0000 00 0006 0001 c011 0001 0001 00000000 0004 01020304',
    ],
    ['a name that points ahead', '0001 2800 0001 0000 0001 0000 00 0006 0001 c01f 0001 0001 00000000 0004 01020304'],
  ])('answers FORMERR to %s', (_, octets) => {
    expect(parseUpdateMessage(hex(octets))).toEqual(formErr);
  });

  it('answers FORMERR wherever the message is cut', () => {
    const message = buildUpdate(
      1,
      zone,
      [add('a.dyn.test', 33, [0, 1, 0, 2, 0, 3, 1, 0x78, 0])],
      [removeRrset(zone, 2)],
    );
    expect(parseUpdateMessage(message).ok).toBe(true);
    for (let octets = 0; octets < message.length; octets++) {
      expect(parseUpdateMessage(message.subarray(0, octets)), `${octets} octets`).toEqual(formErr);
    }
  });
});
