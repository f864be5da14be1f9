/** WKS: protocol and a bitmap of its ports (RFC 1035 §3.4.2). Names are read, numbers printed, as BIND does. */
import { octetAt } from '../../base/octets.ts';
import { type Field, field } from '../field.ts';
import { needToken, quoteToken, textOf } from '../field-problems.ts';
import { digitsValue } from './number.ts';

const maxBitmapOctets = 8192;

export function wellKnownServices(): Field {
  return field({
    kind: 'wks',
    label: 'protocol, services',
    example: 'tcp smtp',
    parse(tokens, out, at, mnemonic) {
      if (!needToken(tokens, mnemonic, 'protocol', 'tcp')) return -1;
      const protocol = numberOrName(tokens.octets, tokens.start, tokens.end, 255, protocols);
      if (protocol < 0) {
        return tokens.fail(
          'ZF27',
          `the protocol of ${mnemonic} must be a number from 0 to 255 or a name, not ${quoteToken(tokens)}`,
          `known names are ${Object.keys(protocols).join(', ')}`,
        );
      }
      out[at] = protocol;
      let length = 0;
      while (tokens.next()) {
        const port = numberOrName(tokens.octets, tokens.start, tokens.end, 0xffff, services);
        if (port < 0) {
          return tokens.fail(
            'ZF27',
            `a service of ${mnemonic} must be a port from 0 to 65535 or a name, not ${quoteToken(tokens)}`,
            `known names are ${Object.keys(services).join(', ')}`,
          );
        }
        for (; length <= port >>> 3; length++) out[at + 1 + length] = 0;
        const place = at + 1 + (port >>> 3);
        out[place] = octetAt(out, place) | (0x80 >>> (port & 7));
      }
      return at + 1 + length;
    },
    check(octets, at, end) {
      const length = end - at - 1;
      if (length < 0 || length > maxBitmapOctets) return -1;
      return length > 0 && octetAt(octets, end - 1) === 0 ? -1 : end;
    },
    format(octets, at, end) {
      let text = String(octetAt(octets, at));
      for (let port = 0; port < (end - at - 1) * 8; port++) {
        if ((octetAt(octets, at + 1 + (port >>> 3)) & (0x80 >>> (port & 7))) !== 0) text += ` ${port}`;
      }
      return text;
    },
  });
}

function numberOrName(
  octets: Uint8Array,
  start: number,
  end: number,
  max: number,
  names: Readonly<Record<string, number>>,
): number {
  const number = digitsValue(octets, start, end, max);
  if (number >= 0) return number;
  const name = textOf(octets, start, end).toLowerCase();
  return Object.hasOwn(names, name) ? (names[name] as number) : -1;
}

const protocols: Readonly<Record<string, number>> = {
  tcp: 6,
  udp: 17,
  icmp: 1,
  igmp: 2,
  ggp: 3,
  egp: 8,
  pup: 12,
  hmp: 20,
  sctp: 132,
};

/** The names of RFC 1010 and after that zone files use; ports are the same for TCP and UDP. */
const services: Readonly<Record<string, number>> = {
  tcpmux: 1,
  echo: 7,
  discard: 9,
  systat: 11,
  daytime: 13,
  netstat: 15,
  qotd: 17,
  chargen: 19,
  'ftp-data': 20,
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  time: 37,
  rlp: 39,
  nameserver: 42,
  whois: 43,
  nicname: 43,
  tacacs: 49,
  domain: 53,
  bootps: 67,
  bootpc: 68,
  tftp: 69,
  gopher: 70,
  finger: 79,
  http: 80,
  kerberos: 88,
  hostnames: 101,
  'iso-tsap': 102,
  pop2: 109,
  pop3: 110,
  sunrpc: 111,
  auth: 113,
  'uucp-path': 117,
  nntp: 119,
  ntp: 123,
  imap: 143,
  imap2: 143,
  snmp: 161,
  https: 443,
  sip: 5060,
  sips: 5061,
};
