import { describe, expect, test } from 'vitest';
import { decodeMessage, formatRecord, normalize } from './decode-message.ts';
import { buildQuery } from './dns-client.ts';
import { formatRdata } from './format-rdata.ts';
import { nameToWire } from './names.ts';

/** Messages written down by hand: the decoder judges our own writer and must not be tested with it. */
function octets(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));
}

// RFC 1035 §4.1.4: F.ISI.ARPA, FOO.F.ISI.ARPA and ARPA share their ends.
const compressed = octets(`
  abcd 8400 0001 0002 0000 0001
  01 46 03 495349 04 41525041 00 0001 0001
  03 464f4f c00c 0005 0001 00000e10 0002 c00c
  c00c 0021 0001 0000012c 0008 0000 0028 13c4 c012
  00 0029 04d0 01 00 8000 0004 0003 0000`);

describe('decodeMessage', () => {
  test('follows compression in owners and RDATA', () => {
    const message = decodeMessage(compressed);
    expect(message).toMatchObject({ id: 0xabcd, flags: 0x8400, opcode: 0, rcode: 16 });
    expect(message.question).toEqual([{ name: 'F.ISI.ARPA.', type: 1, class: 1 }]);
    expect(message.answer.map(formatRecord)).toEqual([
      'foo.f.isi.arpa. 3600 IN CNAME f.isi.arpa.',
      'f.isi.arpa. 300 IN SRV 0 40 5060 arpa.',
    ]);
    expect(message.answer.map((record) => record.rdataCompressed)).toEqual([true, true]);
    expect(message.additional).toEqual([]);
    expect(message.edns).toMatchObject({ udpOctets: 1232, version: 0, dnssecOk: true });
    expect(message.edns?.options.map((option) => option.code)).toEqual([3]);
  });

  test.each<[string, Uint8Array]>([
    ['an octet behind the message', Uint8Array.of(...compressed, 0)],
    ['a message cut short', compressed.slice(0, -1)],
    ['a pointer to itself', octets('0000 8000 0001 0000 0000 0000 c00c 0001 0001')],
    ['a pointer forward', octets('0000 8000 0001 0000 0000 0000 c010 0001 0001 00')],
    ['a label type 0x40', octets('0000 8000 0001 0000 0000 0000 41 00 0001 0001')],
    ['RDATA that is longer than its name', octets('0000 8000 0000 0001 0000 0000 00 0005 0001 00000000 0001 0161 00')],
    ['two OPT', octets(`0000 8000 0000 0000 0000 0002 ${'00 0029 0200 00000000 0000'.repeat(2)}`)],
  ])('refuses %s', (_, message) => {
    expect(() => decodeMessage(message)).toThrow();
  });

  test('reads the queries of the client', () => {
    const query = buildQuery({
      name: 'a\\.b.\\000c.',
      type: 'TYPE65280',
      class: 'CH',
      flags: 0x100,
      edns: { version: 1 },
    });
    const message = decodeMessage(query);
    expect(message.question).toEqual([{ name: 'a\\.b.\\000c.', type: 65_280, class: 3 }]);
    expect(message).toMatchObject({ flags: 0x100, edns: { version: 1, udpOctets: 1232, dnssecOk: false } });
  });
});

test('a section is compared as a set, without regard to the case of names', () => {
  const { answer } = decodeMessage(compressed);
  expect(normalize([...answer].reverse())).toEqual(normalize(answer));
  expect(normalize(answer.slice(1))).not.toEqual(normalize(answer));
});

describe('formatRdata, as dig shows it', () => {
  test.each<[number, string, string]>([
    [28, '20010db8 00000000 00000000 00000001', '2001:db8::1'],
    [16, '03 612262 00', '"a\\"b" ""'],
    [1, '01 02', '\\# 2 0102'],
    [48, '0101 03 0d 0102', '257 3 13 AQI='],
    [50, '01 01 000c 04 aabbccdd 02 ffff 00 06 40 00 00 00 00 02', '1 1 12 AABBCCDD VVVG A RRSIG'],
    [65_280, '', '\\# 0'],
  ])('type %i', (type, rdata, text) => expect(formatRdata(type, octets(rdata))).toBe(text));
});

test('names in text and octets', () => {
  expect(nameToWire('.')).toEqual([0]);
  expect(nameToWire('a.\\046b.')).toEqual([1, 0x61, 2, 0x2e, 0x62, 0]);
});
