/** The number for which an owner of an ENUM tree stands: its digits are labels, turned round (RFC 6116). */
import { octetAt } from '../../../base/octets.ts';
import type { WireName } from '../../../wire/name.ts';
import type { InputOctet } from './regexp/ere-program.ts';

export interface EnumOwner {
  /** Without the plus sign; of a wildcard those that all its numbers begin with. */
  readonly digits: string;
  readonly isWildcard: boolean;
}

/** E.164 §6: at most 15 digits; private plans may have more. */
const mostDigits = 15;

/** `undefined` for owners that are no number. */
export function readEnumOwner(owner: WireName): EnumOwner | undefined {
  const isWildcard = octetAt(owner, 0) === 1 && octetAt(owner, 1) === asterisk;
  let digits = '';
  let at = isWildcard ? 2 : 0;
  for (; octetAt(owner, at) === 1 && isDigit(octetAt(owner, at + 1)); at += 2) {
    digits = String.fromCharCode(octetAt(owner, at + 1)) + digits;
  }
  return digits === '' ? undefined : { digits, isWildcard };
}

/** The number as inputs of a pattern, one of which must match: at a wildcard with one more digit of any value, with two, and so on. */
export function numberPatternOf({ digits, isWildcard }: EnumOwner): readonly (readonly InputOctet[])[] {
  const fixed = [...`+${digits}`].map((character) => [character.charCodeAt(0)]);
  if (!isWildcard) return [fixed];
  const most = Math.max(1, mostDigits - digits.length);
  return Array.from({ length: most }, (_, i) => [...fixed, ...Array.from({ length: i + 1 }, () => anyDigit)]);
}

const anyDigit: InputOctet = [...'0123456789'].map((digit) => digit.charCodeAt(0));
const asterisk = 0x2a;

function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39;
}
