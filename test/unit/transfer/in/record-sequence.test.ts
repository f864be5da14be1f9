import { describe, expect, it } from 'vitest';
import { putU32 } from '../../../../src/base/octets.ts';
import { RecordSequence, type SequenceRecord } from '../../../../src/transfer/in/record-sequence.ts';
import { Type } from '../../../../src/wire/codes.ts';
import { apex } from './fixtures.ts';

function soa(serial: number): SequenceRecord {
  const rdata = new Uint8Array(22);
  putU32(rdata, 2, serial);
  const common = { owner: apex, ownerOctets: apex.length, type: Type.soa, class: 1, ttlSeconds: 300 };
  return { ...common, rdata, rdataOctets: 22, isSameOwner: false };
}

const nothing = () => undefined;
const noSink = { startZone: nothing, startDelta: nothing, addRecord: nothing, removeRecord: nothing };

/** Take an IXFR of these SOAs; gives the first problem, or whether it is complete. */
function takeSoas(serials: readonly number[]): string | boolean {
  const question = { apex, zoneClass: 1, id: 0, fromSerial: serials[1] };
  const sequence = new RecordSequence(question, noSink);
  for (const serial of serials) {
    const problem = sequence.take(soa(serial));
    if (problem !== undefined) return problem;
  }
  return sequence.isComplete;
}

describe('the serials of differences', () => {
  it('rise to the one of the first SOA, also over the end of the numbers', () => {
    expect(takeSoas([10, 5, 7, 7, 10, 10])).toBe(true);
    expect(takeSoas([3, 2 ** 32 - 2, 1, 1, 3, 3])).toBe(true);
  });

  it.each([
    ['the same one', [10, 5, 5, 5, 10, 10], '5 to 5'],
    ['back and forth', [10, 5, 7, 7, 5, 5, 10, 10], '7 to 5'],
    ['beyond the last one', [10, 5, 12, 12, 10, 10], '5 to 12'],
    ['around the circle', [10, 5, 2 ** 31, 2 ** 31, 3, 3, 10, 10], '5 to 2147483648'],
  ])("%s: they would stand in the journal twice, or in each other's place", (_, serials, step) => {
    expect(takeSoas(serials)).toBe(`FORMERR: IXFR serial did not increase: ${step}`);
  });

  it('are not too many', () => {
    const steps = Array.from({ length: 100_001 }, (_, i) => [5 + i, 6 + i]).flat();
    expect(takeSoas([200_000, ...steps])).toBe('more than 100000 differences');
  });
});
