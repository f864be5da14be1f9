/** What the kernel tells of a process (proc(5)). */
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessFigures {
  readonly residentOctets: number;
  readonly descriptors: number;
  readonly threads: number;
}

export function readProcess(pid: number): ProcessFigures {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const numberOf = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  return {
    residentOctets: numberOf('VmRSS') * 1024,
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    threads: numberOf('Threads'),
  };
}

/** Datagrams for which the UDP sockets on the port had no room, of this host's IPv4. */
export function countDrops(port: number): number {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/udp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(wanted))
    .reduce((sum, fields) => sum + Number(fields.at(-1)), 0);
}
