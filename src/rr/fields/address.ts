/** IPv4 and IPv6 addresses, read and printed octet by octet. */
import { octetAt, u16At } from '../../base/octets.ts';
import { type Field, field } from '../field.ts';
import { needToken, quoteToken } from '../field-problems.ts';

export function ipv4(label = 'address', example = '192.0.2.11'): Field {
  return field({
    kind: 'ipv4',
    label,
    example,
    fixedOctets: 4,
    parse(tokens, out, at, mnemonic) {
      if (!needToken(tokens, mnemonic, label, example)) return -1;
      if (parseIpv4(tokens.octets, tokens.start, tokens.end, out, at)) return at + 4;
      const hasColon = tokens.octets.subarray(tokens.start, tokens.end).includes(colon);
      return tokens.fail(
        'ZF23',
        `the ${label} of ${mnemonic} must be an IPv4 address, not ${quoteToken(tokens)}`,
        hasColon && mnemonic === 'A'
          ? 'an IPv6 address belongs in an AAAA record'
          : `write four numbers from 0 to 255 with dots between them, for example ${example}`,
      );
    },
    check: (_octets, at, end) => (at + 4 <= end ? at + 4 : -1),
    format: formatIpv4,
  });
}

export function ipv6(label = 'address', example = '2001:db8::11'): Field {
  return field({
    kind: 'ipv6',
    label,
    example,
    fixedOctets: 16,
    parse(tokens, out, at, mnemonic) {
      if (!needToken(tokens, mnemonic, label, example)) return -1;
      if (parseIpv6(tokens.octets, tokens.start, tokens.end, out, at)) return at + 16;
      return tokens.fail(
        'ZF23',
        `the ${label} of ${mnemonic} must be an IPv6 address, not ${quoteToken(tokens)}`,
        parseIpv4(tokens.octets, tokens.start, tokens.end, new Uint8Array(4), 0)
          ? 'an IPv4 address belongs in an A record'
          : `write it as in ${example}`,
      );
    },
    check: (_octets, at, end) => (at + 16 <= end ? at + 16 : -1),
    format: formatIpv6,
  });
}

/** Read a dotted quad, `source[start, end)`, into four octets at `out[at]`. No leading zeros, as inet_pton. */
export function parseIpv4(source: Uint8Array, start: number, end: number, out: Uint8Array, at: number): boolean {
  let part = 0;
  let digits = 0;
  let value = 0;
  for (let i = start; i < end; i++) {
    const octet = octetAt(source, i);
    if (octet === dot) {
      if (digits === 0 || part === 3) return false;
      out[at + part++] = value;
      digits = 0;
      value = 0;
      continue;
    }
    const digit = octet - 0x30;
    if (digit < 0 || digit > 9 || (digits > 0 && value === 0)) return false;
    value = value * 10 + digit;
    if (value > 255) return false;
    digits++;
  }
  if (part !== 3 || digits === 0) return false;
  out[at + 3] = value;
  return true;
}

/** Read an IPv6 address (RFC 4291 §2.2, all three forms) into sixteen octets at `out[at]`. */
export function parseIpv6(source: Uint8Array, start: number, end: number, out: Uint8Array, at: number): boolean {
  let written = 0;
  let gapAt = -1;
  let i = start;
  if (end - start < 2) return false;
  if (octetAt(source, i) === colon) {
    if (octetAt(source, i + 1) !== colon) return false;
    gapAt = 0;
    i += 2;
  }
  while (i < end) {
    let value = 0;
    let digits = 0;
    const groupStart = i;
    for (; i < end; i++) {
      const digit = hexValue(octetAt(source, i));
      if (digit < 0) break;
      if (++digits > 4) return false;
      value = (value << 4) | digit;
    }
    if (i < end && octetAt(source, i) === dot) {
      if (written > 12 || !parseIpv4(source, groupStart, end, out, at + written)) return false;
      written += 4;
      i = end;
      break;
    }
    if (digits === 0 || written > 14) return false;
    out[at + written] = value >>> 8;
    out[at + written + 1] = value;
    written += 2;
    if (i === end) break;
    if (octetAt(source, i) !== colon) return false;
    i++;
    if (i === end) return false;
    if (octetAt(source, i) === colon) {
      if (gapAt >= 0) return false;
      gapAt = written;
      i++;
    }
  }
  if (gapAt < 0) return written === 16;
  // `::` stands for at least one group (RFC 5952 §4.2.2 would have it be two; readers take one).
  if (written > 14) return false;
  const tail = written - gapAt;
  for (let k = 1; k <= tail; k++) out[at + 16 - k] = octetAt(out, at + written - k);
  for (let k = gapAt; k < 16 - tail; k++) out[at + k] = 0;
  return true;
}

export function formatIpv4(octets: Uint8Array, at: number): string {
  return `${octets[at]}.${octets[at + 1]}.${octets[at + 2]}.${octets[at + 3]}`;
}

/** RFC 5952, and IPv4 in the last groups of `::a.b.c.d` and `::ffff:a.b.c.d`, as inet_ntop prints them. */
export function formatIpv6(octets: Uint8Array, at: number): string {
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(u16At(octets, at + i));
  const [gapStart, gapLength] = longestZeroRun(groups);
  if (gapStart === 0 && (gapLength === 6 || (gapLength === 5 && groups[5] === 0xffff))) {
    return `::${gapLength === 5 ? 'ffff:' : ''}${formatIpv4(octets, at + 12)}`;
  }
  const hex = groups.map((group) => group.toString(16));
  if (gapLength < 2) return hex.join(':');
  return `${hex.slice(0, gapStart).join(':')}::${hex.slice(gapStart + gapLength).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): [start: number, length: number] {
  let best = 0;
  let bestLength = 0;
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > bestLength) [best, bestLength] = [start, length];
  }
  return [best, bestLength];
}

const dot = 0x2e;
const colon = 0x3a;

/** The value of a hexadecimal digit; -1 for any other octet. */
export function hexValue(octet: number): number {
  return octetAt(hexValues, octet) - 1;
}

/** One more than the digit's value, 0 for what is no digit. */
const hexValues = Uint8Array.from({ length: 256 }, (_, c) => {
  if (c >= 0x30 && c <= 0x39) return c - 0x30 + 1;
  const lower = c | 0x20;
  return lower >= 0x61 && lower <= 0x66 && c >= 0x41 ? lower - 0x61 + 11 : 0;
});
