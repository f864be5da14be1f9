import { LookupName } from '../../../src/store/index/lookup-name.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';

const labelOctets = 10;

/**
 * Two labels whose names under `parentText` have the same hash. Found by trying, whatever the hash is: among 400,000 names
 * some twenty pairs are to be expected.
 */
export function findCollidingLabels(parentText: string): readonly [string, string] {
  const parent = wireNameFrom(parentText);
  const octets = new Uint8Array(1 + labelOctets + parent.length);
  octets[0] = labelOctets;
  octets.set(parent, 1 + labelOctets);
  const name = new LookupName();
  const seen = new Map<number, string>();
  const letters = newLetters();
  for (let tries = 0; tries < 400_000; tries++) {
    for (let i = 1; i <= labelOctets; i++) octets[i] = letters();
    name.assign(octets, 0);
    const hash = name.suffixHashes[name.labelCount] as number;
    const label = String.fromCharCode(...octets.subarray(1, 1 + labelOctets));
    const other = seen.get(hash);
    if (other !== undefined && other !== label) return [other, label];
    seen.set(hash, label);
  }
  throw new Error('no two names have the same hash');
}

/** Letters without a pattern that a hash could be kind to (Marsaglia's xorshift), the same in each run. */
function newLetters(): () => number {
  let state = 0x2545f491;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return 0x61 + ((state >>> 8) % 26);
  };
}
