/** Hosts as RFC 3261 §25.1 has them: a name, an IPv4 address, or an IPv6 address in brackets. */
import { formatIpv6, parseIpv4, parseIpv6 } from '../../rr/fields/address.ts';

/** `name` is in lower case and without its final dot; `address` without brackets, in the form of RFC 5952. */
export type Host =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'address'; readonly family: 4 | 6; readonly address: string };

/** What is wrong with a host, in a sentence's second half, and what to do. */
export interface HostProblem {
  readonly why: string;
  readonly hint: string;
}

const maxHostCharacters = 253;

export function parseHost(text: string): Host | HostProblem {
  if (text === '') return problem('no host', 'write a domain: sip:example.com');
  if (text.startsWith('[')) return parseBracketed(text);
  if (text.includes(':')) return problem('an IPv6 address without brackets', `write [${text}]`);
  if (/^[\d.]+$/.test(text)) return parseNumbers(text);
  return parseHostName(text);
}

export function isHostProblem(host: Host | HostProblem): host is HostProblem {
  return 'why' in host;
}

/** As it stands in a URI. */
export function formatHost(host: Host): string {
  if (host.kind === 'name') return host.name;
  return host.family === 6 ? `[${host.address}]` : host.address;
}

/** An address in its one form, or `undefined` where the text is none; IPv6 without brackets. */
export function parseAddress(text: string): (Host & { readonly kind: 'address' }) | undefined {
  const source = new TextEncoder().encode(text);
  const octets = new Uint8Array(16);
  if (parseIpv4(source, 0, source.length, octets, 0)) return { kind: 'address', family: 4, address: text };
  if (!parseIpv6(source, 0, source.length, octets, 0)) return undefined;
  return { kind: 'address', family: 6, address: formatIpv6(octets, 0) };
}

function parseBracketed(text: string): Host | HostProblem {
  const address = text.endsWith(']') ? parseAddress(text.slice(1, -1)) : undefined;
  if (address?.family === 6) return address;
  return problem(`${text} is not an IPv6 address in brackets`, 'write [2001:db8::1]');
}

function parseNumbers(text: string): Host | HostProblem {
  const address = parseAddress(text);
  return address ?? problem(`${text} is neither an IPv4 address nor a domain`, 'write 192.0.2.11 or example.com');
}

/** RFC 3261 §25.1: `*( domainlabel "." ) toplabel [ "." ]`; the last label begins with a letter. */
function parseHostName(text: string): Host | HostProblem {
  const name = text.replace(/\.$/, '').toLowerCase();
  const srv = /^_[^.]+\._[^.]+\.(.+)$/.exec(name);
  if (srv !== null)
    return problem(`${text} is the owner of SRV records`, `give the domain that clients are set to: ${srv[1]}`);
  if (name.length > maxHostCharacters)
    return problem(`the host is longer than ${maxHostCharacters} characters`, 'shorten it');
  const labels = name.split('.');
  const bad = labels.find((label) => label.length > 63 || !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(label));
  if (bad === '') return problem(`${text} has an empty label`, 'remove the dot too many');
  if (bad !== undefined) {
    return problem(
      `"${bad}" is not a label of a host`,
      'at most 63 letters, digits and hyphens, no hyphen at either end',
    );
  }
  if (!/^[a-z]/.test(labels.at(-1) as string)) {
    return problem(`the last label of ${text} does not begin with a letter`, 'write example.com or 192.0.2.11');
  }
  return { kind: 'name', name };
}

function problem(why: string, hint: string): HostProblem {
  return { why, hint };
}
