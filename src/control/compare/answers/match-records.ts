/** Which records of two sections are the same data. */
import { Type } from '../../../wire/codes.ts';
import { type AnswerRecord, withoutSerial } from './decode-message.ts';

export interface MatchedSection {
  /** Records of one side that the other has not; a record that stands there twice is one more. */
  readonly onlyFirst: readonly AnswerRecord[];
  readonly onlySecond: readonly AnswerRecord[];
  readonly hasOtherTtl: boolean;
  readonly hasOtherOrder: boolean;
  readonly hasOtherCase: boolean;
  readonly hasOtherSerial: boolean;
}

/** `masksSerial`: take SOA records that differ in their serial, and the SOA's signatures, for the same. */
export function matchRecords(
  first: readonly AnswerRecord[],
  second: readonly AnswerRecord[],
  masksSerial: boolean,
): MatchedSection {
  const match = new Match();
  if (first.length === second.length && first.every((record, i) => isSame(record, second[i] as AnswerRecord))) {
    first.forEach((record, i) => {
      match.pair(record, second[i] as AnswerRecord);
    });
    return match;
  }
  matchByKey(match, first, second, masksSerial);
  return match;
}

class Match implements MatchedSection {
  readonly onlyFirst: AnswerRecord[] = [];
  readonly onlySecond: AnswerRecord[] = [];
  hasOtherTtl = false;
  hasOtherOrder = false;
  hasOtherCase = false;
  hasOtherSerial = false;

  pair(first: AnswerRecord, second: AnswerRecord): void {
    if (first.ttlSeconds !== second.ttlSeconds) this.hasOtherTtl = true;
    if (first.rdataKey !== second.rdataKey) this.hasOtherSerial = true;
    else if (first.owner !== second.owner || first.rdata !== second.rdata) this.hasOtherCase = true;
  }
}

function matchByKey(
  match: Match,
  first: readonly AnswerRecord[],
  second: readonly AnswerRecord[],
  masksSerial: boolean,
): void {
  const waiting = new Map<string, number[]>();
  first.forEach((record, index) => {
    const key = keyOf(record, masksSerial);
    const indexes = waiting.get(key);
    if (indexes === undefined) waiting.set(key, [index]);
    else indexes.push(index);
  });
  let latest = -1;
  const isMatched = new Uint8Array(first.length);
  for (const record of second) {
    const index = waiting.get(keyOf(record, masksSerial))?.shift();
    if (index === undefined) {
      match.onlySecond.push(record);
      continue;
    }
    isMatched[index] = 1;
    match.pair(first[index] as AnswerRecord, record);
    if (index < latest) match.hasOtherOrder = true;
    latest = index;
  }
  match.onlyFirst.push(...first.filter((_, index) => isMatched[index] === 0));
}

function isSame(a: AnswerRecord, b: AnswerRecord): boolean {
  return a.type === b.type && a.class === b.class && a.ownerKey === b.ownerKey && a.rdataKey === b.rdataKey;
}

function keyOf({ ownerKey, type, class: recordClass, rdataKey, coveredType }: AnswerRecord, masks: boolean): string {
  const data = !masks
    ? rdataKey
    : type === Type.soa
      ? withoutSerial(rdataKey)
      : coveredType === Type.soa
        ? ''
        : rdataKey;
  return `${type} ${recordClass} ${ownerKey} ${data}`;
}

/** The set that a record belongs to; the signatures of each type are a set of their own. */
export function setKey({ ownerKey, type, coveredType }: AnswerRecord): string {
  return `${type} ${coveredType} ${ownerKey}`;
}
