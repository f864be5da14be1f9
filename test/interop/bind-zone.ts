/** Ask BIND what it makes of records: its text and its octets. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface BindRecord {
  readonly type: string;
  /** As `named-compilezone` prints it, on one line. */
  readonly text: string;
  /** As it lies in BIND's raw zone file. */
  readonly octets: Uint8Array;
}

const program = ['/usr/bin/named-compilezone', '/usr/sbin/named-compilezone'].find(
  (path) => spawnSync(path, ['-h']).error === undefined,
);

export const hasNamedCompilezone: boolean = program !== undefined;

/** Compile a zone of the records, each at an owner of its own, an SOA at the apex; they come back in the order given. */
export function compileRecords(records: readonly { readonly type: string; readonly text: string }[]): BindRecord[] {
  const folder = mkdtempSync(join(tmpdir(), 'ringzone-bind-'));
  try {
    const file = join(folder, 'zone');
    const apexSoa = records.find(({ type }) => type === 'SOA')?.text ?? 'ns h 1 1 1 1 1';
    const owner = (index: number) =>
      records[index]?.type === 'SOA' ? 'example' : `r${String(index).padStart(4, '0')}`;
    const lines = records.map(({ type, text }, index) => (type === 'SOA' ? '' : `${owner(index)} ${type} ${text}`));
    writeFileSync(file, `$TTL 60\n@ SOA ${apexSoa}\n@ NS ns\nns A 192.0.2.53\n${lines.join('\n')}\n`);
    const text = run(['-F', 'text', '-s', 'full', '-o', `${file}.text`, 'example', file], `${file}.text`).toString(
      'latin1',
    );
    const raw = readRawZone(run(['-F', 'raw', '-o', `${file}.raw`, 'example', file], `${file}.raw`));
    const printed = new Map<string, { type: string; text: string }>();
    for (const line of text.split('\n')) {
      const match = /^(r\d+(?=\.example)|example(?=\.\s+60\s+IN\s+SOA))\S*\s+60\s+IN\s+(\S+)\s*(.*)$/.exec(line);
      if (match !== null) printed.set(match[1] as string, { type: match[2] as string, text: match[3] as string });
    }
    return records.map((_, index) => {
      const record = printed.get(owner(index));
      const octets = raw.get(owner(index));
      if (record === undefined || octets === undefined) throw new Error(`BIND lost ${lines[index]}`);
      return { ...record, octets };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const soaType = 6;

function run(options: readonly string[], output: string): Buffer {
  const checksOff = ['-i', 'none', '-k', 'ignore', '-r', 'ignore', '-n', 'ignore', '-m', 'ignore', '-q'];
  const result = spawnSync(program as string, [...checksOff, ...options]);
  if (result.status !== 0) throw new Error(`named-compilezone: ${result.stderr}${result.stdout}${whyRefused(options)}`);
  return readFileSync(output);
}

function whyRefused(options: readonly string[]): string {
  return spawnSync(program as string, ['-i', 'none', '-k', 'ignore', ...options]).stdout.toString('latin1');
}

/**
 * First record of each owner in BIND's raw format, by the owner's first label. (lib/dns/masterdump.c: a head of 24 octets;
 * per set total length, class, type, covered type, TTL, count, owner, then the records; lengths of names and data lead them.)
 */
function readRawZone(file: Buffer): Map<string, Uint8Array> {
  const records = new Map<string, Uint8Array>();
  const headOctets = 24;
  const setHeadOctets = 18;
  for (let at = headOctets; at < file.length; at += file.readUInt32BE(at)) {
    const ownerAt = at + setHeadOctets + 2;
    const ownerOctets = file.readUInt16BE(ownerAt - 2);
    const label = file.toString('latin1', ownerAt + 1, ownerAt + 1 + (file[ownerAt] as number));
    if (label === 'example' && file.readUInt16BE(at + 6) !== soaType) continue;
    const dataAt = ownerAt + ownerOctets + 2;
    records.set(label, Uint8Array.from(file.subarray(dataAt, dataAt + file.readUInt16BE(dataAt - 2))));
  }
  return records;
}
