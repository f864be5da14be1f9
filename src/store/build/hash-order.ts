/** Sorts entries by the hashes of their names: the order of the index, in which entries of one name stand together. */
import { wordAt } from '../memory/ref.ts';

export interface HashOrder {
  /** In ascending order as unsigned numbers. */
  readonly hashes: Int32Array;
  /** `entries[i]` has the hash `hashes[i]`; those with the same one are in ascending order. */
  readonly entries: Int32Array;
}

/** Sort the entries 0 to `count - 1`, whose hashes are the first ones of `hashes`, which is used up. */
export function orderByHash(hashes: Int32Array, count: number): HashOrder {
  const order = { hashes: new Int32Array(count), entries: new Int32Array(count) };
  if (count <= fewEntries) insert(hashes, count, order);
  else distribute(hashes, count, order);
  return order;
}

const fewEntries = 64;

function insert(source: Int32Array, count: number, { hashes, entries }: HashOrder): void {
  for (let entry = 0; entry < count; entry++) {
    const hash = wordAt(source, entry);
    let at = entry;
    for (; at > 0 && wordAt(hashes, at - 1) >>> 0 > hash >>> 0; at--) {
      hashes[at] = wordAt(hashes, at - 1);
      entries[at] = wordAt(entries, at - 1);
    }
    hashes[at] = hash;
    entries[at] = entry;
  }
}

/** Three passes of 11 bits, from the lowest ones up; each keeps the order of the one before. */
function distribute(source: Int32Array, count: number, order: HashOrder): void {
  const other = { hashes: source, entries: new Int32Array(count) };
  for (let entry = 0; entry < count; entry++) other.entries[entry] = entry;
  move(other, order, count, 0);
  move(order, other, count, digitBits);
  move(other, order, count, 2 * digitBits);
}

const digitBits = 11;
const digitMask = 2 ** digitBits - 1;

function move(from: HashOrder, to: HashOrder, count: number, shift: number): void {
  const places = countPlaces(from.hashes, count, shift);
  for (let i = 0; i < count; i++) {
    const hash = wordAt(from.hashes, i);
    const digit = (hash >>> shift) & digitMask;
    const at = wordAt(places, digit);
    places[digit] = at + 1;
    to.hashes[at] = hash;
    to.entries[at] = wordAt(from.entries, i);
  }
}

/** Where the first hash with each digit belongs. */
function countPlaces(hashes: Int32Array, count: number, shift: number): Int32Array {
  const places = new Int32Array(digitMask + 2);
  for (let i = 0; i < count; i++) {
    const next = ((wordAt(hashes, i) >>> shift) & digitMask) + 1;
    places[next] = wordAt(places, next) + 1;
  }
  for (let digit = 1; digit < places.length; digit++) {
    places[digit] = wordAt(places, digit) + wordAt(places, digit - 1);
  }
  return places;
}
