import { describe, expect, it } from 'vitest';
import { formatRdata } from '../../../../src/rr/rdata.ts';
import { MessageRecord } from '../../../../src/transfer/in/message-record.ts';
import { formatName } from '../../../../src/wire/name.ts';

const octetsOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

/** `a.example.` at 12, behind a header. */
const head = `${'00'.repeat(12)} 0161 076578616d706c65 00`;
const behindHead = 12 + 11;

/** The one record behind the name at 12, from octets in hexadecimal. */
function readOne(hex: string) {
  const message = octetsOf(`${head} ${hex}`);
  const record = new MessageRecord();
  record.begin(message, 0, message.length);
  const end = record.read(behindHead);
  return { record, end, isWhole: end === message.length };
}

function dataOf(record: MessageRecord): string {
  return formatRdata(record.type, record.rdata, 0, record.rdataOctets);
}

describe('a record of a message', () => {
  it.each([
    ['NS', '0002', 'c00c', 'a.example.'],
    ['MX', '000f', '000a 016d c00e', '10 m.example.'],
    ['SRV', '0021', '0000 0028 13c4 c00c', '0 40 5060 a.example.'],
    ['NAPTR', '0023', '000a 000a 0173 00 00 c00c', '10 10 "s" "" "" a.example.'],
    ['RP', '0011', 'c00c c00e', 'a.example. example.'],
    ['AFSDB', '0012', '0001 c00c', '1 a.example.'],
    ['PX', '001a', '0001 c00c c00e', '1 a.example. example.'],
  ])('has the compressed names of %s whole (RFC 3597 §4)', (_, type, data, text) => {
    const rdlength = (octetsOf(data).length + 0x10000).toString(16).slice(1);
    const { record, isWhole } = readOne(`c00c ${type} 0001 0000012c ${rdlength} ${data}`);
    expect(isWhole).toBe(true);
    expect(formatName(record.owner)).toBe('a.example.');
    expect(dataOf(record)).toBe(text);
  });

  it.each([
    ['DNAME', '0027', '0002 c00c'],
    ['KX', '0024', '0004 0001 c00c'],
    ['SVCB', '0040', '0004 0000 c00c'],
    ['A of three octets', '0001', '0003 c00002'],
    ['AAAA of four', '001c', '0004 c0000201'],
    ['a name that passes the data', '0002', '0001 c00c'],
    ['data behind a name', '0002', '0003 c00c00'],
    ['a pointer forward', '0002', '0002 c0ff'],
    ['a pointer to itself', '0002', '0002 c023'],
    ['a SOA without its numbers', '0006', '0004 c00cc00c'],
    ['a text that is longer than its data', '0010', '0002 0561'],
    ['less data than promised', '0010', '0009 0161'],
  ])('is malformed: %s', (_, type, rest) => {
    expect(readOne(`c00c ${type} 0001 0000012c ${rest}`).end).toBe(-1);
  });

  it('of an unknown type is taken as it is', () => {
    const { record, isWhole } = readOne('c00c ff00 0001 0000012c 0002 c00c');
    expect(isWhole).toBe(true);
    expect([...record.rdata.subarray(0, record.rdataOctets)]).toEqual([0xc0, 0x0c]);
  });

  it('has a TTL of 0 where its highest bit is set (RFC 2181 §8)', () => {
    expect(readOne('c00c 0001 0001 7fffffff 0004 c0000201').record.ttlSeconds).toBe(0x7fffffff);
    expect(readOne('c00c 0001 0001 80000000 0004 c0000201').record.ttlSeconds).toBe(0);
  });

  it('knows that its owner is the one before, and not across messages', () => {
    const a = '0001 0001 0000012c 0004 c0000201';
    const message = octetsOf(`${head} c00c ${a} c00c ${a} c00e ${a} c00e ${a} 0162 c00e ${a} c057 ${a}`);
    const record = new MessageRecord();
    record.begin(message, 0, message.length);
    const seen: string[] = [];
    for (let at = behindHead; at < message.length; ) {
      at = record.read(at);
      expect(at).toBeGreaterThan(0);
      seen.push(`${formatName(record.owner)}${record.isSameOwner ? ' again' : ''}`);
    }
    expect(seen).toEqual([
      'a.example.',
      'a.example. again',
      'example.',
      'example. again',
      'b.example.',
      'b.example. again',
    ]);
    record.begin(message, 0, message.length);
    record.read(behindHead + 5 * 16 + 2);
    expect(record.isSameOwner).toBe(false);
  });
});
