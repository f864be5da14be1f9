/** What LMDB would believe of a damaged file, to the end of the process: each of these has ended one. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Journal } from '../../../src/control/journal/journal.ts';
import { checkLmdbFile } from '../../../src/transfer/journal/check-lmdb-file.ts';
import { emptyJournalAt } from '../../../src/transfer/journal/stored-zone.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';

const pageOctets = 4096;
/** Of a meta page, behind its head: the flags of the two trees, the last page, the transaction. */
const At = { freeFlags: 24 + 28, mainFlags: 24 + 76, lastPage: 24 + 120, transaction: 24 + 128 };

let folder: string;
let good: Buffer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-lmdb-'));
  const journal = await Journal.open(folder);
  if (!journal.ok) throw new Error(journal.error);
  const id = { view: 0, class: 1, apex: wireNameFrom('zone.test.') };
  await journal.value.write(journal.value.putZone(id, emptyJournalAt(7)));
  await journal.value.close();
  good = readFileSync(join(folder, 'data.mdb'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The file with other octets in the meta page that counts. */
function problemWith(change: (meta: Buffer) => void): string | undefined {
  const octets = Buffer.from(good);
  const [first, second] = [octets.subarray(0, pageOctets), octets.subarray(pageOctets, 2 * pageOctets)];
  const isSecond = second.readBigUInt64LE(At.transaction) > first.readBigUInt64LE(At.transaction);
  change(isSecond ? second : first);
  const path = join(folder, 'changed.mdb');
  writeFileSync(path, octets);
  return checkLmdbFile(path);
}

describe('a journal file', () => {
  it('as it was written is good', () => {
    expect(problemWith(() => undefined)).toBeUndefined();
  });

  it.each([
    ['free', At.freeFlags],
    ['main', At.mainFlags],
  ])('whose %s tree is of another kind is damaged', (_, at) => {
    expect(problemWith((meta) => meta.writeUInt16LE(4, at))).toBe('a tree has the flags 4');
  });

  it('that claims pages beyond what is mapped is damaged', () => {
    const problem = problemWith((meta) => meta.writeBigUInt64LE(2n ** 40n, At.lastPage));
    expect(problem).toBe(`its last page is claimed to be ${2n ** 40n}`);
  });
});
