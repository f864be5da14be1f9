import { setTimeout as sleep } from 'node:timers/promises';
import { askRaw, buildQuery } from '../lib/dns-client.ts';

const rcodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

/** Wait until the SOA questions for these zones have these RCODEs; gives those of the last look. */
export async function waitForRcodes(
  port: number,
  wanted: Readonly<Record<string, string>>,
  waitMs = 15_000,
): Promise<Record<string, string>> {
  const end = Date.now() + waitMs;
  for (;;) {
    const found: Record<string, string> = {};
    for (const zone of Object.keys(wanted)) found[zone] = await rcodeOf(port, zone);
    const isThere = Object.entries(wanted).every(([zone, rcode]) => found[zone] === rcode);
    if (isThere || Date.now() > end) return found;
    await sleep(50);
  }
}

async function rcodeOf(port: number, zone: string): Promise<string> {
  const response = await askRaw(port, buildQuery({ name: zone, type: 'SOA' }), { timeoutMs: 500 });
  return response === undefined ? 'silence' : (rcodes[(response[3] as number) & 15] ?? 'other');
}
