/** Zones in BIND's own text, one record a line, for comparing them whatever server has them. */
import { spawnSync } from 'node:child_process';
import { findCommand } from '../lib/judge.ts';

/** The records of a master file by BIND's own reader, sorted; the SOA once. */
export function readMasterFile(zone: string, file: string): string[] {
  const command = findCommand('named-compilezone') as string;
  const args = [
    '-f',
    'text',
    '-F',
    'text',
    '-s',
    'full',
    '-i',
    'none',
    '-k',
    'ignore',
    '-n',
    'ignore',
    '-o',
    '-',
    zone,
    file,
  ];
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`named-compilezone: ${stderr || stdout}`);
  return records(stdout).toSorted();
}

/** The same by AXFR from a server on 127.0.0.1. */
export function digZone(port: number, zone: string, ...options: readonly string[]): string[] {
  const lines = digRecords(port, zone, 'AXFR', ...options);
  if (lines.length > 1 && lines[0] !== lines.at(-1)) throw new Error('the SOA does not stand first and last');
  return lines.slice(1).toSorted();
}

/** The records that dig shows, in their order. `type` is AXFR or IXFR=SERIAL. */
export function digRecords(port: number, zone: string, type: string, ...options: readonly string[]): string[] {
  const args = ['@127.0.0.1', '-p', `${port}`, zone, type, '+nocmd', '+nostats', '+nocomments', ...options];
  const { stdout } = spawnSync(findCommand('dig') as string, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return records(stdout).filter((line) => !/ TSIG /.test(line));
}

function records(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '' && !line.startsWith(';'));
}
