import { describe, expect, test } from 'vitest';
import { Request, RequestStatus } from '../../../src/wire/request.ts';

const { ok, drop, formErr, notImp, badVers } = RequestStatus;

/** ftp.rapidtech.phones. */
const name = [3, 0x66, 0x74, 0x70, 9, ...ascii('rapidtech'), 6, ...ascii('phones'), 0];

interface Parts {
  readonly flags?: number;
  readonly counts?: readonly [number, number, number, number];
  readonly qname?: readonly number[];
  readonly qtype?: number;
  readonly qclass?: number;
  /** What stands behind the question. */
  readonly rest?: readonly number[];
}

function message(parts: Parts = {}): Uint8Array {
  const { flags = 0, counts = [1, 0, 0, 0], qname = name, qtype = 1, qclass = 1, rest = [] } = parts;
  return Uint8Array.from([
    ...[0x1234, flags, ...counts].flatMap(u16),
    ...qname,
    ...u16(qtype),
    ...u16(qclass),
    ...rest,
  ]);
}

function withAdditional(...records: readonly (readonly number[])[]): Uint8Array {
  return message({ counts: [1, 0, 0, records.length], rest: records.flat() });
}

function opt(options: readonly number[] = [], { owner = [0], version = 0, flags = 0, size = 1232 } = {}): number[] {
  return [...owner, ...u16(41), ...u16(size), 0, version, ...u16(flags), ...u16(options.length), ...options];
}

function option(code: number, ...data: readonly number[]): number[] {
  return [...u16(code), ...u16(data.length), ...data];
}

function addressRecord(owner: readonly number[] = [1, 0x61, 0]): number[] {
  return [...owner, ...u16(1), ...u16(1), 0, 0, 0, 60, 0, 4, 192, 0, 2, 1];
}

function tsig(tsigClass = 255): number[] {
  return [1, 0x6b, 0, ...u16(250), ...u16(tsigClass), 0, 0, 0, 0, 0, 3, 1, 2, 3];
}

function u16(value: number): number[] {
  return [value >> 8, value & 255];
}

function ascii(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}

function parse(octets: Uint8Array): Request {
  const request = new Request();
  expect(request.parse(octets, 0, octets.length)).toBe(request.status);
  return request;
}

describe('a good query', () => {
  test('gives the header and the question, case as asked', () => {
    const qname = name.map((octet) => (octet === 0x66 ? 0x46 : octet));
    const request = parse(message({ flags: 0x0130, qname, qtype: 33, qclass: 3 }));
    expect(request).toMatchObject({ status: ok, id: 0x1234, flags: 0x0130, opcode: 0, hasQuestion: true });
    expect(request).toMatchObject({ qtype: 33, qclass: 3, qnameOctets: qname.length, hasEdns: false, tsigOffset: -1 });
    expect([...request.qname.slice(0, request.qnameOctets)]).toEqual(qname);
  });

  test('lies anywhere in a buffer, and what surrounds it is not read', () => {
    const octets = withAdditional(opt());
    const around = Uint8Array.of(255, 255, 255, ...octets, 255, 255);
    const request = new Request();
    expect(request.parse(around, 3, octets.length)).toBe(ok);
    expect(request.parse(around, 3, octets.length - 1)).toBe(formErr);
    expect(request.parse(around, 4, octets.length - 1)).not.toBe(ok);
  });

  test('leaves nothing behind for the next', () => {
    const request = new Request();
    const rich = message({
      counts: [1, 0, 0, 2],
      rest: [...opt([...option(3), ...option(10, 1, 2, 3, 4, 5, 6, 7, 8)], { flags: 0x8000 }), ...tsig()],
    });
    expect(request.parse(rich, 0, rich.length)).toBe(ok);
    expect(request).toMatchObject({ hasEdns: true, dnssecOk: true, wantsNsid: true, cookieOctets: 8 });
    expect(request.tsigOffset).toBeGreaterThan(0);
    const plain = message();
    expect(request.parse(plain, 0, plain.length)).toBe(ok);
    expect(request).toMatchObject({
      hasEdns: false,
      dnssecOk: false,
      wantsNsid: false,
      cookieOctets: 0,
      tsigOffset: -1,
    });
    expect(request.udpPayloadOctets).toBe(512);
  });

  test('may have 255 octets of name, records in any section, and octets behind it', () => {
    const longest = [...Array.from({ length: 127 }, () => [1, 0x61]).flat(), 0];
    expect(parse(message({ qname: longest })).qnameOctets).toBe(255);
    const rest = [...addressRecord(), ...addressRecord([0xc0, 12]), ...addressRecord(), ...opt()];
    const request = parse(message({ counts: [1, 1, 1, 2], rest }));
    expect(request).toMatchObject({ status: ok, hasEdns: true, answerCount: 1, authorityCount: 1, additionalCount: 2 });
    expect(request.authorityOffset - request.answerOffset).toBe(addressRecord().length);
    expect(request.additionalOffset - request.authorityOffset).toBe(addressRecord([0xc0, 12]).length);
    expect(parse(message({ rest: [1, 2, 3] })).status).toBe(ok);
  });
});

