/** IPSECKEY's and AMTRELAY's gateway: a type octet says whether none, an IPv4 or IPv6 address or a name follows. */
import { octetAt } from '../../base/octets.ts';
import { formatName } from '../../wire/name.ts';
import { type Field, field } from '../field.ts';
import { needToken, quoteToken } from '../field-problems.ts';
import type { RdataTokens } from '../rdata-tokens.ts';
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from './address.ts';
import { checkName, parseNameToken } from './name.ts';
import { parseNumber } from './number.ts';

const GatewayType = { none: 0, ipv4: 1, ipv6: 2, name: 3 } as const;

/** Gateway type, algorithm, gateway (RFC 4025 §2.3 to §2.5). */
export function ipseckeyGateway(): Field {
  return field({
    kind: 'ipseckey-gateway',
    label: 'gateway',
    example: '1 2 192.0.2.38',
    parse(tokens, out, at, mnemonic) {
      const type = parseNumber(tokens, mnemonic, 'gateway type', '1', GatewayType.name);
      if (type < 0) return -1;
      const algorithm = parseNumber(tokens, mnemonic, 'algorithm', '2', 255);
      if (algorithm < 0) return -1;
      out[at] = type;
      out[at + 1] = algorithm;
      return parseGateway(tokens, out, at + 2, mnemonic, type);
    },
    check(octets, at, end) {
      return end - at < 2 ? -1 : checkGateway(octets, at + 2, end, octetAt(octets, at));
    },
    format(octets, at) {
      const type = octetAt(octets, at);
      return `${type} ${octetAt(octets, at + 1)} ${formatGateway(octets, at + 2, type)}`;
    },
  });
}

/** Discovery-optional bit, relay type, relay (RFC 8777 §4.2, §4.3). */
export function amtrelay(): Field {
  return field({
    kind: 'amtrelay',
    label: 'relay',
    example: '0 1 192.0.2.38',
    parse(tokens, out, at, mnemonic) {
      const optional = parseNumber(tokens, mnemonic, 'discovery-optional bit', '0', 1);
      if (optional < 0) return -1;
      const type = parseNumber(tokens, mnemonic, 'relay type', '1', GatewayType.name);
      if (type < 0) return -1;
      out[at] = (optional << 7) | type;
      return parseGateway(tokens, out, at + 1, mnemonic, type);
    },
    check(octets, at, end) {
      if (at >= end) return -1;
      const type = octetAt(octets, at) & 0x7f;
      // Later types may put anything behind; it is kept, and printed in RFC 3597's form.
      return type > GatewayType.name ? end : checkGateway(octets, at + 1, end, type);
    },
    format(octets, at) {
      const type = octetAt(octets, at) & 0x7f;
      if (type > GatewayType.name) return undefined;
      return `${octetAt(octets, at) >>> 7} ${type} ${formatGateway(octets, at + 1, type)}`;
    },
  });
}

function parseGateway(tokens: RdataTokens, out: Uint8Array, at: number, mnemonic: string, type: number): number {
  const label = mnemonic === 'AMTRELAY' ? 'relay' : 'gateway';
  if (!needToken(tokens, mnemonic, label, '192.0.2.38')) return -1;
  const { octets, start, end } = tokens;
  switch (type) {
    case GatewayType.none:
      if (end - start === 1 && octetAt(octets, start) === dot) return at;
      return tokens.fail(
        'ZF29',
        `${mnemonic} with type 0 has no ${label}, and ${quoteToken(tokens)} is written`,
        'write a dot',
      );
    case GatewayType.ipv4:
      if (parseIpv4(octets, start, end, out, at)) return at + 4;
      return tokens.fail(
        'ZF23',
        `the ${label} of ${mnemonic} with type 1 must be an IPv4 address, not ${quoteToken(tokens)}`,
      );
    case GatewayType.ipv6:
      if (parseIpv6(octets, start, end, out, at)) return at + 16;
      return tokens.fail(
        'ZF23',
        `the ${label} of ${mnemonic} with type 2 must be an IPv6 address, not ${quoteToken(tokens)}`,
      );
    default:
      return parseNameToken(tokens, out, at, mnemonic, label);
  }
}

function checkGateway(octets: Uint8Array, at: number, end: number, type: number): number {
  switch (type) {
    case GatewayType.none:
      return at <= end ? at : -1;
    case GatewayType.ipv4:
      return at + 4 <= end ? at + 4 : -1;
    case GatewayType.ipv6:
      return at + 16 <= end ? at + 16 : -1;
    case GatewayType.name:
      return checkName(octets, at, end);
    default:
      return -1;
  }
}

function formatGateway(octets: Uint8Array, at: number, type: number): string {
  switch (type) {
    case GatewayType.none:
      return '.';
    case GatewayType.ipv4:
      return formatIpv4(octets, at);
    case GatewayType.ipv6:
      return formatIpv6(octets, at);
    default:
      return formatName(octets, at);
  }
}

const dot = 0x2e;
