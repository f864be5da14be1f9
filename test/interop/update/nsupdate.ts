/** BIND's nsupdate and dig as clients. */
import { spawn } from 'node:child_process';

/** Run a command with this input; resolves to what it prints on both streams. */
export function run(command: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    const take = (data: Buffer) => {
      output += data;
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', reject);
    child.once('close', () => resolve(output));
    // Who ends before it has read all of this, as at an error, has said why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** An update: lines of nsupdate without server, zone and send. */
export type Update = readonly string[];

/** Send updates one after the other; resolves to the RCODE of each. `key`: name and secret, HMAC-SHA256. */
export async function sendUpdates(
  port: number,
  zone: string,
  updates: readonly Update[],
  key: { readonly name: string; readonly secret: string } | undefined,
  options: readonly string[] = [],
): Promise<readonly string[]> {
  const script = [
    `server 127.0.0.1 ${port}`,
    ...updates.flatMap((update) => [`zone ${zone}`, ...update, 'send', 'answer']),
    'quit',
    '',
  ].join('\n');
  const args = [...options, ...(key === undefined ? [] : ['-y', `hmac-sha256:${key.name}:${key.secret}`])];
  const output = await run('nsupdate', args, script);
  return [...output.matchAll(/opcode: UPDATE, status: (\w+)/g)].map(([, status]) => status ?? '');
}

/** All records of the zone by AXFR, sorted, one SOA. */
export async function transfer(
  port: number,
  zone: string,
  key?: { readonly name: string; readonly secret: string },
): Promise<readonly string[]> {
  const signed = key === undefined ? [] : ['-y', `hmac-sha256:${key.name}:${key.secret}`];
  const args = [...signed, '-p', String(port), '@127.0.0.1', zone, 'axfr', '+onesoa', '+noall', '+answer'];
  const output = await run('dig', args);
  const records = output.split('\n').filter((line) => line !== '' && !line.startsWith(';'));
  return records.map((line) => line.replace(/\s+/g, ' ')).sort();
}
