import { describe, expect, it } from 'vitest';
import { Class, Flag, Type } from '../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { questionPosition, ResponseWriter, Section } from '../../../src/wire/response.ts';
import { decode, lineOf } from './decode.ts';

const address = Uint8Array.of(192, 0, 2, 1);

/** A response with the question `qname A`, begun at `offset` of a larger buffer. */
function begin(qname: string, limit = 512, offset = 7) {
  const response = new ResponseWriter();
  const buffer = new Uint8Array(offset + 65_535);
  response.begin(buffer, offset, limit);
  const name = wireNameFrom(qname);
  response.writeQuestion(name, name.length, Type.a, Class.in);
  const finish = () => {
    const octets = response.finish(0x1234, Flag.qr | Flag.aa);
    return { octets, message: decode(buffer.slice(offset, offset + octets)) };
  };
  return { response, buffer, finish };
}

function writeName(response: ResponseWriter, owner: string, type: number, target: string, prefix = 0, names = 1) {
  const rdata = new Uint8Array([...new Uint8Array(prefix), ...wireNameFrom(target)]);
  return (
    response.writeOwner(wireNameFrom(owner), 0) &&
    response.writeRecord(type, Class.in, 60, rdata, 0, rdata.length, prefix, names)
  );
}

describe('ResponseWriter', () => {
  it('echoes the question in its case and counts each section', () => {
    const { response, finish } = begin('WwW.eXample.');
    expect(response.writeOwnerAt(questionPosition)).toBe(true);
    expect(response.writeRecord(Type.a, Class.in, 300, address, 0, 4, -1, 0)).toBe(true);
    response.section = Section.authority;
    expect(writeName(response, 'example.', Type.ns, 'ns.example.')).toBe(true);
    response.section = Section.additional;
    expect(response.writeOwner(wireNameFrom('ns.example.'), 0)).toBe(true);
    expect(response.writeRecord(Type.a, Class.in, 300, address, 0, 4, -1, 0)).toBe(true);
    const { message } = finish();
    expect(message.id).toBe(0x1234);
    expect(message.flags).toBe(Flag.qr | Flag.aa);
    expect(message.question).toEqual({ name: 'WwW.eXample.', type: 1, class: 1 });
    expect(message.answer.map(lineOf)).toEqual(['WwW.eXample. 300 A 192.0.2.1']);
    expect(message.authority.map(lineOf)).toEqual(['eXample. 60 NS ns.eXample.']);
    expect(message.additional.map(lineOf)).toEqual(['ns.eXample. 300 A 192.0.2.1']);
  });

  it('compresses with the longest suffix, whatever its case', () => {
    const { response, finish } = begin('a.b.example.');
    const before = response.position();
    expect(writeName(response, 'A.B.EXAMPLE.', Type.cname, 'c.b.Example.')).toBe(true);
    // A pointer of 2, 10 fixed octets, the label "c" and a pointer.
    expect(response.position() - before).toBe(2 + 10 + 2 + 2);
    expect(finish().message.answer.map(lineOf)).toEqual(['a.b.example. 60 CNAME c.b.example.']);
  });

  it('leaves names uncompressed where the type is newer than RFC 1035, and lets owners point at them', () => {
    const { response, finish } = begin('example.');
    const srv = Uint8Array.of(0, 1, 0, 2, 0x13, 0xc4, ...wireNameFrom('Sip1.example.'));
    response.writeOwnerAt(questionPosition);
    expect(response.writeRecord(Type.srv, Class.in, 60, srv, 0, srv.length, -1, 0)).toBe(true);
    const target = response.rdataPosition + 6;
    response.section = Section.additional;
    const before = response.position();
    expect(response.writeOwnerAt(target)).toBe(true);
    expect(response.writeRecord(Type.a, Class.in, 60, address, 0, 4, -1, 0)).toBe(true);
    expect(response.position() - before).toBe(2 + 10 + 4);
    const { message } = finish();
    // The decoder refuses compressed SRV targets.
    expect(message.answer.map(lineOf)).toEqual(['example. 60 SRV 1 2 5060 Sip1.example.']);
    expect(message.additional.map(lineOf)).toEqual(['Sip1.example. 60 A 192.0.2.1']);
  });

  it('points at the name itself where an owner stands as a pointer', () => {
    const { response, finish } = begin('example.');
    expect(writeName(response, 'ns.example.', Type.ns, 'example.')).toBe(true);
    const pointer = response.rdataPosition;
    expect(response.writeOwnerAt(pointer)).toBe(true);
    expect(response.writeRecord(Type.a, Class.in, 60, address, 0, 4, -1, 0)).toBe(true);
    expect(response.octets[response.at - 16]).toBe(0xc0);
    expect(response.octets[response.at - 15]).toBe(questionPosition);
    expect(finish().message.answer.map(lineOf)[1]).toBe('example. 60 A 192.0.2.1');
  });

  it('writes the root as it is', () => {
    const { response, finish } = begin('.');
    expect(response.writeOwnerAt(questionPosition)).toBe(true);
    expect(response.writeRecord(Type.ns, Class.in, 60, wireNameFrom('a.root.'), 0, 8, 0, 1)).toBe(true);
    expect(writeName(response, '.', Type.ns, '.')).toBe(true);
    expect(finish().message.answer.map(lineOf)).toEqual(['. 60 NS a.root.', '. 60 NS .']);
  });

  it('compresses two names behind a prefix and copies what follows', () => {
    const { response, finish } = begin('example.');
    const numbers = Uint8Array.from({ length: 20 }, (_, i) => (i % 4 === 3 ? i : 0));
    const soa = new Uint8Array([...wireNameFrom('ns.example.'), ...wireNameFrom('root.ns.example.'), ...numbers]);
    response.writeOwnerAt(questionPosition);
    expect(response.writeRecord(Type.soa, Class.in, 60, soa, 0, soa.length, 0, 2)).toBe(true);
    expect(finish().message.answer.map(lineOf)).toEqual(['example. 60 SOA ns.example. root.ns.example. 3 7 11 15 19']);
  });

  it('refuses what passes the limit and forgets its names on rollback', () => {
    const { response, finish } = begin('example.', 80);
    const position = response.position();
    expect(writeName(response, 'long.label.of.another.zone.', Type.ns, 'example.')).toBe(true);
    expect(writeName(response, 'example.', Type.ns, 'yet.another.name.')).toBe(false);
    response.rollback(position, 0);
    expect(response.position()).toBe(position);
    // Had the name stayed in the table, this would point into what was taken back.
    expect(writeName(response, 'example.', Type.ns, 'another.zone.')).toBe(true);
    expect(finish().message.answer.map(lineOf)).toEqual(['example. 60 NS another.zone.']);
  });

  it('writes to the last octet of the limit and not beyond', () => {
    for (let limit = 40; limit < 60; limit++) {
      const { response, buffer, finish } = begin('example.', limit, 3);
      const position = response.position();
      const fits = writeName(response, 'example.', Type.ns, 'ns.example.');
      expect(fits).toBe(limit >= position + 2 + 10 + 5);
      if (!fits) response.rollback(position, 0);
      const { octets } = finish();
      expect(octets).toBeLessThanOrEqual(limit);
      expect(buffer.subarray(3 + limit).every((octet) => octet === 0)).toBe(true);
    }
  });

  it('keeps reserved octets free and gives them back', () => {
    const { response } = begin('example.', 60);
    const room = 60 - response.position();
    expect([response.hasRoom(room), response.hasRoom(room + 1)]).toEqual([true, false]);
    response.reserve(room);
    expect(response.writeOctets(address, 0, 1)).toBe(false);
    response.reserve(-room);
    expect(response.writeOctets(address, 0, 1)).toBe(true);
  });

  it('decodes when names lie beyond the reach of pointers and the table is full', () => {
    const { response, finish } = begin('example.', 65_535);
    let position = response.position();
    while (writeName(response, ownerOf(response.count()), Type.ns, targetOf(response.count())))
      position = response.position();
    const count = response.count();
    response.rollback(position, count);
    expect(count).toBeGreaterThan(1000);
    const { answer } = finish().message;
    expect(answer).toHaveLength(count);
    expect(answer.map(lineOf)).toEqual(Array.from({ length: count }, (_, i) => `${ownerOf(i)} 60 NS ${targetOf(i)}`));
  });

  it('knows and reads a name of the message through its pointers', () => {
    const { response } = begin('b.example.');
    writeName(response, 'a.b.example.', Type.cname, 'c.a.b.example.');
    const position = response.rdataPosition;
    expect(response.isNameAt(position, wireNameFrom('C.a.B.example.'), 0)).toBe(true);
    expect(response.isNameAt(position, wireNameFrom('c.a.b.example.org.'), 0)).toBe(false);
    expect(response.isNameAt(position, wireNameFrom('a.b.example.'), 0)).toBe(false);
    const out = new Uint8Array(255);
    response.readName(position, out);
    expect(out.slice(0, 15)).toEqual(new Uint8Array(wireNameFrom('c.a.b.example.')));
  });

  it('makes no long chains of pointers', () => {
    const { response, buffer, finish } = begin('root.', 4096);
    let name = 'root.';
    for (let i = 0; i < 30; i++) {
      name = `n${i}.${name}`;
      expect(writeName(response, name, Type.ns, name)).toBe(true);
    }
    const start = response.start;
    for (let at = start; at < response.at; at++) {
      let pointers = 0;
      for (let p = at; buffer[p] !== 0 && pointers < 20; ) {
        if ((buffer[p] as number) >= 0xc0) {
          p = start + (((buffer[p] as number) & 0x3f) << 8) + (buffer[p + 1] as number);
          pointers++;
        } else if ((buffer[p] as number) < 64) p += 1 + (buffer[p] as number);
        else break;
      }
      expect(pointers).toBeLessThanOrEqual(9);
    }
    expect(finish().message.answer.at(-1)?.owner).toBe(name);
  });

  it('starts each message with an empty table', () => {
    const { response, buffer } = begin('one.example.');
    writeName(response, 'a.one.example.', Type.ns, 'b.one.example.');
    const name = wireNameFrom('two.test.');
    response.begin(buffer, 0, 512);
    response.writeQuestion(name, name.length, Type.a, Class.in);
    writeName(response, 'a.one.example.', Type.ns, 'two.test.');
    const message = decode(buffer.slice(0, response.finish(1, Flag.qr)));
    expect(message.answer.map(lineOf)).toEqual(['a.one.example. 60 NS two.test.']);
  });
});

function ownerOf(i: number): string {
  return `host${i}.${i % 7}.zone${i}.`;
}

function targetOf(i: number): string {
  return `ns${i}.host${i}.example.`;
}
