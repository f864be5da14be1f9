/**
 * The parts of a log line, put as octets into an output array: no string and no object per line. Each puts its part at
 * `out[at]`, where there must be room, and returns where the next one begins.
 */
import { copyOctets, octetAt, u16At } from '../../base/octets.ts';
import { formatName } from '../../wire/name.ts';

const encoder = new TextEncoder();

/** A part that never changes, for `putOctets`. */
export function octetsOf(text: string): Uint8Array {
  return encoder.encode(text);
}

export function putOctets(out: Uint8Array, at: number, part: Uint8Array): number {
  copyOctets(part, 0, out, at, part.length);
  return at + part.length;
}

/** For the parts that are rare. ASCII only. */
export function putText(out: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) out[at + i] = text.charCodeAt(i);
  return at + text.length;
}

/** 0 to 65,535. */
export function putDecimal(out: Uint8Array, at: number, number: number): number {
  const digits = number < 10 ? 1 : number < 100 ? 2 : number < 1000 ? 3 : number < 10_000 ? 4 : 5;
  let rest = number;
  for (let i = digits - 1; i >= 0; i--) {
    const next = (rest / 10) | 0;
    out[at + i] = zero + rest - 10 * next;
    rest = next;
  }
  return at + digits;
}

/** The address of 4 or 16 octets at `octets[offset]`. */
export function putAddress(out: Uint8Array, at: number, octets: Uint8Array, offset: number, family: 4 | 6): number {
  return family === 4 ? putAddress4(out, at, octets, offset) : putAddress6(out, at, octets, offset);
}

function putAddress4(out: Uint8Array, at: number, octets: Uint8Array, offset: number): number {
  let to = putDecimal(out, at, octetAt(octets, offset));
  for (let i = 1; i < 4; i++) {
    out[to] = dot;
    to = putDecimal(out, to + 1, octetAt(octets, offset + i));
  }
  return to;
}

/** RFC 5952: lower case, the first longest run of two or more zero groups as `::`. */
function putAddress6(out: Uint8Array, at: number, octets: Uint8Array, offset: number): number {
  const run = longestZeroRun(octets, offset);
  const runStart = run >>> 4;
  const runEnd = runStart + (run & 15);
  let to = at;
  for (let group = 0; group < 8; group++) {
    if (group === runStart && runEnd > runStart) {
      out[to++] = colon;
      out[to++] = colon;
      group = runEnd - 1;
    } else {
      if (group > 0 && group !== runEnd) out[to++] = colon;
      to = putHex(out, to, u16At(octets, offset + 2 * group));
    }
  }
  return to;
}

/** 16 times the first group of the run, and its groups; 0 where `::` would shorten nothing. */
function longestZeroRun(octets: Uint8Array, offset: number): number {
  let best = 0;
  let groups = 0;
  for (let group = 0; group < 8; group++) {
    groups = u16At(octets, offset + 2 * group) === 0 ? groups + 1 : 0;
    if (groups > 1 && groups > (best & 15)) best = ((group + 1 - groups) << 4) | groups;
  }
  return best;
}

function putHex(out: Uint8Array, at: number, group: number): number {
  let to = at;
  for (let shift = group > 0xfff ? 12 : group > 0xff ? 8 : group > 0xf ? 4 : 0; shift >= 0; shift -= 4) {
    const digit = (group >>> shift) & 15;
    out[to++] = digit < 10 ? zero + digit : letterA + digit - 10;
  }
  return to;
}

/** The wire-format name at `octets[offset]` as BIND logs it: case kept, escaped as in zone files, no final dot but for the root. */
export function putName(out: Uint8Array, at: number, octets: Uint8Array, offset: number): number {
  let to = at;
  let from = offset;
  while (octetAt(octets, from) !== 0) {
    if (from !== offset) out[to++] = dot;
    const end = from + 1 + octetAt(octets, from);
    for (from++; from < end; from++) {
      const octet = octetAt(octets, from);
      if (octetAt(isPlain, octet) === 1) out[to++] = octet;
      else to = putOctets(out, to, nameOctets[octet] as Uint8Array);
    }
  }
  if (to === at) out[to++] = dot;
  return to;
}

const zero = 0x30;
const dot = 0x2e;
const colon = 0x3a;
const letterA = 0x61;

/** What stands for each octet in a name's text: taken from the one formatter of names, so that they can't differ. */
const nameOctets: readonly Uint8Array[] = Array.from({ length: 256 }, (_, octet) =>
  octetsOf(formatName(Uint8Array.of(1, octet, 0)).slice(0, -1)),
);
const isPlain = Uint8Array.from(nameOctets, (text) => (text.length === 1 ? 1 : 0));
