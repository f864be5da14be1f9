/** A6: prefix length, the rest of the address, and the prefix's name unless the length is 0 (RFC 2874 §3.1). */
import { octetAt } from '../../base/octets.ts';
import { formatName } from '../../wire/name.ts';
import { type Field, field } from '../field.ts';
import { needToken, quoteToken } from '../field-problems.ts';
import { formatIpv6, parseIpv6 } from './address.ts';
import { checkName, lowerName, parseNameToken } from './name.ts';
import { parseNumber } from './number.ts';

const addressBits = 128;

export function a6Data(): Field {
  return field({
    kind: 'a6',
    label: 'prefix length, address suffix, prefix name',
    example: '64 ::1 subnet-1.ip6.example.com.',
    names: 'lowered',
    parse(tokens, out, at, mnemonic) {
      const prefix = parseNumber(tokens, mnemonic, 'prefix length', '64', addressBits);
      if (prefix < 0) return -1;
      out[at] = prefix;
      let next = at + 1;
      if (prefix < addressBits) {
        if (!needToken(tokens, mnemonic, 'address suffix', '::1')) return -1;
        if (!parseIpv6(tokens.octets, tokens.start, tokens.end, scratch, 0)) {
          return tokens.fail(
            'ZF23',
            `the address suffix of A6 must be written as an IPv6 address, not ${quoteToken(tokens)}`,
          );
        }
        // RFC 2874 §3.1.1: the bits that belong to the prefix are sent as zeros.
        const skipped = prefix >>> 3;
        scratch[skipped] = octetAt(scratch, skipped) & (0xff >>> (prefix & 7));
        for (let i = skipped; i < 16; i++) out[next++] = octetAt(scratch, i);
      }
      if (prefix === 0) return next;
      if (!needToken(tokens, mnemonic, 'prefix name', 'subnet-1.ip6.example.com.')) return -1;
      return parseNameToken(tokens, out, next, mnemonic, 'prefix name');
    },
    check(octets, at, end) {
      if (at >= end || octetAt(octets, at) > addressBits) return -1;
      const prefix = octetAt(octets, at);
      const nameAt = at + 1 + suffixOctets(prefix);
      if (nameAt > end) return -1;
      if ((prefix & 7) !== 0 && octetAt(octets, at + 1) > 0xff >>> (prefix & 7)) return -1;
      return prefix === 0 ? nameAt : checkName(octets, nameAt, end);
    },
    format(octets, at) {
      const prefix = octetAt(octets, at);
      const suffix = suffixOctets(prefix);
      const address = new Uint8Array(16);
      for (let i = 0; i < suffix; i++) address[16 - suffix + i] = octetAt(octets, at + 1 + i);
      const parts = [String(prefix)];
      if (prefix < addressBits) parts.push(formatIpv6(address, 0));
      if (prefix > 0) parts.push(formatName(octets, at + 1 + suffix));
      return parts.join(' ');
    },
    canonicalize(octets, at) {
      const prefix = octetAt(octets, at);
      if (prefix > 0) lowerName(octets, at + 1 + suffixOctets(prefix));
    },
  });
}

const scratch = new Uint8Array(16);

function suffixOctets(prefix: number): number {
  return (addressBits - prefix + 7) >>> 3;
}
