import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { readKeptHealth, writeKeptHealth } from '../../../src/control/health/kept-health.ts';
import { readNewZones } from '../../../src/control/named-conf/new-zones-database.ts';
import { checkLmdbFile } from '../../../src/transfer/journal/check-lmdb-file.ts';
import { lmdbOptions } from '../../../src/transfer/journal/lmdb-options.ts';
import { readWords } from '../corpus/read-corpus.ts';
import { concat, mutateBehind, mutateOctets } from '../engine/mutate-octets.ts';
import { encode, textMutator } from '../engine/mutate-text.ts';
import { linear, must, type Target } from '../engine/target.ts';

const nowMs = 1_800_000_000_000;
const words = readWords('health');
const mutateJson = textMutator(words);
/** What a database of these tests has less than. */
const pageOctets = 4096;

/**
 * Files that lie beside the server and may be damaged. The first octet says which: even a database of LMDB, looked at before it is opened
 * (the journal) or read by ourselves (BIND's NZD); odd what health remembers.
 */
export async function createKeptFilesTarget(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'ringzone-fuzz-'));
  const file = join(folder, 'file');
  const zones = new Uint8Array(readFileSync(join(import.meta.dirname, '../../named-conf/new-zones/_default.nzd')));
  const health = [
    {
      writtenMs: nowMs - 1000,
      endpoints: { 'sip-options 192.0.2.11 5060 udp': { state: 1, sinceMs: nowMs - 5000, recoveries: 0 } },
    },
    {
      writtenMs: nowMs,
      endpoints: {},
      drains: [{ name: 'sip1.example.com', port: 5060, untilMs: nowMs + 1000 }, { name: 'b' }],
    },
  ].map((value) => encode(JSON.stringify(value)));
  const database = mutateBehind(1, mutateOctets);
  const json = mutateBehind(1, mutateJson);
  return {
    corpus: [
      concat(Uint8Array.of(0), zones),
      concat(Uint8Array.of(0), await journalOctets(folder)),
      ...health.map((text) => concat(Uint8Array.of(1), text)),
    ],
    mutate: (random, input, other) => (((input[0] ?? 0) & 1) === 0 ? database : json)(random, input, other),
    maxOctets: 80_000,
    allowedSteps: linear(1000, 2),
    expected: ['damaged', 'health', 'no health'],
    run(input) {
      const octets = input.subarray(1);
      writeFileSync(file, octets);
      if (((input[0] ?? 0) & 1) !== 0) return runHealth(file);
      const read = readNewZones(octets);
      must(read === undefined || read.length <= octets.length / 8, 'no more zones than there is room for');
      const damage = checkLmdbFile(file);
      must(damage !== '', 'damage has a name');
      return damage === undefined ? 'good database' : 'damaged';
    },
  };
}

function runHealth(file: string): string {
  const kept = readKeptHealth(file, nowMs);
  writeKeptHealth(file, kept, nowMs);
  const again = readKeptHealth(file, nowMs);
  must(
    again.verdicts.size === kept.verdicts.size && again.drains.length === kept.drains.length,
    'what is kept is read again',
  );
  return kept.verdicts.size + kept.drains.length > 0 ? 'health' : 'no health';
}

/** A small journal: pages of every kind. */
async function journalOctets(folder: string): Promise<Uint8Array> {
  const path = join(folder, 'journal');
  mkdirSync(path);
  const database = open<Buffer, Buffer>(lmdbOptions(path));
  for (let i = 0; i < 40; i++)
    await database.put(Buffer.from(`key ${i}`), Buffer.alloc(i === 7 ? 3 * pageOctets : 200, i));
  await database.close();
  return new Uint8Array(readFileSync(join(path, 'data.mdb')));
}
