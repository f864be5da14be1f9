/** What the kernel has dropped because a server's socket had no room, from /proc/net/udp (the last column). */
import { readFileSync } from 'node:fs';

/** 127.0.0.1 as it stands there. */
const loopback = '0100007F';
const inodeField = 9;
const looks = 3;

export function readSocketDrops(port: number): number {
  // The file comes in pieces, between which sockets come and go: now and then a line comes twice, or not at all.
  const drops = new Map<string, number>();
  for (let look = 0; look < looks; look++) {
    for (const [inode, count] of readOnce(port)) drops.set(inode, Math.max(count, drops.get(inode) ?? 0));
  }
  return [...drops.values()].reduce((sum, count) => sum + count, 0);
}

/** By the sockets' inodes. */
function readOnce(port: number): (readonly [string, number])[] {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  return readFileSync('/proc/net/udp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local]) => local === `${loopback}:${hexPort}`)
    .map((fields) => [fields[inodeField] ?? '', Number(fields.at(-1))]);
}
