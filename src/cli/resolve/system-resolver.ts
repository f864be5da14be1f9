/** The server that the system's own look-ups go to. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { dnsPort } from '../../control/config/values.ts';
import type { ListenAddress } from '../../plane/messages.ts';
import { UsageProblem } from '../zone-arguments.ts';

const path = '/etc/resolv.conf';

/** Throws UsageProblem where there is none. */
export function findSystemResolver(): ListenAddress {
  const resolver = firstNameserver(readResolvConf());
  if (resolver !== undefined) return resolver;
  throw new UsageProblem(`error: ${path} names no server that can be asked\nhint: name one: --server 127.0.0.1:5300`);
}

/** Of the text of a resolv.conf, the first `nameserver` (resolv.conf(5)). */
export function firstNameserver(text: string): ListenAddress | undefined {
  for (const [, address = ''] of text.matchAll(/^[ \t]*nameserver[ \t]+(\S+)/gm)) {
    const family = isIP(address);
    if (family === 4 || (family === 6 && !address.includes('%'))) return { family, address, port: dnsPort };
  }
  return undefined;
}

function readResolvConf(): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
