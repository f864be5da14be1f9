/** Types as values: one type code, and the sets of types in NSEC, NSEC3, CSYNC (windows) and NXT (one bitmap). */
import { octetAt, putU16, u16At } from '../../base/octets.ts';
import { type Field, field } from '../field.ts';
import { failMissing, needToken, quoteToken } from '../field-problems.ts';
import type { RdataTokens } from '../rdata-tokens.ts';
import { findTypeCode, typeText } from '../type-names.ts';
import { digitsValue } from './number.ts';

/** A type in 16 bits: a mnemonic, `TYPEnnn`, or its number as BIND takes it. */
export function typeCode(label: string, example = 'A'): Field {
  return field({
    kind: 'u16',
    label,
    example,
    fixedOctets: 2,
    parse(tokens, out, at, mnemonic) {
      if (!needToken(tokens, mnemonic, label, example)) return -1;
      let code = findTypeCode(tokens.octets, tokens.start, tokens.end);
      if (code < 0) code = digitsValue(tokens.octets, tokens.start, tokens.end, 0xffff);
      if (code < 0) return failType(tokens, mnemonic, label);
      putU16(out, at, code);
      return at + 2;
    },
    check: (_octets, at, end) => (at + 2 <= end ? at + 2 : -1),
    format: (octets, at) => typeText(u16At(octets, at)),
  });
}

/** A set of types as windows of bitmaps (RFC 4034 §4.1.2) up to the end of the data. */
export function typeBitmap(options: { readonly mayBeEmpty: boolean }): Field {
  const { mayBeEmpty } = options;
  return field({
    kind: mayBeEmpty ? 'optional-type-bitmap' : 'type-bitmap',
    label: 'types',
    example: 'A RRSIG NSEC',
    parse(tokens, out, at, mnemonic) {
      let any = false;
      while (tokens.next()) {
        const code = findTypeCode(tokens.octets, tokens.start, tokens.end);
        if (code < 0) {
          forgetTypes();
          return failType(tokens, mnemonic, 'type');
        }
        markType(code);
        any = true;
      }
      if (!any && !mayBeEmpty) return failMissing(tokens, mnemonic, 'type', 'A');
      return writeWindows(out, at);
    },
    check(octets, at, end) {
      if (at === end) return mayBeEmpty ? at : -1;
      return checkWindows(octets, at, end);
    },
    format(octets, at, end) {
      const types: string[] = [];
      for (let i = at; i < end; i += 2 + octetAt(octets, i + 1)) {
        const length = octetAt(octets, i + 1);
        listBits(octets, i + 2, i + 2 + length, octetAt(octets, i) << 8, types);
      }
      return types.join(' ');
    },
  });
}

/** NXT's one bitmap of the types 1 to 127 (RFC 2535 §5.2). */
export function oldTypeBitmap(): Field {
  return field({
    kind: 'old-type-bitmap',
    label: 'types',
    example: 'A MX NXT',
    parse(tokens, out, at, mnemonic) {
      let length = 0;
      while (tokens.next()) {
        const code = findTypeCode(tokens.octets, tokens.start, tokens.end);
        if (code < 1 || code > 127) return failType(tokens, mnemonic, 'type');
        for (; length <= code >>> 3; length++) out[at + length] = 0;
        out[at + (code >>> 3)] = octetAt(out, at + (code >>> 3)) | (0x80 >>> (code & 7));
      }
      return at + length;
    },
    check(octets, at, end) {
      if (at === end) return at;
      const valid = end - at <= 16 && (octetAt(octets, at) & 0x80) === 0 && octetAt(octets, end - 1) !== 0;
      return valid ? end : -1;
    },
    format(octets, at, end) {
      const types: string[] = [];
      listBits(octets, at, end, 0, types);
      return types.join(' ');
    },
  });
}

function failType(tokens: RdataTokens, mnemonic: string, label: string): -1 {
  return tokens.fail(
    'ZF27',
    `the ${label} of ${mnemonic} must be a record type, not ${quoteToken(tokens)}`,
    'write a mnemonic, for example A, or TYPE and its number',
  );
}

/** The set under construction: a bitmap of all types, and per window how many of its octets are in use (the rest are stale). */
const bits = new Uint8Array(256 * 32);
const windowOctets = new Uint8Array(256);
/** The highest window in use; -1 for none. */
let lastWindow = -1;

function markType(code: number): void {
  const window = code >>> 8;
  const octet = (code & 0xff) >>> 3;
  if (window > lastWindow) lastWindow = window;
  for (let i = octetAt(windowOctets, window); i <= octet; i++) bits[window * 32 + i] = 0;
  if (octetAt(windowOctets, window) <= octet) windowOctets[window] = octet + 1;
  bits[window * 32 + octet] = octetAt(bits, window * 32 + octet) | (0x80 >>> (code & 7));
}

function writeWindows(out: Uint8Array, at: number): number {
  for (let window = 0; window <= lastWindow; window++) {
    const length = octetAt(windowOctets, window);
    if (length === 0) continue;
    out[at++] = window;
    out[at++] = length;
    for (let i = 0; i < length; i++) out[at++] = octetAt(bits, window * 32 + i);
    windowOctets[window] = 0;
  }
  lastWindow = -1;
  return at;
}

function forgetTypes(): void {
  windowOctets.fill(0);
  lastWindow = -1;
}

/** RFC 4034 §4.1.2: windows ascend, each 1 to 32 octets, without trailing zeros. */
function checkWindows(octets: Uint8Array, at: number, end: number): number {
  let last = -1;
  let i = at;
  while (i < end) {
    if (i + 2 > end) return -1;
    const window = octetAt(octets, i);
    const length = octetAt(octets, i + 1);
    i += 2 + length;
    if (window <= last || length < 1 || length > 32 || i > end || octetAt(octets, i - 1) === 0) return -1;
    last = window;
  }
  return i;
}

function listBits(octets: Uint8Array, start: number, end: number, firstType: number, types: string[]): void {
  for (let i = start; i < end; i++) {
    for (let bit = 0; bit < 8; bit++) {
      if ((octetAt(octets, i) & (0x80 >>> bit)) !== 0) types.push(typeText(firstType + (i - start) * 8 + bit));
    }
  }
}
