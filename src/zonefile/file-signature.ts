/** What the first octets of a file tell: a byte order mark, or that it is no text at all. */
import type { ZoneFileCode } from './codes.ts';

export interface OpeningProblem {
  readonly severity: 'error' | 'warning';
  readonly code: ZoneFileCode;
  readonly message: string;
  readonly hint: string;
}

/** UTF-8's. */
export const byteOrderMarkOctets = 3;

/** Judge a file by its first four octets (or fewer, in a shorter file); undefined for what may be text. */
export function openingProblem(first: Uint8Array): OpeningProblem | undefined {
  if (beginsWith(first, [0xef, 0xbb, 0xbf])) {
    return {
      severity: 'warning',
      code: 'ZF32',
      message: 'the file begins with a byte order mark, which is ignored',
      hint: 'save it as "UTF-8 without BOM"; BIND refuses such a file',
    };
  }
  if (beginsWith(first, [0xff, 0xfe]) || beginsWith(first, [0xfe, 0xff])) {
    return notText('the file is in UTF-16', 'save it as UTF-8');
  }
  if (beginsWith(first, [0x1f, 0x8b])) return notText('the file is compressed', 'unpack it with gunzip');
  // BIND's formats raw (2) and map (3); secondaries store their zones in raw.
  if (beginsWith(first, [0, 0, 0, 2]) || beginsWith(first, [0, 0, 0, 3])) {
    return notText(
      "the file is in one of BIND's binary formats",
      'named-compilezone -f raw -F text -o NEW ZONE FILE makes a text of it',
    );
  }
  return undefined;
}

function notText(message: string, hint: string): OpeningProblem {
  return { severity: 'error', code: 'ZF01', message, hint };
}

function beginsWith(octets: Uint8Array, wanted: readonly number[]): boolean {
  return wanted.every((octet, index) => octets[index] === octet);
}
