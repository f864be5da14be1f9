/** Ask NSD what it makes of records. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = ['/usr/sbin/nsd-checkzone', '/usr/bin/nsd-checkzone'].find(
  (path) => spawnSync(path, ['-h']).error === undefined,
);

export const hasNsdCheckzone: boolean = program !== undefined;

/**
 * The RDATA as NSD prints it, for each record an owner of its own; names relative to `example.` and in lower case. Throws with
 * NSD's words when it refuses one.
 */
export function printByNsd(records: readonly { readonly type: string; readonly text: string }[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'ringzone-nsd-'));
  try {
    const file = join(folder, 'zone');
    const lines = records.map(({ type, text }, index) => `r${index} ${type} ${text}`);
    const head = '$ORIGIN example.\n$TTL 60\n@ SOA ns h 1 1 1 1 1\n@ NS ns\nns A 192.0.2.53\n';
    writeFileSync(file, `${head}${lines.join('\n')}\n`);
    const result = spawnSync(program as string, ['-p', 'example', file], { encoding: 'latin1' });
    if (result.status !== 0) throw new Error(`nsd-checkzone: ${result.stderr}`);
    const printed = new Map<string, string>();
    for (const line of result.stdout.split('\n')) {
      const match = /^(r\d+)\t60\tIN\t\S+\t?(.*)$/.exec(line);
      if (match !== null) printed.set(match[1] as string, match[2] as string);
    }
    return lines.map((line, index) => {
      const text = printed.get(`r${index}`);
      if (text === undefined) throw new Error(`NSD lost ${line}`);
      return text;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
