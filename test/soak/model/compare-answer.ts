import { type DecodedMessage, formatRecord } from '../../interop/lib/decode-message.ts';
import { rcodeName } from '../../interop/lib/types.ts';
import type { ExpectedAnswer } from './expected-answer.ts';

/**
 * In what the response differs from what was expected, or `undefined`. Over UDP a response may be truncated where the whole one
 * is longer than `limitOctets` for sure; and additional records may be missing where there was no room for them.
 */
export function compareAnswer(
  response: DecodedMessage,
  expected: ExpectedAnswer,
  limitOctets: number,
): string | undefined {
  if (response.rcode !== expected.rcode) return `${rcodeName(response.rcode)} instead of ${rcodeName(expected.rcode)}`;
  const isAuthoritative = (response.flags & 0x400) !== 0;
  if (isAuthoritative !== expected.authoritative) return `AA is ${isAuthoritative ? 'set' : 'not set'}`;
  const [answer, authority, additional] = [response.answer, response.authority, response.additional].map(linesOf);
  if ((response.flags & 0x200) !== 0) {
    if (leastOctets(expected) <= limitOctets) return 'truncated, and there is room';
    const all = new Set([...expected.answer, ...expected.authority, ...expected.additional]);
    const strange = [...(answer ?? []), ...(authority ?? []), ...(additional ?? [])].find((line) => !all.has(line));
    return strange === undefined ? undefined : `truncated, with ${strange}`;
  }
  const isFull = response.octets > limitOctets - largestSetOctets;
  return (
    differenceOf('answer', answer, expected.answer) ??
    differenceOf('authority', authority, expected.authority) ??
    differenceOf('additional', additional, isFull ? (additional ?? []) : expected.additional)
  );
}

/** An address with its owner and what stands before it; of the soak's zones none is larger. */
const largestSetOctets = 200;

/** Of the RDATA alone: a message that holds it is longer. */
function leastOctets({ answer, authority }: ExpectedAnswer): number {
  return [...answer, ...authority].reduce((sum, line) => sum + line.split(' ').slice(4).join(' ').length, 12);
}

function linesOf(section: DecodedMessage['answer']): readonly string[] {
  return section.map(formatRecord).sort();
}

function differenceOf(section: string, found: readonly string[] = [], expected: readonly string[]): string | undefined {
  if (found.length === expected.length && found.every((line, i) => line === expected[i])) return undefined;
  const missing = expected.filter((line) => !found.includes(line));
  const strange = found.filter((line) => !expected.includes(line));
  return `${section}: ${[...missing.map((line) => `- ${line}`), ...strange.map((line) => `+ ${line}`)].join('; ') || 'a record twice'}`;
}
