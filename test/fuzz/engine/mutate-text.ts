/** Changes of texts, by a list of words that mean something in their language. */
import type { Random } from '../../interop/differential/random.ts';
import { concat, mutateOctets } from './mutate-octets.ts';
import type { Mutate } from './target.ts';

const numbers = [
  '0',
  '1',
  '-1',
  '00',
  '63',
  '64',
  '255',
  '256',
  '65535',
  '65536',
  '2147483647',
  '2147483648',
  '4294967295',
  '4294967296',
  '99999999999999999999',
  '1e9',
  '0x10',
  '1.5',
];
const opening = ['{', '(', '[', '"', "'", '/*', '<'];

/** `words`: of the language. */
export function textMutator(words: readonly string[]): Mutate {
  const dictionary = words.map((word) => new TextEncoder().encode(word));
  const pickWord = (random: Random, other: Uint8Array): Uint8Array =>
    random.chance(75) ? random.pick(dictionary) : wordOf(random, other);

  const insertWord: Mutate = (random, input, other) => {
    const [at] = wordAt(random, input);
    const word = pickWord(random, other);
    return concat(input.subarray(0, at), word, random.chance(70) ? blank : none, input.subarray(at));
  };
  const replaceWord: Mutate = (random, input, other) => {
    const [start, end] = wordAt(random, input);
    return concat(input.subarray(0, start), pickWord(random, other), input.subarray(end));
  };
  const removeWord: Mutate = (random, input) => {
    const [start, end] = wordAt(random, input);
    return concat(input.subarray(0, start), input.subarray(end));
  };
  const changeNumber: Mutate = (random, input) => {
    const [start, end] = spanAt(random, input, isDigit);
    return concat(input.subarray(0, start), encode(random.pick(numbers)), input.subarray(end));
  };
  const all = [
    insertWord,
    insertWord,
    replaceWord,
    replaceWord,
    removeWord,
    changeNumber,
    ...lines,
    nest,
    mutateOctets,
    mutateOctets,
  ];
  return (random, input, other) => random.pick(all)(random, input, other);
}

const removeLine: Mutate = (random, input) => {
  const [start, end] = spanAt(random, input, isInLine);
  return concat(input.subarray(0, start), input.subarray(end + 1));
};

const insertLine: Mutate = (random, input, other) => {
  const [at] = spanAt(random, input, isInLine);
  const [start, end] = spanAt(random, other, isInLine);
  return concat(input.subarray(0, at), other.subarray(start, end + 1), input.subarray(at));
};

const doubleLine: Mutate = (random, input) => {
  const [start, end] = spanAt(random, input, isInLine);
  return concat(input.subarray(0, end + 1), input.subarray(start));
};

const lines = [removeLine, insertLine, insertLine, doubleLine];

/** Deep where somebody might go down by recursion. */
const nest: Mutate = (random, input) => {
  const at = random.below(input.length + 1);
  const deep = random.chance(90) ? random.between(1, 5) : random.between(50, 2000);
  return concat(input.subarray(0, at), encode(random.pick(opening).repeat(deep)), input.subarray(at));
};

const blank = Uint8Array.of(0x20);
const none = new Uint8Array(0);

function wordOf(random: Random, text: Uint8Array): Uint8Array {
  const [start, end] = wordAt(random, text);
  return text.subarray(start, end);
}

function wordAt(random: Random, text: Uint8Array): [number, number] {
  return spanAt(random, text, isInWord);
}

/** The octets round a random one that are alike. */
function spanAt(random: Random, text: Uint8Array, isInside: (octet: number) => boolean): [number, number] {
  let start = random.below(text.length + 1);
  let end = start;
  while (start > 0 && isInside(text[start - 1] as number)) start--;
  while (end < text.length && isInside(text[end] as number)) end++;
  return [start, end];
}

function isInWord(octet: number): boolean {
  return octet > 0x20 && octet !== 0x3b && octet !== 0x2c && octet !== 0x3a && octet !== 0x22;
}

function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39;
}

function isInLine(octet: number): boolean {
  return octet !== 0x0a;
}

export function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
