import { expect, it } from 'vitest';
import { looseOctets, octetsOf } from '../../../../src/transfer/out/copy-run.ts';
import { TransferMessage } from '../../../../src/transfer/out/transfer-message.ts';
import { Type } from '../../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';

const apex = wireNameFrom('zone.test.');
const owner = wireNameFrom('a.zone.test.');
const question = Uint8Array.from([...apex, 0, Type.axfr, 0, 1]);
const u16 = (n: number) => [n >> 8, n & 255];
const u32 = (n: number) => [...u16(n >>> 16), ...u16(n & 0xffff)];

function rrset(type: number, ...rdata: readonly (readonly number[])[]): number[] {
  const data = rdata.flatMap((octets) => [...u16(octets.length), ...octets]);
  return [...u16(type), ...u32(300), ...u32(rdata.length), ...u32(data.length), ...data];
}

/** As a node has it: the owner, its sets, the end mark. */
const node = [
  ...owner,
  ...rrset(Type.a, [192, 0, 2, 1], [192, 0, 2, 2]),
  ...rrset(Type.ns, [...apex], [...owner]),
  ...rrset(Type.txt, [1, 65], [2, 66, 67]),
  ...u16(65_535),
];
/** Each record begins with a pointer and ten octets, the first with the owner's own label before; names in data are pointers. */
const nodeOctets = 12 + question.length + 2 * 16 + 2 * 14 + 2 * 12 + 5 + 2;

function write(source: Uint8Array, out: Uint8Array, offset: number, limitOctets: number) {
  const message = new TransferMessage({ id: 7, flags: 0x8400, question, opt: new Uint8Array(0), class: 1, apex });
  const place = { rrset: owner.length, recordAt: owner.length + 14 };
  message.begin(out, offset, limitOctets);
  message.setOwner(octetsOf(source), 0, owner.length);
  const isWhole = message.putRrsets(octetsOf(source), place);
  return { isWhole, place, records: message.recordCount, octets: message.finish() };
}

it('reads nothing behind a node that ends where the memory ends', () => {
  const [out, other] = [new Uint8Array(500), new Uint8Array(500)];
  const atEnd = write(Uint8Array.from(node), out, 0, 400);
  const inside = write(Uint8Array.from([...node, ...new Array(50).fill(9)]), other, 0, 400);
  expect(atEnd).toMatchObject({ isWhole: true, records: 6 });
  expect(inside).toEqual(atEnd);
  expect(other.subarray(0, inside.octets)).toEqual(out.subarray(0, atEnd.octets));
});

it('writes nothing before a message, and no more than it may behind it', () => {
  const out = new Uint8Array(500).fill(9);
  const { octets } = write(Uint8Array.from([...node, ...new Array(50).fill(7)]), out, 20, 400);
  expect(octets).toBe(nodeOctets);
  expect(out.subarray(0, 20)).toEqual(new Uint8Array(20).fill(9));
  expect(out.subarray(20 + octets + looseOctets).every((octet) => octet === 9)).toBe(true);
});

it.each(Array.from({ length: 120 }, (_, i) => 60 + i))('stays inside %i octets that end with the memory', (room) => {
  const { isWhole, place, records, octets } = write(Uint8Array.from(node), new Uint8Array(room), 0, room);
  expect(octets).toBeLessThanOrEqual(room - looseOctets);
  expect(isWhole).toBe(records === 6);
  // Where it goes on: behind what has been written.
  if (!isWhole) expect(place.recordAt).toBeLessThan(node.length - 2);
});
