/** Ports that only the privileged can open. */
import { readFileSync } from 'node:fs';

/** CAP_NET_BIND_SERVICE of capabilities(7). */
const bindServiceBit = 10n;
const usualFirstFreePort = 1024;

/** Whether this process, as it is now, may open that port. */
export function mayOpenPort(port: number, read: (path: string) => string = readText): boolean {
  return port === 0 || port >= firstFreePort(read) || hasBindService(read);
}

function firstFreePort(read: (path: string) => string): number {
  const text = read('/proc/sys/net/ipv4/ip_unprivileged_port_start').trim();
  return /^\d+$/.test(text) ? Number(text) : usualFirstFreePort;
}

/** Where that can't be told: root may. */
function hasBindService(read: (path: string) => string): boolean {
  const [, effective] = /^CapEff:\s*([0-9a-f]+)$/m.exec(read('/proc/self/status')) ?? [];
  if (effective === undefined) return process.geteuid?.() === 0;
  return ((BigInt(`0x${effective}`) >> bindServiceBit) & 1n) === 1n;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
