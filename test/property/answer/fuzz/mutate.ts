/** Makes hostile messages of good ones. */
import type { Random } from '../../../interop/differential/random.ts';

type Mutation = (random: Random, message: Uint8Array, other: Uint8Array) => Uint8Array;

/** A message of `corpus` after up to three mutations; also none. More would make nothing but FORMERR. */
export function hostileMessage(random: Random, corpus: readonly Uint8Array[]): Uint8Array {
  let message: Uint8Array = Uint8Array.from(random.pick(corpus));
  for (let count = random.below(4); count > 0; count--) {
    message = mutateMessage(random, message, random.pick(corpus));
  }
  return message;
}

/** One change of a message, which may be written into; of the other something may be taken. */
export function mutateMessage(random: Random, message: Uint8Array, other: Uint8Array): Uint8Array {
  return random.pick(mutations)(random, message, other);
}

const headerOctets = 12;
/** Numbers at the edges of what lengths, counts, types, classes and pointers mean. */
const edges = [0, 1, 2, 3, 4, 12, 63, 64, 127, 128, 192, 255, 256, 511, 512, 513, 1231, 1232, 4096, 0x7fff, 0x8000];
const numbers = [...edges, 0xbfff, 0xc000, 0xc00c, 0xc00d, 0xffff];
const types = [1, 2, 5, 6, 12, 15, 16, 28, 33, 35, 39, 41, 43, 46, 47, 48, 50, 51, 64, 65, 250, 251, 252, 253, 255];

const flipBits: Mutation = (random, message) => {
  for (let count = random.between(1, 8); count > 0 && message.length > 0; count--) {
    const at = random.below(message.length);
    message[at] = (message[at] as number) ^ (1 << random.below(8));
  }
  return message;
};

const setOctet: Mutation = (random, message) => {
  if (message.length > 0) message[random.below(message.length)] = random.pick(edges);
  return message;
};

const setNumber: Mutation = (random, message) => putNumber(message, random.below(message.length), random.pick(numbers));

const setCount: Mutation = (random, message) =>
  putNumber(message, 4 + 2 * random.below(4), random.chance(70) ? random.below(4) : random.pick(numbers));

const setType: Mutation = (random, message) => {
  const at = endOfQuestionName(message);
  putNumber(message, at, random.pick(types));
  return random.chance(20) ? putNumber(message, at + 2, random.pick([0, 1, 3, 4, 254, 255])) : message;
};

const changeCase: Mutation = (random, message) => {
  for (let at = headerOctets + 1; at < endOfQuestionName(message); at++) {
    if (random.chance(30)) message[at] = (message[at] as number) ^ 0x20;
  }
  return message;
};

const truncate: Mutation = (random, message) => message.slice(0, random.below(message.length + 1));

const extend: Mutation = (random, message) =>
  concat(
    message,
    Uint8Array.from({ length: random.below(40) }, () => random.below(256)),
  );

/** The head of one message and the tail of another. */
const splice: Mutation = (random, message, other) =>
  concat(message.slice(0, random.below(message.length + 1)), other.slice(random.below(other.length + 1)));

const remove: Mutation = (random, message) => {
  const at = random.below(message.length + 1);
  return concat(message.slice(0, at), message.slice(at + random.between(1, 8)));
};

/** Labels in front of the question's name: deep names, long ones, too long ones. */
const deepen: Mutation = (random, message) => {
  const octets = random.pick([1, 1, 3, 30, 63]);
  const count = random.pick([1, 2, 3, 60, 125]);
  const label = [octets, ...Array.from({ length: octets }, () => random.pick([0x61, 0x2a, 0x2e, 0, 0xff]))];
  const labels = Array.from({ length: count }, () => label).flat();
  return concat(message.slice(0, headerOctets), Uint8Array.from(labels), message.slice(headerOctets));
};

