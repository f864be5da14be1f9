/** Messages of UPDATE as a client makes them (RFC 2136 §2), octet by octet and by nothing of the server's. */
import { nameToWire } from './names.ts';

export interface UpdateRecord {
  readonly name: string;
  readonly type: number;
  /** 1 IN, 254 NONE, 255 ANY. */
  readonly class: number;
  readonly ttl: number;
  readonly data: readonly number[];
}

export function buildUpdate(
  id: number,
  zone: string,
  updates: readonly UpdateRecord[],
  prerequisites: readonly UpdateRecord[] = [],
): Buffer {
  const header = [id, 5 << 11, 1, prerequisites.length, updates.length, 0].flatMap(u16);
  const records = [...prerequisites, ...updates].flatMap(recordOctets);
  return Buffer.from([...header, ...nameToWire(zone), ...u16(6), ...u16(1), ...records]);
}

export function add(name: string, type: number, data: readonly number[], ttl = 60): UpdateRecord {
  return { name, type, class: 1, ttl, data };
}

export function addText(name: string, text: string): UpdateRecord {
  return add(name, 16, textData(text));
}

export function removeRecord(name: string, type: number, data: readonly number[]): UpdateRecord {
  return { name, type, class: 254, ttl: 0, data };
}

export function removeRrset(name: string, type: number): UpdateRecord {
  return { name, type, class: 255, ttl: 0, data: [] };
}

export function removeName(name: string): UpdateRecord {
  return removeRrset(name, 255);
}

/** Strings of at most 255 octets. */
export function textData(text: string): readonly number[] {
  const parts = text.match(/.{1,255}/gs) ?? [''];
  return parts.flatMap((part) => [part.length, ...Buffer.from(part)]);
}

function recordOctets({ name, type, class: recordClass, ttl, data }: UpdateRecord): readonly number[] {
  return [...nameToWire(name), ...[type, recordClass, ttl >>> 16, ttl & 0xffff, data.length].flatMap(u16), ...data];
}

function u16(value: number): readonly number[] {
  return [value >> 8, value & 255];
}
