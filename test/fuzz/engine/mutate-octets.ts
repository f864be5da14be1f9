/** Changes of octets that know nothing of what they mean. */
import type { Mutate } from './target.ts';

/** Numbers at the edges of what lengths, counts, types and pointers mean. */
const edges = [
  0, 1, 2, 3, 4, 7, 8, 10, 12, 13, 15, 16, 20, 22, 31, 32, 39, 41, 63, 64, 65, 127, 128, 191, 192, 193, 254, 255,
];
const edges16 = [
  ...edges,
  256,
  511,
  512,
  513,
  1232,
  4096,
  0x3fff,
  0x7fff,
  0x8000,
  0xbfff,
  0xc000,
  0xc00c,
  0xfffe,
  0xffff,
];
const edges32 = [...edges16, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];

const flipBits: Mutate = (random, input) => {
  for (let count = random.between(1, 6); count > 0 && input.length > 0; count--) {
    const at = random.below(input.length);
    input[at] = (input[at] as number) ^ (1 << random.below(8));
  }
  return input;
};

const setOctet: Mutate = (random, input) => {
  if (input.length > 0) input[random.below(input.length)] = random.chance(60) ? random.pick(edges) : random.below(256);
  return input;
};

const setNumber16: Mutate = (random, input) => {
  if (input.length >= 2) put(input, random.below(input.length - 1), random.pick(edges16), 2);
  return input;
};

const setNumber32: Mutate = (random, input) => {
  if (input.length >= 4) put(input, random.below(input.length - 3), random.pick(edges32), 4);
  return input;
};

/** A length that lies by a little. */
const shiftNumber: Mutate = (random, input) => {
  if (input.length === 0) return input;
  const at = random.below(input.length);
  input[at] = (input[at] as number) + random.pick([-2, -1, 1, 2]);
  return input;
};

const truncate: Mutate = (random, input) => input.slice(0, random.below(input.length + 1));

const extend: Mutate = (random, input) =>
  concat(
    input,
    Uint8Array.from({ length: random.between(1, 40) }, () => random.below(256)),
  );

const splice: Mutate = (random, input, other) =>
  concat(input.subarray(0, random.below(input.length + 1)), other.subarray(random.below(other.length + 1)));

const insert: Mutate = (random, input, other) => {
  const at = random.below(input.length + 1);
  const from = random.below(other.length + 1);
  return concat(input.subarray(0, at), other.subarray(from, from + random.between(1, 64)), input.subarray(at));
};

const remove: Mutate = (random, input) => {
  const at = random.below(input.length + 1);
  const octets = random.chance(70) ? random.between(1, 8) : random.between(1, 200);
  return concat(input.subarray(0, at), input.subarray(at + octets));
};

const repeat: Mutate = (random, input) => {
  const at = random.below(input.length + 1);
  const piece = input.subarray(at, at + random.between(1, random.chance(70) ? 12 : 100));
  const pieces = Array.from({ length: random.chance(80) ? random.between(1, 4) : random.between(5, 200) }, () => piece);
  return concat(input.subarray(0, at), ...pieces, input.subarray(at));
};

const overwrite: Mutate = (random, input, other) => {
  if (input.length === 0 || other.length === 0) return input;
  const from = random.below(other.length);
  const piece = other.subarray(from, from + random.between(1, 32));
  const at = random.below(input.length);
  input.set(piece.subarray(0, input.length - at), at);
  return input;
};

const all: readonly Mutate[] = [
  flipBits,
  flipBits,
  setOctet,
  setOctet,
  setNumber16,
  setNumber16,
  setNumber32,
  shiftNumber,
  truncate,
  extend,
  splice,
  insert,
  remove,
  repeat,
  overwrite,
];

export const mutateOctets: Mutate = (random, input, other) => random.pick(all)(random, input, other);

/** The first octets, which are not the code's but say how a target is to be asked, and the rest each in its own way. */
export function mutateBehind(head: number, mutate: Mutate): Mutate {
  return (random, input, other) => {
    if (random.chance(15)) {
      input[random.below(head)] = random.below(256);
      return input;
    }
    return concat(input.slice(0, head), mutate(random, input.slice(head), other.subarray(head)));
  };
}

/** Several ways by turns. */
export function either(...mutates: readonly Mutate[]): Mutate {
  return (random, input, other) => random.pick(mutates)(random, input, other);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function put(input: Uint8Array, at: number, value: number, octets: number): void {
  for (let i = 0; i < octets; i++) input[at + i] = Math.floor(value / 256 ** (octets - 1 - i));
}