/** An OPT of options that are wrong in all ways, counted. */
const addOptions: Mutation = (random, message) => {
  const options: number[] = [];
  for (let count = random.below(5); count > 0; count--) {
    const data = Array.from({ length: random.pick([0, 1, 4, 7, 8, 9, 16, 20, 40, 41]) }, () => random.below(256));
    const claimed = random.chance(90) ? data.length : random.below(300);
    options.push(0, random.pick([3, 8, 9, 10, 11, 12, 15, 99]), claimed >> 8, claimed & 255, ...data);
  }
  const size = random.pick([0, 100, 511, 512, 700, 1232, 4096, 65_535]);
  const version = random.chance(90) ? 0 : random.below(256);
  const flags = random.pick([0, 0x8000, 0x8000, 0xffff]);
  const length = random.chance(95) ? options.length : random.below(600);
  const fixed = [0, 0, 41, size >> 8, size & 255, 0, version, flags >> 8, flags & 255, length >> 8, length & 255];
  const counted = concat(message, Uint8Array.from([...fixed, ...options]));
  return putNumber(counted, 10, (counted[11] ?? 0) + 1);
};

/** Records that nobody expects in a query, counted. */
const addRecords: Mutation = (random, message) => {
  const count = random.below(30);
  const record = [0xc0, 0x0c, 0, random.pick(types), 0, random.pick([1, 254, 255]), 0, 0, 0, 0, 0, random.below(2)];
  const records = Array.from({ length: count }, () => (record.at(-1) === 0 ? record : [...record, 0])).flat();
  return putNumber(concat(message, Uint8Array.from(records)), 6 + 2 * random.below(3), count);
};

/** A pointer in the place of a label: to itself, to what is behind it, to a pointer, to the header. */
const pointSomewhere: Mutation = (random, message) => {
  if (message.length <= headerOctets) return message;
  const at = random.between(headerOctets, message.length - 1);
  const to = random.pick([
    at,
    at + 1,
    at + 2,
    at - 1,
    at - 2,
    headerOctets,
    headerOctets - 1,
    0,
    random.below(message.length),
  ]);
  return putNumber(message, at, 0xc000 | (to & 0x3fff));
};

/** Names that are nothing but pointers, each to the one before. */
const chainPointers: Mutation = (random, message) => {
  let out = message;
  const count = random.between(1, 60);
  for (let i = 0; i < count; i++) {
    const to = i === 0 ? headerOctets : out.length - 12;
    out = concat(out, Uint8Array.of(0xc0 | (to >> 8), to & 255, 0, random.pick(types), 0, 1, 0, 0, 0, 0, 0, 0));
  }
  return putNumber(out, 6 + 2 * random.below(3), count);
};

/** A length of data that lies, of a record whose beginning looks like one. */
const lieAboutLength: Mutation = (random, message) => {
  const places: number[] = [];
  for (let at = headerOctets; at + 10 <= message.length; at++) {
    // CLASS IN, NONE or ANY, and a TTL of less than 65,536 seconds before it.
    const isClass = message[at] === 0 && [1, 254, 255].includes(message[at + 1] as number);
    if (isClass && message[at + 2] === 0 && message[at + 3] === 0) places.push(at + 6);
  }
  if (places.length === 0) return message;
  const at = random.pick(places);
  const told = ((message[at] as number) << 8) | (message[at + 1] as number);
  return putNumber(message, at, random.pick([told + 1, told + 2, Math.max(told - 1, 0), 0, 0xffff, 2 * told]));
};

const mutations: readonly Mutation[] = [
  pointSomewhere,
  chainPointers,
  lieAboutLength,
  flipBits,
  setOctet,
  setNumber,
  setCount,
  setType,
  setType,
  changeCase,
  truncate,
  extend,
  splice,
  remove,
  deepen,
  addOptions,
  addOptions,
  addRecords,
];

function putNumber(message: Uint8Array, at: number, value: number): Uint8Array {
  if (at + 1 < message.length) message.set([value >> 8, value & 255], at);
  return message;
}

/** Where the question's type would be; the message's end where its name doesn't end. */
function endOfQuestionName(message: Uint8Array): number {
  let at = headerOctets;
  while (at < message.length && message[at] !== 0) at += 1 + (message[at] as number);
  return Math.min(at + 1, message.length);
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
