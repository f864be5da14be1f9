/** The parameters of SVCB and HTTPS as BIND prints them: `alpn="h2,h3" port=53 key667="text"`. */
import { octetAt, u16At } from '../../base/octets.ts';
import { formatIpv4, formatIpv6 } from './address.ts';
import { formatBase64 } from './base64.ts';
import { formatQuoted, stringOctetText } from './character-string.ts';
import { paramHeadOctets, SvcKey } from './svc-params-wire.ts';

export function formatSvcParams(octets: Uint8Array, at: number, end: number): string {
  const params: string[] = [];
  for (let i = at; i < end; ) {
    const from = i + paramHeadOctets;
    const to = from + u16At(octets, i + 2);
    const value = formatValue(octets, u16At(octets, i), from, to);
    const key = keyText(u16At(octets, i));
    params.push(value === '' ? key : `${key}=${value}`);
    i = to;
  }
  return params.join(' ');
}

function formatValue(octets: Uint8Array, key: number, from: number, to: number): string {
  switch (key) {
    case SvcKey.mandatory:
      return mapSteps(from, to, 2, (i) => keyText(u16At(octets, i)));
    case SvcKey.alpn:
      return formatAlpn(octets, from, to);
    case SvcKey.port:
      return String(u16At(octets, from));
    case SvcKey.ipv4hint:
      return mapSteps(from, to, 4, (i) => formatIpv4(octets, i));
    case SvcKey.ech:
      return formatBase64(octets, from, to);
    case SvcKey.ipv6hint:
      return mapSteps(from, to, 16, (i) => formatIpv6(octets, i));
    default:
      return from === to ? '' : formatQuoted(octets, from, to);
  }
}

function mapSteps(from: number, to: number, step: number, text: (at: number) => string): string {
  const items: string[] = [];
  for (let i = from; i < to; i += step) items.push(text(i));
  return items.join(',');
}

/** Commas and backslashes are escaped for the list, then the whole as a string (RFC 9460 appendix A.1). */
function formatAlpn(octets: Uint8Array, from: number, to: number): string {
  let text = '"';
  for (let i = from; i < to; i += 1 + octetAt(octets, i)) {
    if (i > from) text += ',';
    for (let k = i + 1; k <= i + octetAt(octets, i); k++) {
      const octet = octetAt(octets, k);
      if (octet === comma) text += '\\\\,';
      else if (octet === backslash) text += '\\\\\\\\';
      else text += stringOctetText[octet] as string;
    }
  }
  return `${text}"`;
}

/** dohpath and ohttp by number, as dig 9.18 prints them: every server that knows SVCB reads that. */
function keyText(key: number): string {
  return keyNames[key] ?? `key${key}`;
}

const keyNames: readonly string[] = ['mandatory', 'alpn', 'no-default-alpn', 'port', 'ipv4hint', 'ech', 'ipv6hint'];
const comma = 0x2c;
const backslash = 0x5c;
