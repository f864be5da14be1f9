/** Whatever the zone, and however its messages are cut, an AXFR holds exactly the zone, in the case in which it is written. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AxfrWriter } from '../../../src/transfer/out/axfr-writer.ts';
import { Type } from '../../../src/wire/codes.ts';
import { findCollidingLabels } from '../../unit/store/colliding-labels.ts';
import { nsec3Rdata, record, rrsigRdata } from '../../unit/store/zone-fixture.ts';
import {
  exactText,
  nameRdata,
  readMessages,
  recordsOf,
  soaRecordData,
  storedTexts,
  transferZone,
} from '../../unit/transfer/out/transfer-fixture.ts';

const colliding = findCollidingLabels('zone.test.');
/** Among them labels that hold what looks like labels, and like the apex. */
const label = fc.constantFrom(
  'a',
  'B',
  'b',
  'host',
  '*',
  '\\001a',
  'x\\004zone\\004test\\000',
  '\\003foo',
  'foo',
  ...colliding,
);
const labels = fc.array(label, { maxLength: 4 });

function zoneCases(apexText: string) {
  const owner = labels.map(
    (parts) => parts.map((part) => `${part}.`).join('') + (apexText === '.' && parts.length > 0 ? '' : apexText),
  );
  const target = fc.oneof(
    owner,
    fc.constantFrom(
      '.',
      'ns.elsewhere.net.',
      'Ns.Elsewhere.Net.',
      'a.ns.elsewhere.net.',
      'TEST.',
      apexText.toUpperCase(),
    ),
  );
  const data = fc.oneof(
    fc.nat(255).map((n): [number, Uint8Array] => [Type.a, Uint8Array.of(192, 0, 2, n)]),
    fc.uint8Array({ maxLength: 300 }).map((octets): [number, Uint8Array] => [Type.txt, octets]),
    target.map((name): [number, Uint8Array] => [Type.ns, nameRdata([], name)]),
    target.map((name): [number, Uint8Array] => [Type.cname, nameRdata([], name)]),
    target.map((name): [number, Uint8Array] => [Type.mx, nameRdata([0, 10], name)]),
    fc.tuple(target, target).map(([a, b]): [number, Uint8Array] => [Type.minfo, nameRdata([], a, b)]),
    target.map((name): [number, Uint8Array] => [Type.srv, nameRdata([0, 1, 0, 2, 0, 3], name)]),
    fc.nat(2).map((mark): [number, Uint8Array] => [Type.rrsig, Uint8Array.from(rrsigRdata(Type.a, mark))]),
    fc.nat(2).map((mark): [number, Uint8Array] => [Type.nsec3, Uint8Array.from([...nsec3Rdata(1, [mark])])]),
  );
  const ordinary = fc
    .tuple(owner, data, fc.constantFrom(60, 300))
    .map(([name, [type, rdata], ttl]) => record(name, type, rdata, ttl));
  return fc.record({
    soa: fc.nat(2 ** 31).map((serial) => record(apexText, Type.soa, soaRecordData(serial))),
    records: fc.array(ordinary, { maxLength: 60 }),
    roomOctets: fc.integer({ min: 700, max: 20_000 }),
    asked: fc.constantFrom(apexText, apexText.toUpperCase(), apexText.toLowerCase()),
    options: fc.constantFrom(
      undefined,
      { bounds: { mostListed: 0, windowPlaces: 4096, leavesPerStep: 3 } },
      { bounds: { mostListed: 0, windowPlaces: 2 ** 25, leavesPerStep: 3 } },
    ),
  });
}

it.each(['zone.test.', 'Zone.test.', '.'])('%s', (apexText) => {
  fc.assert(
    fc.property(zoneCases(apexText), ({ soa, records, roomOctets, asked, options }) => {
      const { reader, version, head } = transferZone(apexText, [soa, ...records], asked);
      const apexAt = reader.nodeOriginalNameOffset(reader.apexNode(version));
      const apex = reader.octets.slice(apexAt, apexAt + head.apex.length);
      const writer = new AxfrWriter(reader, version, { ...head, apex }, options);
      const messages = readMessages(writer, roomOctets);
      const sent = recordsOf(messages).map(exactText);
      expect(writer.records).toBe(sent.length);
      expect(sent[0]).toMatch(/ 6 /);
      expect(sent.at(-1)).toBe(sent[0]);
      expect(sent.slice(1).toSorted()).toEqual(storedTexts(reader, version).toSorted());
      const again = new AxfrWriter(reader, version, { ...head, apex }, { ...options, places: writer.places });
      expect(recordsOf(readMessages(again, roomOctets)).map(exactText)).toEqual(sent);
      expect(messages.map(({ question }) => question.length)).toEqual(messages.map((_, i) => (i === 0 ? 1 : 0)));
      // What is a name of RFC 1035's types alone is compressed (RFC 3597 §4).
      for (const { type, rdataCompressed } of recordsOf(messages))
        if (type === Type.srv) expect(rdataCompressed).toBe(false);
    }),
    { numRuns: 150 },
  );
});
