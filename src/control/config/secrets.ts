/** Secrets stay out of every message: the lines that are shown of a configuration have them covered. */
import { type Document, isMap, isPair, isScalar, isSeq, visit } from 'yaml';
import { coverLikelySecrets } from './likely-secrets.ts';

/** Of a key, what may be shown. */
const shown = ['algorithm', 'secret-file'];

/** The text with each secret replaced by as many asterisks, so that columns stay. Line ends stay too. */
export function coverSecrets(text: string, document: Document.Parsed): string {
  let covered = text.replace(
    /(\bsecret["']?[ \t]*:[ \t]*)([^\n\r,}]+)/g,
    (_, before: string, secret: string) => before + '*'.repeat(secret.length),
  );
  for (const [start, end] of secretRanges(document)) {
    covered = covered.slice(0, start) + covered.slice(start, end).replace(/[^\r\n]/g, '*') + covered.slice(end);
  }
  return coverLikelySecrets(covered);
}

/** Every value under `keys` but those of `shown`, where a misspelt `secret` is one too; and the secrets of cookies. */
function secretRanges(document: Document.Parsed): readonly (readonly [number, number])[] {
  const { contents } = document;
  if (!isMap(contents)) return [];
  const ranges: (readonly [number, number])[] = [];
  for (const pair of contents.items) {
    if (!isPair(pair) || !isScalar(pair.key) || !['keys', 'cookie-secret'].includes(String(pair.key.value))) continue;
    if (!isMap(pair.value) && !isSeq(pair.value) && !isScalar(pair.value)) continue;
    visit(pair.value, {
      Pair: (_, { key }) => (isScalar(key) && shown.includes(String(key.value)) ? visit.SKIP : undefined),
      Scalar: (at, { range }) => {
        if (at !== 'key' && range !== undefined && range !== null) ranges.push([range[0], range[1]]);
      },
    });
  }
  return ranges;
}
