import { describe, expect, it } from 'vitest';
import { readClientSerial } from '../../../../src/transfer/out/ixfr-request.ts';
import { Type } from '../../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { Request } from '../../../../src/wire/request.ts';

const u16 = (n: number) => [n >> 8, n & 255];
const u32 = (n: number) => [...u16(n >>> 16), ...u16(n & 0xffff)];
const pointer = [0xc0, 12];
const numbers = (serial: number) => [serial, 1, 2, 3, 4].flatMap(u32);
const soa = (owner: readonly number[], rdata: readonly number[], type: number = Type.soa, recordClass = 1) => [
  ...owner,
  ...u16(type),
  ...u16(recordClass),
  ...u32(0),
  ...u16(rdata.length),
  ...rdata,
];

function serialOf(...authority: readonly (readonly number[])[]): number {
  const header = [0x4711, 0, 1, 0, authority.length, 0].flatMap(u16);
  const question = [...wireNameFrom('Zone.test.'), ...u16(Type.ixfr), ...u16(1)];
  const before = [1, 2, 3];
  const message = Uint8Array.from([...before, ...header, ...question, ...authority.flat()]);
  const request = new Request();
  request.parse(message, before.length, message.length - before.length);
  return readClientSerial(message, before.length, message.length - before.length, request);
}

describe('readClientSerial', () => {
  it('reads it behind names with and without pointers', () => {
    expect(serialOf(soa(pointer, [...pointer, ...pointer, ...numbers(0xffff_ffff)]))).toBe(0xffff_ffff);
    const whole = [...wireNameFrom('zone.TEST.')];
    expect(serialOf(soa(whole, [0, ...whole, ...numbers(7)]))).toBe(7);
  });

  it('passes over what is not the SOA of the zone', () => {
    const good = soa(pointer, [0, 0, ...numbers(7)]);
    const others = [
      soa([...wireNameFrom('other.test.')], [0, 0, ...numbers(1)]),
      soa(pointer, [0, 0, ...numbers(2)], Type.ns),
      soa(pointer, [0, 0, ...numbers(3)], Type.soa, 3),
    ];
    expect(serialOf(...others, good)).toBe(7);
    expect(serialOf(...others)).toBe(-1);
  });

  it.each([
    ['none', []],
    ['data that is too short', [soa(pointer, [0, 0, ...numbers(7).slice(1)])]],
    ['data that is too long', [soa(pointer, [0, 0, ...numbers(7), 0])]],
    ['a name that leads nowhere', [soa(pointer, [0xc0, 0xff, 0, ...numbers(7)])]],
    ['no data', [soa(pointer, [])]],
  ])('gives -1 for %s', (_, authority) => {
    expect(serialOf(...authority)).toBe(-1);
  });
});
