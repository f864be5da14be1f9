/** What the parameters of SVCB and HTTPS must fulfil on the wire. */
import { octetAt, u16At } from '../../base/octets.ts';

export const SvcKey = {
  mandatory: 0,
  alpn: 1,
  noDefaultAlpn: 2,
  port: 3,
  ipv4hint: 4,
  ech: 5,
  ipv6hint: 6,
  dohpath: 7,
  ohttp: 8,
} as const;

/** Key and length, two octets each. */
export const paramHeadOctets = 4;

/** What is wrong with the parameters in `octets[at, end)`; undefined where nothing is. */
export function checkSvcParams(octets: Uint8Array, at: number, end: number): string | undefined {
  let lastKey = -1;
  let hasAlpn = false;
  for (let i = at; i < end; ) {
    if (i + paramHeadOctets > end) return 'a parameter is cut short';
    const key = u16At(octets, i);
    const from = i + paramHeadOctets;
    const to = from + u16At(octets, i + 2);
    if (to > end) return 'a parameter is cut short';
    if (key === lastKey) return 'a parameter is there twice';
    if (key < lastKey) return 'the parameters are not in the order of their keys';
    lastKey = key;
    if (key === SvcKey.alpn) hasAlpn = true;
    // RFC 9460 §7.1.1: it says that the default isn't spoken, which leaves nothing without alpn.
    if (key === SvcKey.noDefaultAlpn && !hasAlpn) return 'no-default-alpn needs alpn';
    const problem =
      checkValue(octets, key, from, to) ??
      (key === SvcKey.mandatory ? checkMandatory(octets, from, to, end) : undefined);
    if (problem !== undefined) return problem;
    i = to;
  }
  return undefined;
}

function checkValue(octets: Uint8Array, key: number, from: number, to: number): string | undefined {
  const length = to - from;
  switch (key) {
    case SvcKey.mandatory:
      return length < 2 || length % 2 !== 0 ? 'mandatory lists no key' : undefined;
    case SvcKey.alpn:
      return isAlpn(octets, from, to) ? undefined : 'alpn must list protocols of 1 to 255 octets';
    case SvcKey.noDefaultAlpn:
      return length === 0 ? undefined : 'no-default-alpn has no value';
    case SvcKey.port:
      return length === 2 ? undefined : 'port must be two octets';
    case SvcKey.ipv4hint:
      return length > 0 && length % 4 === 0 ? undefined : 'ipv4hint must list IPv4 addresses';
    case SvcKey.ech:
      return length > 0 ? undefined : 'ech must not be empty';
    case SvcKey.ipv6hint:
      return length > 0 && length % 16 === 0 ? undefined : 'ipv6hint must list IPv6 addresses';
    case SvcKey.dohpath:
      return isDohPath(octets, from, to) ? undefined : 'dohpath must begin with / and hold {?dns}';
    case SvcKey.ohttp:
      return length === 0 ? undefined : 'ohttp has no value';
    default:
      return undefined;
  }
}

function isAlpn(octets: Uint8Array, from: number, to: number): boolean {
  let i = from;
  while (i < to) {
    if (octetAt(octets, i) === 0) return false;
    i += 1 + octetAt(octets, i);
  }
  return i === to && to > from;
}

/** RFC 9461 §5: a URI template, relative, with the variable dns; BIND wants the expansion spelt so. */
function isDohPath(octets: Uint8Array, from: number, to: number): boolean {
  if (from >= to || octetAt(octets, from) !== slash) return false;
  for (let i = from; i + dnsVariable.length <= to; i++) {
    if (dnsVariable.every((octet, k) => octetAt(octets, i + k) === octet)) return true;
  }
  return false;
}

/**
 * RFC 9460 §8: ascending, each key once and there, and not itself. Parameters and list ascend both, so that one walk over
 * both is enough.
 */
function checkMandatory(octets: Uint8Array, from: number, to: number, end: number): string | undefined {
  let paramAt = to;
  let last: number = SvcKey.mandatory;
  for (let i = from; i < to; i += 2) {
    const key = u16At(octets, i);
    if (key <= last) return 'mandatory lists itself, or a key twice, or not in order';
    last = key;
    while (paramAt + paramHeadOctets <= end && u16At(octets, paramAt) < key)
      paramAt += paramHeadOctets + u16At(octets, paramAt + 2);
    if (paramAt + paramHeadOctets > end || u16At(octets, paramAt) !== key)
      return 'mandatory lists a key that is not there';
  }
  return undefined;
}

const slash = 0x2f;
const dnsVariable = new TextEncoder().encode('{?dns}');
