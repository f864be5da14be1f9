/** APL: address prefixes, each `[!]family:address/prefix` (RFC 3123). */
import { octetAt, putU16, u16At } from '../../base/octets.ts';
import { type Field, field } from '../field.ts';
import { quoteToken } from '../field-problems.ts';
import type { RdataTokens } from '../rdata-tokens.ts';
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from './address.ts';
import { digitsValue } from './number.ts';

/** Family (2 octets), prefix length, negation bit and count of the octets that follow (1 octet). */
const itemHeadOctets = 4;
const negation = 0x80;

export function addressPrefixes(): Field {
  return field({
    kind: 'apl',
    label: 'prefixes',
    example: '1:192.0.2.0/24',
    parse(tokens, out, at, mnemonic) {
      let next = at;
      while (tokens.next()) {
        next = parseItem(tokens, out, next);
        if (next < 0) {
          return tokens.fail(
            'ZF23',
            `a prefix of ${mnemonic} must be family:address/length, not ${quoteToken(tokens)}`,
            'family 1 is IPv4, 2 is IPv6; for example 1:192.0.2.0/24, or !2:2001:db8::/32 to exclude',
          );
        }
      }
      return next;
    },
    check(octets, at, end) {
      let next = at;
      while (next >= 0 && next < end) next = checkItem(octets, next, end);
      return next;
    },
    format(octets, at, end) {
      const items: string[] = [];
      for (let i = at; i < end; i += itemHeadOctets + (octetAt(octets, i + 3) & 0x7f)) {
        const item = formatItem(octets, i);
        if (item === undefined) return undefined;
        items.push(item);
      }
      return items.join(' ');
    },
  });
}

const scratch = new Uint8Array(16);

function parseItem(tokens: RdataTokens, out: Uint8Array, at: number): number {
  const { octets, end } = tokens;
  let start = tokens.start;
  const negated = start < end && octetAt(octets, start) === exclamation;
  if (negated) start++;
  if (end - start < 2 || octetAt(octets, start + 1) !== colon) return -1;
  const family = octetAt(octets, start) - 0x30;
  let slashAt = end - 1;
  while (slashAt > start && octetAt(octets, slashAt) !== slash) slashAt--;
  if (slashAt === start || !parseFamilyAddress(family, octets, start + 2, slashAt)) return -1;
  const prefix = digitsValue(octets, slashAt + 1, end, addressOctets(family) * 8);
  if (prefix < 0) return -1;
  // RFC 3123 §4: trailing zero octets are not sent.
  let length = addressOctets(family);
  while (length > 0 && octetAt(scratch, length - 1) === 0) length--;
  putU16(out, at, family);
  out[at + 2] = prefix;
  out[at + 3] = (negated ? negation : 0) | length;
  for (let i = 0; i < length; i++) out[at + itemHeadOctets + i] = octetAt(scratch, i);
  return at + itemHeadOctets + length;
}

function parseFamilyAddress(family: number, octets: Uint8Array, start: number, end: number): boolean {
  if (family === 1) return parseIpv4(octets, start, end, scratch, 0);
  return family === 2 && parseIpv6(octets, start, end, scratch, 0);
}

function checkItem(octets: Uint8Array, at: number, end: number): number {
  if (at + itemHeadOctets > end) return -1;
  const length = octetAt(octets, at + 3) & 0x7f;
  const next = at + itemHeadOctets + length;
  if (next > end || (length > 0 && octetAt(octets, next - 1) === 0)) return -1;
  const max = addressOctets(u16At(octets, at));
  return max > 0 && (length > max || octetAt(octets, at + 2) > max * 8) ? -1 : next;
}

function formatItem(octets: Uint8Array, at: number): string | undefined {
  const family = u16At(octets, at);
  if (addressOctets(family) === 0) return undefined;
  const lengthOctet = octetAt(octets, at + 3);
  scratch.fill(0);
  for (let i = 0; i < (lengthOctet & 0x7f); i++) scratch[i] = octetAt(octets, at + itemHeadOctets + i);
  const address = family === 1 ? formatIpv4(scratch, 0) : formatIpv6(scratch, 0);
  return `${(lengthOctet & negation) === 0 ? '' : '!'}${family}:${address}/${octetAt(octets, at + 2)}`;
}

/** 0 for families that RFC 3123 gives no form. */
function addressOctets(family: number): number {
  if (family === 1) return 4;
  return family === 2 ? 16 : 0;
}

const colon = 0x3a;
const slash = 0x2f;
const exclamation = 0x21;
