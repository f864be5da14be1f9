/** The decoder of `compare` reads from random messages what dnspython has put into them. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type AnswerRecord, MessageDecoder } from '../../../src/control/compare/answers/decode-message.ts';

const python = '/usr/bin/python3';
const hasDnspython = spawnSync(python, ['-c', 'import dns.message']).status === 0;

interface Made {
  readonly wire: string;
  readonly rcode: number;
  readonly flags: number;
  readonly question: readonly [name: string, type: number];
  readonly edns: readonly [udpOctets: number, dnssecOk: boolean, options: readonly [number, string][]] | null;
  readonly answer: readonly MadeRecord[];
  readonly authority: readonly MadeRecord[];
  readonly additional: readonly MadeRecord[];
}

type MadeRecord = readonly [owner: string, type: number, ttl: number, rdata: string];

const hexOf = (text: string): string => Buffer.from(text, 'latin1').toString('hex');

/** dnspython shuffles the records of a set, and points at names that are the same but for their case. */
function shown(records: readonly MadeRecord[]): string[] {
  return records.map(([owner, type, ttl, rdata]) => `${lower(owner)} ${type} ${ttl} ${lower(rdata)}`).sort();
}

function lower(hex: string): string {
  return hexOf(Buffer.from(hex, 'hex').toString('latin1').toLowerCase());
}

function madeOf({ owner, type, ttlSeconds, rdata }: AnswerRecord): MadeRecord {
  return [hexOf(owner), type, ttlSeconds, hexOf(rdata)];
}

it.skipIf(!hasDnspython)('reads what dnspython writes (skipped where it is not installed)', { timeout: 90_000 }, () => {
  const script = join(import.meta.dirname, 'random-messages.py');
  const run = spawnSync(python, [script, process.env.RINGZONE_SEED ?? '1', '600'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  expect(run.status, run.stderr).toBe(0);
  const decoder = new MessageDecoder();
  const lines = run.stdout.trim().split('\n');
  expect(lines.length).toBe(600);
  for (const line of lines) {
    const made = JSON.parse(line) as Made;
    const message = decoder.decode(Buffer.from(made.wire, 'hex'));
    if ('problem' in message) throw new Error(`${message.problem}: ${made.wire}`);
    expect([message.rcode, message.flags & 0xfff0]).toEqual([made.rcode, made.flags]);
    expect([hexOf(message.question?.name ?? ''), message.question?.type]).toEqual(made.question);
    for (const section of ['answer', 'authority', 'additional'] as const) {
      const records = message[section].map(madeOf);
      expect(shown(records), `${section} of ${made.wire}`).toEqual(shown(made[section]));
    }
    const { edns } = message;
    const options = edns?.options.map(({ code, data }) => [code, Buffer.from(data).toString('hex')]);
    expect(edns === undefined ? null : [edns.udpOctets, edns.dnssecOk, options]).toEqual(made.edns);
  }
});
