/**
 * The way from the apex to the name that was connected last, as entries of its nodes. Names that follow each other in a zone
 * file mostly share their parents, which are then found here, without a look-up and while their nodes are at hand.
 */
import { maxLabels } from '../../base/limits.ts';
import { octetAt } from '../../base/octets.ts';
import { LookupName } from '../index/lookup-name.ts';
import { wordAt } from '../memory/ref.ts';

export class NamePath {
  /** The name at hand; another object after `keep`. */
  name = new LookupName();
  /** How many labels `name` shares with the name that was kept last, from the right. */
  commonLabels = 0;
  private kept = new LookupName();
  /** 1 + entry of the suffixes of the name kept last, by their labels; 0 where there is none. */
  private readonly entries = new Int32Array(maxLabels + 1);

  /** Go on to the name at `source[offset]`. */
  take(source: Uint8Array, offset: number): void {
    this.name.assign(source, offset);
    this.commonLabels = countCommonLabels(this.name, this.kept);
  }

  /** The hash of the suffix of `labels` labels. */
  hashAt(labels: number): number {
    return wordAt(this.name.suffixHashes, labels);
  }

  /** The entry of the suffix of `labels` labels, -1 where it is not known. */
  entryAt(labels: number): number {
    return labels > this.commonLabels ? -1 : wordAt(this.entries, labels) - 1;
  }

  /** Note the entry of a suffix: of all that have more labels than one that is known, before the name is kept. */
  setEntry(labels: number, entry: number): void {
    this.entries[labels] = entry + 1;
  }

  /** Compare the next names with the name at hand. */
  keep(): void {
    const { name } = this;
    this.name = this.kept;
    this.kept = name;
  }
}

function countCommonLabels(one: LookupName, other: LookupName): number {
  const most = Math.min(one.labelCount, other.labelCount);
  let labels = 0;
  while (labels < most && one.suffixHashes[labels + 1] === other.suffixHashes[labels + 1]) labels++;
  // Equal hashes are a guess, though a good one.
  while (!isSameSuffix(one, other, labels)) labels--;
  return labels;
}

function isSameSuffix(one: LookupName, other: LookupName, labels: number): boolean {
  const a = one.octets;
  const b = other.octets;
  let at = one.suffixOffset(labels);
  const shift = other.suffixOffset(labels) - at;
  const end = one.length;
  if (end + shift !== other.length) return false;
  while (at < end && octetAt(a, at) === octetAt(b, at + shift)) at++;
  return at === end;
}
