/** Who may query a zone: refused with EDE 18, through the cache and through aliases alike. */
import { describe, expect, test } from 'vitest';
import { Answerer } from '../../../src/answer/answerer.ts';
import { Outcome, Transport } from '../../../src/answer/outcome.ts';
import { ResponseCache } from '../../../src/answer/response-cache.ts';
import { AccessList, type AccessListTable, defaultAccessTable } from '../../../src/plane/access/access-list-table.ts';
import { ZoneReader } from '../../../src/store/zone-reader.ts';
import { Class, Rcode, Type } from '../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { type DecodedMessage, decode, lineOf } from './decode.ts';
import { questionOctets, Served } from './served.ts';

const soa = '$TTL 300\n@ SOA ns root 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\nwww A 192.0.2.2\n';
const zones = [
  { apex: 'open.test.', text: `${soa}alias CNAME www.inner.test.\nplain CNAME www\nsrv SRV 1 1 1 www.inner.test.\n` },
  { apex: 'inner.test.', text: soa },
];

/** 127.0.0.1 may query, 127.0.0.2 may not. */
const table: AccessListTable = {
  lists: [
    ...defaultAccessTable.lists,
    [{ kind: 'prefix', negated: false, family: 4, octets: Uint8Array.of(127, 0, 0, 1), bits: 32 }],
  ],
};

class Guarded {
  private readonly served = new Served(zones);
  private readonly reader = new ZoneReader(this.served.store.arena, 1);
  readonly answerer = new Answerer(
    this.reader,
    { ...this.served.settings, access: table },
    new ResponseCache(this.reader),
  );
  private readonly response = new Uint8Array(65_535);

  constructor() {
    this.declare(2);
  }

  /** Declare the zones again, the inner one for that list. */
  declare(allowQuery: number): void {
    const keys = zones.map(({ apex }) => ({ view: 0, class: Class.in, apex: wireNameFrom(apex) }));
    const [open, inner] = keys;
    if (open !== undefined && inner !== undefined) this.served.store.declareZones([open, { ...inner, allowQuery }]);
  }

  ask(last: number, qname: string, qtype: number = Type.a, tcp = false): DecodedMessage {
    const message = questionOctets({ qname, qtype, edns: 1232, tcp });
    const { client } = this.answerer;
    client.family = 4;
    client.octets = Uint8Array.of(127, 0, 0, last);
    this.reader.enter();
    const transport = tcp ? Transport.tcp : Transport.udp;
    const octets = this.answerer.answer(message, 0, message.length, transport, 0, this.response, 0);
    this.reader.leave();
    return decode(this.response.slice(0, octets));
  }
}

const rcodeOf = ({ rcode }: DecodedMessage) => rcode;

describe('allow-query', () => {
  test('who may not query gets REFUSED without AA, the question, and EDE 18', () => {
    const guarded = new Guarded();
    const message = guarded.ask(2, 'www.inner.test.');
    expect(rcodeOf(message)).toBe(Rcode.refused);
    expect(message.flags & 0x0400).toBe(0);
    expect(guarded.answerer.outcome).toBe(Outcome.denied);
    expect([message.answer, message.authority]).toEqual([[], []]);
    // Extended DNS error: INFO-CODE 18, Prohibited (RFC 8914 §4.19).
    expect([...(message.opt?.options.get(15) ?? [])].slice(0, 2)).toEqual([0, 18]);
    expect(rcodeOf(guarded.ask(1, 'www.inner.test.'))).toBe(Rcode.noError);
  });

  test('what is in the cache is no way around it', () => {
    const guarded = new Guarded();
    for (let i = 0; i < 4; i++) expect(rcodeOf(guarded.ask(1, 'www.inner.test.'))).toBe(Rcode.noError);
    for (let i = 0; i < 4; i++) expect(rcodeOf(guarded.ask(2, 'www.inner.test.'))).toBe(Rcode.refused);
    for (let i = 0; i < 4; i++) expect(rcodeOf(guarded.ask(1, 'www.inner.test.'))).toBe(Rcode.noError);
  });

  test('nor the other way round: a denial is kept for nobody', () => {
    const guarded = new Guarded();
    for (let i = 0; i < 4; i++) expect(rcodeOf(guarded.ask(2, 'www.inner.test.'))).toBe(Rcode.refused);
    expect(guarded.ask(1, 'www.inner.test.').answer).toHaveLength(1);
  });

  test('an alias into a closed zone is answered as far as the zones are open', () => {
    const guarded = new Guarded();
    for (let i = 0; i < 3; i++) {
      expect(guarded.ask(1, 'alias.open.test.').answer.map(lineOf)).toHaveLength(2);
      const message = guarded.ask(2, 'alias.open.test.');
      expect(rcodeOf(message)).toBe(Rcode.noError);
      expect(message.answer.map(lineOf)).toEqual([expect.stringContaining('CNAME')]);
    }
  });

  test('names that do not exist are not told to strangers', () => {
    const guarded = new Guarded();
    expect(rcodeOf(guarded.ask(2, 'nonesuch.inner.test.'))).toBe(Rcode.refused);
    expect(rcodeOf(guarded.ask(1, 'nonesuch.inner.test.'))).toBe(Rcode.nxDomain);
  });

  test('DS of a closed child is asked of whoever has the parent, ANY and CNAME are no way around', () => {
    const guarded = new Guarded();
    for (const qtype of [Type.ds, Type.any, Type.cname, Type.soa, Type.ns, Type.rrsig]) {
      expect(rcodeOf(guarded.ask(2, 'inner.test.', qtype))).toBe(Rcode.refused);
      expect(rcodeOf(guarded.ask(2, 'inner.test.', qtype, true))).toBe(Rcode.refused);
    }
  });

  test('a zone that is declared with another list follows it at once', () => {
    const guarded = new Guarded();
    for (let i = 0; i < 3; i++) guarded.ask(1, 'www.inner.test.');
    guarded.declare(AccessList.none);
    expect(rcodeOf(guarded.ask(1, 'www.inner.test.'))).toBe(Rcode.refused);
    guarded.declare(AccessList.any);
    for (let i = 0; i < 3; i++) expect(rcodeOf(guarded.ask(2, 'www.inner.test.'))).toBe(Rcode.noError);
    guarded.declare(2);
    expect(rcodeOf(guarded.ask(2, 'www.inner.test.'))).toBe(Rcode.refused);
  });

  test('a list that this thread does not know yet opens nothing', () => {
    const guarded = new Guarded();
    guarded.declare(77);
    expect(rcodeOf(guarded.ask(1, 'www.inner.test.'))).toBe(Rcode.refused);
  });
});
