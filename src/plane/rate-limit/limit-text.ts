/**
 * What a log record of a rate limit says beside its question, in the octets of the record's text:
 *
 *     0  LimitVerb    1  ResponseKind    2  bits of the network's prefix    3  1: `log-only`
 *     4  where in the record's name that begins which is limited; the name as a whole where it is 0
 */
import { assert } from '../../base/assert.ts';
import type { LogRecord } from '../rings/log-record.ts';

export const limitTextOctets = 5;

export const LimitVerb = {
  limit: 0,
  goOn: 1,
  stop: 2,
  /** Stop because the account was needed for another. */
  stopEarly: 3,
  drop: 4,
  slip: 5,
} as const;
export type LimitVerb = (typeof LimitVerb)[keyof typeof LimitVerb];

export function writeLimitText(
  record: LogRecord,
  verb: LimitVerb,
  kind: number,
  prefixBits: number,
  isLogOnly: boolean,
  nameOffset: number,
): void {
  const { text } = record;
  assert(text.length >= limitTextOctets, 'the record has room for its text');
  text[0] = verb;
  text[1] = kind;
  text[2] = prefixBits;
  text[3] = isLogOnly ? 1 : 0;
  text[4] = nameOffset;
  record.textOctets = limitTextOctets;
}
