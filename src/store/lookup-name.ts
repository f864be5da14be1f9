/**
 * A name made ready for look-ups: lower-cased, its labels found, every suffix hashed. One object per thread and use,
 * filled again for each name.
 */

import { maxLabels, maxNameOctets } from '../base/limits.ts';
import { lowerCase, octetAt } from '../base/octets.ts';

export class LookupName {
  /** The name in wire format, lower-cased, in `octets[0, length)`. */
  readonly octets = new Uint8Array(maxNameOctets + 1);
  length = 1;
  /** Labels, the root not counted. */
  labelCount = 0;
  /** Where the i-th label from the left begins; `labelOffsets[labelCount]` is the root's. */
  readonly labelOffsets = new Uint8Array(maxLabels + 1);
  /** `suffixHashes[k]` is the hash of the k rightmost labels; of the root alone at 0. Int32. */
  readonly suffixHashes = new Int32Array(maxLabels + 1);

  /** Take the valid uncompressed name at `source[offset]`. */
  assign(source: Uint8Array, offset: number): void {
    let at = 0;
    let count = 0;
    for (;;) {
      this.labelOffsets[count] = at;
      const length = octetAt(source, offset + at);
      this.octets[at++] = length;
      if (length === 0) break;
      for (const end = at + length; at < end; at++) this.octets[at] = octetAt(lowerCase, octetAt(source, offset + at));
      count++;
    }
    this.length = at;
    this.labelCount = count;
    this.hashSuffixes();
  }

  /** Where the suffix of the `labels` rightmost labels begins in `octets`. */
  suffixOffset(labels: number): number {
    return octetAt(this.labelOffsets, this.labelCount - labels);
  }

  private hashSuffixes(): void {
    let hash = rootHash;
    this.suffixHashes[0] = hash;
    for (let label = this.labelCount - 1; label >= 0; label--) {
      hash = hashLabel(hash, this.octets, octetAt(this.labelOffsets, label));
      this.suffixHashes[this.labelCount - label] = hash;
    }
  }
}

/** The hash of the root; the hash of a name is that of its parent with its first label mixed in. */
export const rootHash = 0x2f6b1d35;

/** Mix the label at `octets[at]` (its length octet first, lower case) into the hash of what follows it. */
export function hashLabel(parentHash: number, octets: Uint8Array, at: number): number {
  let hash = parentHash ^ 0x9e3779b9;
  const end = at + 1 + octetAt(octets, at);
  for (let i = at; i < end; i++) hash = Math.imul(hash ^ octetAt(octets, i), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

/** Hash of the wildcard `*.` below the name whose hash is given. */
export function hashWildcard(parentHash: number): number {
  return hashLabel(parentHash, wildcardLabel, 0);
}

export const wildcardLabel = Uint8Array.of(1, 0x2a);
