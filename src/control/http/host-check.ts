/** Against DNS rebinding: a page of somebody else's whose name leads to this server's address must not read from it. */
import { isIP } from 'node:net';
import { hostname } from 'node:os';

/**
 * Whether a request's Host is a name of ours: an address, localhost, this machine's name, or one of `names`, which are lower case. An address can't be
 * what somebody else has made to lead here. No browser leaves it out.
 */
export function isOwnHost(host: string | undefined, names: readonly string[], machine = hostname()): boolean {
  if (host === undefined) return true;
  const name = hostName(host);
  if (name === undefined) return false;
  if (isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost')) return true;
  return name === machine.toLowerCase() || names.includes(name);
}

/** Without the port and the final dot, lower case (RFC 9110 §7.2). `undefined`: it is malformed. */
function hostName(host: string): string | undefined {
  const parts = /^(?:\[([0-9a-f:.%]+)\]|([^:/?#@[\]\s]+?)\.?)(?::\d{0,5})?$/i.exec(host);
  return (parts?.[1] ?? parts?.[2])?.toLowerCase();
}

/** Whether a connection came by the address that leads to this machine alone, where nothing but a browser may be led astray. */
export function isLoopback(address: string | undefined): boolean {
  return address === '::1' || /^(?:::ffff:)?127\./.test(address ?? '');
}
