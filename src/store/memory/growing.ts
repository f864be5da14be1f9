/** Arrays of builders that are made anew, larger, when they are full. */
import { ArenaFullError } from './arena.ts';

/** The same words in an array twice as long. */
export function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** The same data with room for `octets`, twice as large at least. Throws ArenaFullError where no Int32 could point into it. */
export function withRoomFor(data: Uint8Array, octets: number): Uint8Array<ArrayBuffer> {
  if (octets > mostDraftOctets) throw new ArenaFullError('records that belong together take more than 1 GiB');
  const larger = new Uint8Array(Math.max(data.length * 2, octets));
  larger.set(data);
  return larger;
}

const mostDraftOctets = 2 ** 30;
