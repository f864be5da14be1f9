import { describe, expect, it } from 'vitest';
import { planTransfer, type TransferFacts } from '../../../../src/transfer/out/plan-transfer.ts';
import { estimateZoneOctets } from '../../../../src/transfer/out/zone-octets.ts';
import { Type } from '../../../../src/wire/codes.ts';
import { record } from '../../store/zone-fixture.ts';
import { soaRecordData, transferZone } from './transfer-fixture.ts';

const changes = { octets: 500, next: () => undefined };
const facts: TransferFacts = {
  isIxfr: true,
  clientSerial: 5,
  serial: 7,
  findChanges: () => changes,
  zoneOctets: () => 1000,
  maxIxfrRatio: 100,
};

describe('planTransfer', () => {
  it.each<[string, Partial<TransferFacts>, unknown]>([
    ['AXFR', { isIxfr: false }, { kind: 'axfr' }],
    ['no serial', { clientSerial: -1 }, { kind: 'formErr' }],
    ['the same serial', { clientSerial: 7 }, { kind: 'upToDate' }],
    ['a newer one', { clientSerial: 8 }, { kind: 'upToDate' }],
    ['a newer one beyond the end of numbers', { clientSerial: 3, serial: 0xffff_fff0 }, { kind: 'upToDate' }],
    ['an older one beyond the end of numbers', { clientSerial: 0xffff_fff0, serial: 3 }, { kind: 'ixfr', changes }],
    ['one that is as far one way as the other', { clientSerial: 0, serial: 2 ** 31 }, { kind: 'ixfr', changes }],
    ['too old', { findChanges: () => undefined }, { kind: 'axfrStyle', reason: 'notInJournal' }],
    ['as much as is worth it', { maxIxfrRatio: 50 }, { kind: 'ixfr', changes }],
    [
      'more than is worth it',
      { maxIxfrRatio: 49 },
      { kind: 'axfrStyle', reason: 'tooLarge', changeOctets: 500, zoneOctets: 1000 },
    ],
    ['more, and no bound', { maxIxfrRatio: undefined, zoneOctets: () => 1 }, { kind: 'ixfr', changes }],
  ])('%s', (_, some, plan) => {
    expect(planTransfer({ ...facts, ...some })).toEqual(plan);
  });
});

describe('estimateZoneOctets', () => {
  const soa = record('zone.test.', Type.soa, soaRecordData(1));
  const hosts = (count: number) =>
    Array.from({ length: count }, (_, i) =>
      record(`h${1000 + (i % 9000)}.${Math.floor(i / 9000)}.zone.test.`, Type.a, [10, 0, 0, 1]),
    );

  it('is exact for a small zone', () => {
    const { reader, version } = transferZone('zone.test.', [soa, ...hosts(100)]);
    // `h1000.0.zone.test.` has 19 octets in wire format.
    expect(estimateZoneOctets(reader, version)).toBe(11 + 10 + soa.rdataOctets + 100 * (19 + 10 + 4));
  });

  it('is near for a larger one', () => {
    const { reader, version } = transferZone('zone.test.', [soa, ...hosts(20_000)]);
    expect(estimateZoneOctets(reader, version) / (20_000 * 33)).toBeCloseTo(1, 1);
  });
});