describe('silence', () => {
  test.each([0, 1, 11])('for %i octets', (octets) => expect(parse(message().slice(0, octets)).status).toBe(drop));
  test('for a response', () => expect(parse(message({ flags: 0x8000 })).status).toBe(drop));
});

describe('FORMERR without a question to echo', () => {
  test.each<[string, Uint8Array]>([
    ['no question (RFC 9619)', message({ counts: [0, 0, 0, 0] })],
    ['two questions (RFC 9619)', message({ counts: [2, 0, 0, 0], rest: [...name, 0, 1, 0, 1] })],
    ['65,535 questions', message({ counts: [0xffff, 0xffff, 0xffff, 0xffff] })],
    ['a header alone', message().slice(0, 12)],
    ['a name cut short', message().slice(0, 18)],
    ['a class cut short', message().slice(0, -1)],
    ['a name of 256 octets', message({ qname: [...Array.from({ length: 127 }, () => [1, 0x61]).flat(), 1, 0x61, 0] })],
    ['a label type 0x40', message({ qname: [0x41, 1, 0] })],
    ['a label type 0x80', message({ qname: [0x81, 1, 0] })],
    ['a pointer to itself', message({ qname: [0xc0, 12] })],
    ['a pointer into the header', message({ qname: [0xc0, 4] })],
    ['a pointer whose low octet is zero', message({ qname: [0xc0, 0] })],
    ['a pointer forward', message({ qname: [0xc0, 40] })],
    ['a label and a pointer to it', message({ qname: [1, 0x61, 0xc0, 12] })],
    ['a pointer cut short', message({ qname: [0xc0] }).slice(0, 13)],
  ])('for %s', (_, octets) => {
    expect(parse(octets)).toMatchObject({ status: formErr, hasQuestion: false, id: 0x1234, qnameOctets: 0 });
  });
});

describe('FORMERR with the question to echo', () => {
  test.each<[string, Uint8Array]>([
    ['an answer that is counted and missing', message({ counts: [1, 1, 0, 0] })],
    ['an additional record that is counted and missing', message({ counts: [1, 0, 0, 1] })],
    ['RDATA cut short', withAdditional(addressRecord()).slice(0, -1)],
    ['an owner that points forward', withAdditional(addressRecord([0xc0, 200]))],
    ['an owner of no label type', withAdditional(addressRecord([0x80, 0]))],
    ['two OPT (RFC 6891 §6.1.1)', withAdditional(opt(), opt())],
    ['OPT with an owner', withAdditional(opt([], { owner: [1, 0x61, 0] }))],
    ['OPT with a pointer to the root', withAdditional(opt([], { owner: [0xc0, 12 + name.length - 1] }))],
    ['OPT as an answer', message({ counts: [1, 1, 0, 0], rest: opt() })],
    ['OPT as authority', message({ counts: [1, 0, 1, 0], rest: opt() })],
    ['an option cut short', withAdditional(opt([0, 3, 0, 9, 1]))],
    ['an option without its length', withAdditional(opt([0, 3, 0]))],
    ['a cookie of 7 octets (RFC 7873 §5.2.2)', withAdditional(opt(option(10, 1, 2, 3, 4, 5, 6, 7)))],
    ['a cookie of 9 octets', withAdditional(opt(option(10, ...new Array(9).fill(1))))],
    ['a cookie of 41 octets', withAdditional(opt(option(10, ...new Array(41).fill(1))))],
    ['a client subnet without a family', withAdditional(opt(option(8, 0)))],
    ['a client subnet of an unknown family', withAdditional(opt(option(8, 0, 9, 24, 0, 192, 0, 2)))],
    ['a client subnet with a scope', withAdditional(opt(option(8, 0, 1, 24, 24, 192, 0, 2)))],
    ['a client subnet with bits beyond its prefix', withAdditional(opt(option(8, 0, 1, 20, 0, 192, 0, 0x1f)))],
    ['a client subnet with too many octets', withAdditional(opt(option(8, 0, 1, 24, 0, 192, 0, 2, 1)))],
    ['a client subnet of 33 bits', withAdditional(opt(option(8, 0, 1, 33, 0, 192, 0, 2, 1, 128)))],
    ['TSIG that is not last (RFC 8945 §5.1)', withAdditional(tsig(), opt())],
    ['TSIG of class IN', withAdditional(tsig(1))],
    ['TSIG as an answer', message({ counts: [1, 1, 0, 0], rest: tsig() })],
    ['a question for OPT', message({ qtype: 41 })],
    ['a question for TSIG', message({ qtype: 250 })],
  ])('for %s', (_, octets) => {
    const request = parse(octets);
    expect(request).toMatchObject({ status: formErr, hasQuestion: true, id: 0x1234 });
    expect([...request.qname.slice(0, request.qnameOctets)]).toEqual(name);
  });
});

