/** Addresses of sockets: from text to octets, and to and from the records of C (see socket-layout.ts). */
import { isIPv4, isIPv6 } from 'node:net';
import { putU16, u16At } from '../../base/octets.ts';
import type { ListenAddress } from '../messages.ts';
import { Domain, socketAddress4Octets, socketAddress6Octets } from './socket-layout.ts';

/** The 4 or 16 octets of an address in presentation format; `undefined` where it is none. A zone (`%eth0`) is not looked at. */
export function parseAddress(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split('.'), Number);
  const [plain = ''] = text.split('%');
  return isIPv6(plain) ? parseAddress6(plain) : undefined;
}

/** The text of 4 or 16 octets; IPv6 by RFC 5952 (lower case, the longest run of zeros as `::`). */
export function formatAddress(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => u16At(octets, 2 * i));
  const { start, length } = longestZeroRun(groups);
  const text = groups.map((group) => group.toString(16));
  if (length < 2) return text.join(':');
  return `${text.slice(0, start).join(':')}::${text.slice(start + length).join(':')}`;
}

/** Whether it stands for all local addresses. */
export function isWildcard(address: ListenAddress): boolean {
  return parseAddress(address.address)?.every((octet) => octet === 0) ?? false;
}

/** `192.0.2.1:53`, `[2001:db8::1]:53`. */
export function formatListenAddress(address: ListenAddress): string {
  return address.family === 6 ? `[${address.address}]:${address.port}` : `${address.address}:${address.port}`;
}

/** Write the record of C at `octets[0]`. Returns its length. `scopeId` is the interface of a link-local address. */
export function writeSocketAddress(octets: Uint8Array, address: ListenAddress, scopeId = 0): number {
  const numbers = parseAddress(address.address) ?? new Uint8Array(address.family === 4 ? 4 : 16);
  octets.fill(0);
  // The family is in the machine's order (little-endian here), the port in the network's.
  octets[0] = address.family === 4 ? Domain.inet : Domain.inet6;
  putU16(octets, 2, address.port);
  octets.set(numbers, address.family === 4 ? 4 : 8);
  if (address.family === 4) return socketAddress4Octets;
  new DataView(octets.buffer, octets.byteOffset).setUint32(24, scopeId, true);
  return socketAddress6Octets;
}

/** Eight groups, of which `::` leaves out some and dotted quads stand for two. The text is known to be valid. */
function parseAddress6(text: string): Uint8Array {
  const [head = '', tail] = text.split('::');
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array.from({ length: 16 - before.length - after.length }, () => 0);
  return Uint8Array.from([...before, ...zeros, ...after]);
}

function groupsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const number = Number.parseInt(group, 16);
    return [number >>> 8, number & 255];
  });
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (end < groups.length && groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  return best;
}
