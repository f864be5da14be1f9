/**
 * Reading and writing octets in network order.
 *
 * Plain indexed reads: `Buffer.readUInt16BE` is four times slower (it checks and throws). Callers check bounds.
 */

/** The octet at `offset`, which must lie inside `octets`. */
export function octetAt(octets: Uint8Array, offset: number): number {
  return octets[offset] as number;
}

export function u16At(octets: Uint8Array, offset: number): number {
  return ((octets[offset] as number) << 8) | (octets[offset + 1] as number);
}

export function u32At(octets: Uint8Array, offset: number): number {
  return (
    (((octets[offset] as number) << 24) |
      ((octets[offset + 1] as number) << 16) |
      ((octets[offset + 2] as number) << 8) |
      (octets[offset + 3] as number)) >>>
    0
  );
}

export function putU16(octets: Uint8Array, offset: number, value: number): void {
  octets[offset] = value >>> 8;
  octets[offset + 1] = value;
}

export function putU32(octets: Uint8Array, offset: number, value: number): void {
  octets[offset] = value >>> 24;
  octets[offset + 1] = value >>> 16;
  octets[offset + 2] = value >>> 8;
  octets[offset + 3] = value;
}

/** Copy `length` octets; for the short runs of DNS a loop beats `TypedArray.set` with a `subarray` (no object). */
export function copyOctets(
  from: Uint8Array,
  fromOffset: number,
  to: Uint8Array,
  toOffset: number,
  length: number,
): void {
  for (let i = 0; i < length; i++) to[toOffset + i] = from[fromOffset + i] as number;
}

/** A copy of `octets[start, end)` in memory of its own: `slice` of a Buffer is a view, and what refers to it is sent between threads with all of it. */
export function copyOf(octets: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(octets.subarray(start, end));
}

/** Lower case of ASCII, all other octets unchanged (RFC 4343 §3). */
export const lowerCase: Uint8Array = Uint8Array.from({ length: 256 }, (_, c) =>
  c >= 0x41 && c <= 0x5a ? c + 0x20 : c,
);

/** Compare runs as unsigned octets, the shorter one first where it is a prefix of the longer. Negative, zero, positive. */
export function compareOctets(
  a: Uint8Array,
  aOffset: number,
  aLength: number,
  b: Uint8Array,
  bOffset: number,
  bLength: number,
): number {
  const common = Math.min(aLength, bLength);
  for (let i = 0; i < common; i++) {
    const difference = (a[aOffset + i] as number) - (b[bOffset + i] as number);
    if (difference !== 0) return difference;
  }
  return aLength - bLength;
}
