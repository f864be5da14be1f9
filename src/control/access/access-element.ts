/** One element of an address match list as it is written: `192.0.2.0/24`, `!192.0.2.66`, `key transfer-key`, `office`. */
import { isIP } from 'node:net';
import { parseAddress } from '../../plane/sockets/socket-address.ts';
import { ValueProblem } from '../config/values.ts';

export type AccessElement = { readonly negated: boolean } & (
  | { readonly kind: 'any' | 'none' | 'localhost' | 'localnets' }
  | Prefix
  | { readonly kind: 'key' | 'acl'; readonly name: string }
);

export interface Prefix {
  readonly kind: 'prefix';
  readonly family: 4 | 6;
  readonly octets: Uint8Array;
  readonly bits: number;
}

/** Lists that are there without being defined. */
export const builtInAcls = ['any', 'none', 'localhost', 'localnets'] as const;

export function parseAccessElement(written: string): AccessElement | ValueProblem {
  const text = written.trim();
  const negated = text.startsWith('!');
  const rest = negated ? text.slice(1).trim() : text;
  const key = /^key\s+"?([^\s"]+)"?$/i.exec(rest);
  if (key !== null) return { negated, kind: 'key', name: key[1] ?? '' };
  const builtIn = builtInAcls.find((name) => name === rest.toLowerCase());
  if (builtIn !== undefined) return { negated, kind: builtIn };
  if (/^[\d.]+(\/\d+)?$/.test(rest) || rest.includes(':') || rest.includes('/')) {
    const prefix = parsePrefix(rest);
    return prefix instanceof ValueProblem ? prefix : { negated, ...prefix };
  }
  if (/^[^\s!;{}"]+$/.test(rest)) return { negated, kind: 'acl', name: rest };
  return new ValueProblem('CF23', `${JSON.stringify(written)} is no element of an address list`, elementHint);
}

export const elementHint =
  'write an address, a prefix (192.0.2.0/24), the name of an acl, "key NAME", any, none, localhost or localnets; "!" in front denies';

/** An address or a prefix; of IPv4 also BIND's short form, `10/8`. */
export function parsePrefix(text: string): Prefix | ValueProblem {
  const [addressText = '', bitsText, ...more] = text.split('/');
  const problem = (why: string, hint = elementHint) =>
    new ValueProblem('CF23', `${JSON.stringify(text)} is not an address or a prefix${why}`, hint);
  if (more.length > 0) return problem('');
  const octets = parseAddressPart(addressText, bitsText !== undefined);
  if (octets === undefined) return problem('');
  const most = octets.length * 8;
  if (bitsText !== undefined && !/^\d{1,3}$/.test(bitsText)) return problem('');
  const bits = bitsText === undefined ? most : Number(bitsText);
  if (bits > most) return problem(`: the length is at most ${most}`);
  const masked = maskOctets(octets, bits);
  if (!masked.every((octet, i) => octet === octets[i])) {
    // BIND refuses it too: one of both is not what was meant.
    return problem(
      `: it has bits behind the first ${bits}`,
      `write ${formatOctets(masked)}/${bits}, or the address alone`,
    );
  }
  return isMappedIpv4(octets) && bits >= 96
    ? { kind: 'prefix', family: 4, octets: octets.slice(12), bits: bits - 96 }
    : { kind: 'prefix', family: octets.length === 4 ? 4 : 6, octets, bits };
}

/** The octets with all but the first `bits` cleared. */
export function maskOctets(octets: Uint8Array, bits: number): Uint8Array {
  return octets.map((octet, i) => octet & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))) & 0xff);
}

function parseAddressPart(text: string, isPrefix: boolean): Uint8Array | undefined {
  if (text.includes('%')) return undefined;
  if (isIP(text) !== 0) return parseAddress(text);
  if (!isPrefix || !/^\d{1,3}(\.\d{1,3}){0,2}\.?$/.test(text)) return undefined;
  const parts = text.replace(/\.$/, '').split('.');
  return parseAddress([...parts, '0', '0', '0'].slice(0, 4).join('.'));
}

function isMappedIpv4(octets: Uint8Array): boolean {
  return octets.length === 16 && octets.every((octet, i) => i >= 12 || octet === (i < 10 ? 0 : 0xff));
}

function formatOctets(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((octets[2 * i] ?? 0) << 8) | (octets[2 * i + 1] ?? 0)).toString(16),
  );
  return groups.join(':').replace(/(^|:)0(:0)+(:|$)/, '::');
}
