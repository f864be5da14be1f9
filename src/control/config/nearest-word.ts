import { editDistance } from '../../base/edit-distance.ts';

/** More of them make another word of the longest one. */
const mostSlips = 5;

/** The word that was probably meant: the one at the smallest edit distance, if that is small for its length. */
export function nearestWord(written: string, words: readonly string[]): string | undefined {
  // A key of a thousand characters is no slip of the finger, and the distance costs its length squared.
  if (written.length > 40) return undefined;
  const wanted = written.toLowerCase().replaceAll('_', '-');
  let best: string | undefined;
  let bestDistance = Math.min(Math.max(1, Math.floor(wanted.length / 3)), mostSlips) + 1;
  for (const word of words) {
    const distance = editDistance(wanted, word, bestDistance - 1);
    if (distance < bestDistance) {
      best = word;
      bestDistance = distance;
    }
  }
  return best;
}

/** A hint: the nearest of the words, else what there is, else what to do. */
export function didYouMean(written: string, words: readonly string[], otherwise: string): string {
  const near = nearestWord(written, words);
  if (near !== undefined) return `did you mean ${near}?`;
  return words.length === 0 ? otherwise : `defined: ${words.join(', ')}`;
}
