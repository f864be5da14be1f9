/** Streams of messages with their lengths in front, for targets. */

import { mutateMessage } from '../../property/answer/fuzz/mutate.ts';
import { concat, mutateOctets } from '../engine/mutate-octets.ts';
import type { Mutate } from '../engine/target.ts';

export function framed(messages: readonly Uint8Array[]): Uint8Array {
  return concat(...messages.flatMap((message) => [Uint8Array.of(message.length >> 8, message.length & 255), message]));
}

/** What a length cuts short counts as it is. */
export function framesOf(stream: Uint8Array): readonly Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at + 2 <= stream.length; ) {
    const end = at + 2 + ((stream[at] as number) << 8) + (stream[at + 1] as number);
    frames.push(stream.slice(at + 2, end));
    at = end;
  }
  return frames;
}

/** Changes a message of a stream as messages are changed, or leaves one out, puts one in, changes two about; or any octets. */
export const mutateFrames: Mutate = (random, input, other) => {
  if (random.chance(25)) return mutateOctets(random, input, other);
  const frames = [...framesOf(input)];
  const others = framesOf(other);
  const at = random.below(frames.length + 1);
  const taken = others.length > 0 ? random.pick(others) : new Uint8Array(0);
  const roll = random.below(100);
  if (roll < 10) frames.splice(at, 1);
  else if (roll < 20) frames.splice(at, 0, taken);
  else if (roll < 26 && frames.length > 1) frames.push(frames.shift() as Uint8Array);
  else if (roll < 30) frames.push(...frames.slice(0, 3));
  else if (frames.length > 0) {
    const which = at % frames.length;
    frames[which] = mutateMessage(random, frames[which] as Uint8Array, taken);
  }
  return framed(frames);
};
