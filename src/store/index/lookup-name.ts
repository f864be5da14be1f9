/**
 * A name made ready for look-ups: lower-cased, its labels found, every suffix hashed. One object per thread and use,
 * filled again for each name.
 */

import { maxLabels, maxNameOctets } from '../../base/limits.ts';
import { lowerCase, octetAt } from '../../base/octets.ts';

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

  /** The hash of each label by itself, from the left. */
  private readonly labelHashes = new Int32Array(maxLabels + 1);

  /** Take the valid uncompressed name at `source[offset]`. */
  assign(source: Uint8Array, offset: number): void {
    const { octets, labelOffsets, labelHashes } = this;
    let at = 0;
    let count = 0;
    for (;;) {
      labelOffsets[count] = at;
      const length = octetAt(source, offset + at);
      octets[at++] = length;
      if (length === 0) break;
      let hash = length;
      for (const end = at + length; at < end; at++) {
        const octet = octetAt(lowerCase, octetAt(source, offset + at));
        octets[at] = octet;
        hash = mixOctet(hash, octet);
      }
      labelHashes[count++] = hash;
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
    const { suffixHashes, labelHashes, labelCount } = this;
    let hash = rootHash;
    suffixHashes[0] = hash;
    for (let labels = 1; labels <= labelCount; labels++) {
      hash = mixLabel(hash, labelHashes[labelCount - labels] as number);
      suffixHashes[labels] = hash;
    }
  }
}

/** The hash of the root; the hash of a name is that of its parent with the hash of its first label mixed in. */
const rootHash = 0x2f6b1d35;

/** FNV-1a over a label, begun with its length. */
function mixOctet(hash: number, octet: number): number {
  return Math.imul(hash ^ octet, 0x01000193);
}

/** All bits of the parent's hash and the label's in all bits of the result: the index takes digits from the highest ones down. */
function mixLabel(parentHash: number, labelHash: number): number {
  let hash = Math.imul(parentHash, 0x9e3779b1) ^ labelHash;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

export const wildcardLabel = Uint8Array.of(1, 0x2a);
const wildcardLabelHash = mixOctet(1, 0x2a);

/** Hash of the wildcard `*.` below the name whose hash is given. */
export function hashWildcard(parentHash: number): number {
  return mixLabel(parentHash, wildcardLabelHash);
}
