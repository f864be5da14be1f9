/** Records of made-up answers, octet by octet. */
import { nameToWire } from '../lib/names.ts';

export interface Record {
  readonly owner: string;
  readonly type: number;
  readonly data: readonly number[];
}

export function soa(name: string, serial: number, expire = 86_400, refresh = 3600, retry = 600): Record {
  const numbers = [serial, refresh, retry, expire, 60].flatMap(u32);
  return { owner: name, type: 6, data: [...nameToWire(`ns.${name}`), ...nameToWire(`host.${name}`), ...numbers] };
}

export function ns(owner: string, target: string): Record {
  return { owner, type: 2, data: nameToWire(target) };
}

export function address(owner: string, text: string): Record {
  return { owner, type: 1, data: text.split('.').map(Number) };
}

export function record({ owner, type, data }: Record): readonly number[] {
  return [...nameToWire(owner), ...u16(type), ...u16(1), ...u32(300), ...u16(data.length), ...data];
}

export function u16(value: number): number[] {
  return [(value >> 8) & 255, value & 255];
}

export function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value & 0xffff)];
}
