/** Holds one server's answer against the majority of three others, part by part. */
import type { DecodedMessage } from '../lib/decode-message.ts';
import { normalize } from '../lib/decode-message.ts';

/** What is compared of a response. Each part is judged by itself, because servers differ in the optional ones. */
export interface AnswerParts {
  readonly rcode: string;
  readonly answer: string;
  readonly authority: string;
  readonly additional: string;
}

export type Part = keyof AnswerParts;
export const parts: readonly Part[] = ['rcode', 'answer', 'authority', 'additional'];

const aa = 0x0400;
const tc = 0x0200;

export function partsOf(message: DecodedMessage): AnswerParts {
  return {
    rcode: `${message.rcode}${message.flags & aa ? ' aa' : ''}${message.flags & tc ? ' tc' : ''}`,
    answer: normalize(message.answer).join('\n'),
    authority: normalize(message.authority).join('\n'),
    additional: normalize(message.additional.filter((record) => record.type !== opt)).join('\n'),
  };
}

const opt = 41;

/** What at least two of the others agree on; `undefined` where each says something else. */
export function majority(values: readonly string[]): string | undefined {
  return values.find((value, index) => values.indexOf(value) !== index);
}

export interface Difference {
  readonly part: Part;
  readonly ours: AnswerParts;
  readonly theirs: Readonly<Record<string, AnswerParts>>;
}

export function findDifferences(ours: AnswerParts, theirs: Readonly<Record<string, AnswerParts>>): Difference[] {
  return parts.flatMap((part) => {
    const expected = majority(Object.values(theirs).map((answer) => answer[part]));
    return expected === undefined || expected === ours[part] ? [] : [{ part, ours, theirs }];
  });
}
