import { describe, expect, it } from 'vitest';
import { type Delta, DeltaWriter } from '../../../../src/transfer/journal/delta.ts';
import { BrokenChange, type Changes, IxfrWriter, SoaWriter } from '../../../../src/transfer/out/ixfr-writer.ts';
import { Type } from '../../../../src/wire/codes.ts';
import { record } from '../../store/zone-fixture.ts';
import { exactText, readMessages, recordsOf, soaRecordData, transferZone } from './transfer-fixture.ts';

const soa = (serial: number) => record('Zone.test.', Type.soa, soaRecordData(serial, 'NS1.zone.test.'));
const host = (i: number) => record(`Host${i}.zone.test.`, Type.a, [10, 0, i >> 8, i & 255]);

function deltaOf(serial: number, count: number): Delta {
  const writer = new DeltaWriter();
  writer.removeRecord(soa(serial));
  for (let i = 0; i < count; i++) writer.removeRecord(host(i));
  writer.addRecord(soa(serial + 1));
  for (let i = 0; i < count; i++) writer.addRecord(host(i + serial));
  return writer.finish();
}

function changesOf(...deltas: readonly Delta[]): Changes {
  const left = [...deltas];
  return { next: () => left.shift() };
}

/** Type and serial of SOAs, owner of the others. */
function outline(texts: readonly { type: number; owner: string; rdata: Uint8Array }[]): string[] {
  return texts.map(({ type, owner, rdata }) =>
    type === Type.soa ? `SOA ${Buffer.from(rdata).readUInt32BE(rdata.length - 20)}` : owner,
  );
}

function zone(serial: number) {
  return transferZone('Zone.test.', [soa(serial)]);
}

describe('IxfrWriter', () => {
  it('sends the changes between two SOAs, in their order and case (RFC 1995 §4)', () => {
    const { reader, version, head } = zone(9);
    const writer = new IxfrWriter(reader, version, head, changesOf(deltaOf(7, 1), deltaOf(8, 1)));
    const records = recordsOf(readMessages(writer, 65_535));
    expect(outline(records)).toEqual([
      'SOA 9',
      ...['SOA 7', 'Host0.zone.test.', 'SOA 8', 'Host7.zone.test.'],
      ...['SOA 8', 'Host0.zone.test.', 'SOA 9', 'Host8.zone.test.'],
      'SOA 9',
    ]);
    expect(writer.records).toBe(10);
    const [first] = records;
    expect(first === undefined ? '' : exactText(first)).toContain(Buffer.from('NS1').toString('hex'));
  });

  it('cuts changes of any length into messages', () => {
    const { reader, version, head } = zone(8);
    const messages = readMessages(new IxfrWriter(reader, version, head, changesOf(deltaOf(7, 500))), 700);
    expect(messages.length).toBeGreaterThan(10);
    expect(recordsOf(messages)).toHaveLength(2 + 2 + 1000);
    expect(messages.map(({ question }) => question.length)).toEqual(messages.map((_, i) => Number(i === 0)));
  });

  it.each([
    ['cut short', (octets: Uint8Array) => octets.subarray(0, -1)],
    ['with a length beyond its end', (octets: Uint8Array) => octets.fill(255, 20)],
    ['empty', () => new Uint8Array(0)],
  ])('stops at a change that is %s', (_, damage) => {
    const { reader, version, head } = zone(8);
    const delta = deltaOf(7, 1);
    const writer = new IxfrWriter(reader, version, head, changesOf({ ...delta, octets: damage(delta.octets) }));
    expect(() => readMessages(writer, 65_535)).toThrow(BrokenChange);
  });
});

it('SoaWriter sends the current SOA alone', () => {
  const { reader, version, head } = zone(9);
  const writer = new SoaWriter(reader, version, head);
  expect(outline(recordsOf(readMessages(writer, 65_535)))).toEqual(['SOA 9']);
});