test.each([4, 5])('opcode %i is parsed, for others to answer', (opcode) => {
  expect(parse(message({ flags: opcode << 11, qtype: 6 }))).toMatchObject({
    status: RequestStatus.deferred,
    opcode,
    hasQuestion: true,
  });
  expect(parse(message({ flags: opcode << 11, qname: [0xff] })).status).toBe(formErr);
});

describe('NOTIMP', () => {
  test.each([1, 2, 3, 6, 15])('for opcode %i, whatever follows the header', (opcode) => {
    expect(parse(message({ flags: opcode << 11 }))).toMatchObject({ status: notImp, opcode, hasQuestion: false });
    expect(parse(message({ flags: opcode << 11, qname: [0xff] }).slice(0, 14)).status).toBe(notImp);
  });
  // RFC 6891 §6.1.1: an OPT is answered by one. BIND and Knot do so, NSD doesn't.
  test('for an unknown opcode with OPT, which is seen where all else can be read', () => {
    const octets = withAdditional(opt([...option(3)]), tsig());
    octets[2] = 3 << 3;
    expect(parse(octets)).toMatchObject({
      status: notImp,
      hasEdns: true,
      wantsNsid: true,
      hasQuestion: false,
      tsigOffset: -1,
    });
    octets[5] = 2;
    expect(parse(octets)).toMatchObject({ status: notImp, hasEdns: false, wantsNsid: false, hasQuestion: false });
  });
  test.each([253, 254])('for type %i', (qtype) => expect(parse(message({ qtype })).status).toBe(notImp));
});

describe('EDNS', () => {
  test('gives size, DO and options', () => {
    const cookie = [1, 2, 3, 4, 5, 6, 7, 8];
    const subnet = [0, 1, 20, 0, 192, 0, 0x10];
    const octets = withAdditional(
      opt([...option(3), ...option(0x9999, 1, 2), ...option(10, ...cookie), ...option(8, ...subnet)], {
        flags: 0x8000,
        size: 4096,
      }),
    );
    const request = parse(octets);
    expect(request).toMatchObject({ status: ok, hasEdns: true, ednsVersion: 0, dnssecOk: true, wantsNsid: true });
    expect(request.udpPayloadOctets).toBe(4096);
    const { cookieOffset, cookieOctets, clientSubnetOffset, clientSubnetOctets } = request;
    expect([...octets.slice(cookieOffset, cookieOffset + cookieOctets)]).toEqual(cookie);
    expect([...octets.slice(clientSubnetOffset, clientSubnetOffset + clientSubnetOctets)]).toEqual(subnet);
  });

  test.each([0, 511])('takes a size of %i for 512 (RFC 6891 §6.2.3)', (size) => {
    expect(parse(withAdditional(opt([], { size }))).udpPayloadOctets).toBe(512);
  });

  test('takes the first of two cookies (RFC 7873 §5.2)', () => {
    const cookies = [...option(10, ...new Array(8).fill(1)), ...option(10, ...new Array(16).fill(2))];
    const octets = withAdditional(opt(cookies));
    const request = parse(octets);
    expect(request.cookieOctets).toBe(8);
    expect(octets[request.cookieOffset]).toBe(1);
  });

  test.each([[16], [40]])('takes a cookie of %i octets', (length) => {
    expect(parse(withAdditional(opt(option(10, ...new Array(length).fill(1))))).cookieOctets).toBe(length);
  });

  test('of another version gives BADVERS, and its options are not looked at', () => {
    expect(parse(withAdditional(opt([], { version: 1 })))).toMatchObject({
      status: badVers,
      ednsVersion: 1,
      hasEdns: true,
    });
    expect(parse(withAdditional(opt([9, 9, 9], { version: 255 }))).status).toBe(badVers);
  });

  test('may stand before other records', () => {
    expect(parse(withAdditional(opt(), addressRecord())).hasEdns).toBe(true);
    expect(parse(withAdditional(addressRecord(), opt(), tsig())).tsigOffset).toBeGreaterThan(0);
  });
});
