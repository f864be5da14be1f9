/** Numbers with names: DNSSEC algorithms, digest types, CERT types, KEY's protocols and flags. */
import { octetAt, putU16, u16At } from '../../base/octets.ts';
import { type Field, field } from '../field.ts';
import { needToken, quoteToken, textOf } from '../field-problems.ts';
import { digitsValue } from './number.ts';

type Names = Readonly<Record<string, number>>;

/** A number that may be written by name; printed as a number, or by name where BIND does so. */
function keyword(label: string, octetCount: 1 | 2, names: Names, print: 'number' | 'name'): Field {
  const max = octetCount === 1 ? 0xff : 0xffff;
  const example = Object.keys(names)[0] ?? '1';
  const read = octetCount === 1 ? octetAt : u16At;
  const byNumber = new Map(Object.entries(names).map(([name, value]) => [value, name]));
  return field({
    kind: octetCount === 1 ? 'u8' : 'u16',
    label,
    example,
    fixedOctets: octetCount,
    parse(tokens, out, at, mnemonic) {
      if (!needToken(tokens, mnemonic, label, example)) return -1;
      let value = digitsValue(tokens.octets, tokens.start, tokens.end, max);
      if (value < 0) value = namedValue(names, textOf(tokens.octets, tokens.start, tokens.end));
      if (value < 0) {
        return tokens.fail(
          'ZF27',
          `the ${label} of ${mnemonic} must be a number from 0 to ${max} or a name, not ${quoteToken(tokens)}`,
          `known names are ${Object.keys(names).join(', ')}`,
        );
      }
      if (octetCount === 1) out[at] = value;
      else putU16(out, at, value);
      return at + octetCount;
    },
    check: (_octets, at, end) => (at + octetCount <= end ? at + octetCount : -1),
    format(octets, at) {
      const value = read(octets, at);
      return (print === 'name' ? byNumber.get(value) : undefined) ?? String(value);
    },
  });
}

/** Names joined by `|` are flags that add up (RFC 2535 §7.1); a plain name is itself. */
function namedValue(names: Names, text: string): number {
  let sum = 0;
  for (const part of text.toUpperCase().split('|')) {
    const value = names[part];
    if (value === undefined) return -1;
    sum |= value;
  }
  return sum;
}

/** DNSSEC algorithms as number (DNSKEY, DS, RRSIG); names are read. Registry "DNS Security Algorithm Numbers". */
export function algorithm(label = 'algorithm'): Field {
  return keyword(label, 1, algorithmNames, 'number');
}

/** The algorithm of CERT, which BIND prints by name (RFC 4398 §2.2). */
export function certAlgorithm(): Field {
  return keyword('algorithm', 1, algorithmNames, 'name');
}

/** RFC 4398 §2.1. */
export function certType(): Field {
  return keyword('type', 2, certTypeNames, 'name');
}

/** The digest types of DS (RFC 4034 §5.1.3 and its registry). */
export function digestType(): Field {
  return keyword('digest type', 1, digestTypeNames, 'number');
}

/** RFC 2535 §7.1; 3 for DNSKEY. */
export function keyProtocol(): Field {
  return keyword('protocol', 1, keyProtocolNames, 'number');
}

export function keyFlags(): Field {
  return keyword('flags', 2, keyFlagNames, 'number');
}

/** RFC 9859 §2.1. */
export function dsyncScheme(): Field {
  return keyword('scheme', 1, { NOTIFY: 1 }, 'name');
}

const algorithmNames: Names = {
  RSAMD5: 1,
  DH: 2,
  DSA: 3,
  ECC: 4,
  RSASHA1: 5,
  NSEC3DSA: 6,
  NSEC3RSASHA1: 7,
  RSASHA256: 8,
  RSASHA512: 10,
  ECCGOST: 12,
  ECDSAP256SHA256: 13,
  ECDSAP384SHA384: 14,
  ED25519: 15,
  ED448: 16,
  INDIRECT: 252,
  PRIVATEDNS: 253,
  PRIVATEOID: 254,
};

const certTypeNames: Names = {
  PKIX: 1,
  SPKI: 2,
  PGP: 3,
  IPKIX: 4,
  ISPKI: 5,
  IPGP: 6,
  ACPKIX: 7,
  IACPKIX: 8,
  URI: 253,
  OID: 254,
};

const digestTypeNames: Names = { 'SHA-1': 1, SHA1: 1, 'SHA-256': 2, SHA256: 2, GOST: 3, 'SHA-384': 4, SHA384: 4 };

const keyProtocolNames: Names = { DNSSEC: 3, NONE: 0, TLS: 1, EMAIL: 2, IPSEC: 4, ALL: 255 };

const keyFlagNames: Names = {
  NOCONF: 0x4000,
  NOAUTH: 0x8000,
  NOKEY: 0xc000,
  FLAG2: 0x2000,
  EXTEND: 0x1000,
  FLAG4: 0x0800,
  FLAG5: 0x0400,
  USER: 0,
  ZONE: 0x0100,
  HOST: 0x0200,
  NTYP3: 0x0300,
  FLAG8: 0x0080,
  FLAG9: 0x0040,
  FLAG10: 0x0020,
  FLAG11: 0x0010,
  SIG0: 0,
  SIG1: 1,
  SIG2: 2,
  SIG3: 3,
  SIG4: 4,
  SIG5: 5,
  SIG6: 6,
  SIG7: 7,
  SIG8: 8,
  SIG9: 9,
  SIG10: 10,
  SIG11: 11,
  SIG12: 12,
  SIG13: 13,
  SIG14: 14,
  SIG15: 15,
  KSK: 1,
};
