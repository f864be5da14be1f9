/** rrset-order, in answers of all types. */
import { describe, expect, test } from 'vitest';
import { Answerer } from '../../../../src/answer/answerer.ts';
import { Transport } from '../../../../src/answer/outcome.ts';
import { ResponseCache } from '../../../../src/answer/response-cache.ts';
import { Draws } from '../../../../src/base/draws.ts';
import { Client } from '../../../../src/plane/access/client.ts';
import type { RrsetOrderRule } from '../../../../src/plane/answer-settings.ts';
import { Type } from '../../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { type DecodedMessage, decodeMessage } from '../../../interop/lib/decode-message.ts';
import { questionOctets, Served } from '../served.ts';
import { countBy } from './steered.ts';

const text = `$TTL 300
@ SOA ns1 admin 1 3600 600 604800 60
@ NS ns1
@ NS ns2
ns1 A 192.0.2.1
ns2 A 192.0.2.2
w A 192.0.2.11
w A 192.0.2.12
w A 192.0.2.13
m MX 10 mail1
m MX 20 mail2
m MX 30 far.example.
mail1 A 192.0.2.21
mail2 A 192.0.2.22
n NAPTR 1 1 "S" "SIP+D2U" "" _sip._udp
n NAPTR 2 1 "A" "SIP+D2T" "" mail1
_sip._udp SRV 1 1 5060 mail1
_sip._udp SRV 2 1 5060 mail2
*.wild A 192.0.2.31
*.wild A 192.0.2.32
x.wild A 192.0.2.41
x.wild A 192.0.2.42
s A 192.0.2.51
s A 192.0.2.52
s RRSIG A 8 4 300 20300101000000 20200101000000 1 t.test. c2ln
`;

type Rule = Partial<RrsetOrderRule> & Pick<RrsetOrderRule, 'order'>;

/** Asks a server with these rules. */
function asker(rules: readonly Rule[], cached: boolean): (qname: string, qtype: number) => DecodedMessage {
  const rrsetOrder = rules.map((rule) => ({ view: 0, type: Type.any, name: undefined, ...rule }));
  const served = new Served([{ apex: 't.test.', text }], { rrsetOrder, minimalResponses: 'no' });
  const { reader, settings } = served;
  const cache = cached ? new ResponseCache(reader) : undefined;
  const answerer = new Answerer(reader, settings, cache, new Client(), new Draws(Int32Array.of(5, 6, 7, 8)));
  const response = new Uint8Array(65_535);
  return (qname, qtype) => {
    const query = questionOctets({ qname: `${qname}.t.test.`.replace('@.', ''), qtype, edns: 1232, dnssecOk: true });
    reader.enter();
    const octets = answerer.answer(query, 0, query.length, Transport.udp, 0, response, 0);
    reader.leave();
    return decodeMessage(response.slice(0, octets));
  };
}

const dataOf = (records: DecodedMessage['answer'], type: number): string =>
  records
    .filter((record) => record.type === type)
    .map(({ rdataText }) => rdataText.replaceAll('.t.test.', '').replace('192.0.2.', ''))
    .join(',');

describe.each([
  ['with the cache', true],
  ['without the cache', false],
])('%s', (_name, cached) => {
  const orders = (rules: readonly Rule[], qname: string, qtype: number, count: number) => {
    const ask = asker(rules, cached);
    return Array.from({ length: count }, () => dataOf(ask(qname, qtype).answer, qtype));
  };

  test('without a rule, and with fixed, as the zone has them', () => {
    for (const rules of [[], [{ order: 'fixed' } as const]])
      expect(new Set(orders(rules, 'w', Type.a, 40))).toEqual(new Set(['11,12,13']));
  });

  test('cyclic: each begins one later', () => {
    const counts = countBy(orders([{ order: 'cyclic' }], 'w', Type.a, 600), (order) => order);
    expect([...counts.keys()].toSorted()).toEqual(['11,12,13', '12,13,11', '13,11,12']);
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(cached ? 5 : 50);
  });

  test('random: all permutations, each as often', () => {
    const counts = countBy(orders([{ order: 'random' }], 'w', Type.a, 1200), (order) => order);
    expect(counts.size).toBe(6);
    // What comes behind the first stays with an answer that is kept.
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(cached ? 140 : 60);
    const first = countBy(
      [...counts.keys()].flatMap((order) => new Array<string>(counts.get(order) ?? 0).fill(order)),
      (order) => order.slice(0, 2),
    );
    for (const count of first.values()) expect(Math.abs(count - 400)).toBeLessThan(60);
  });

  test('SRV: without regard to priorities, which stay as they are', () => {
    const found = new Set(orders([{ order: 'random' }], '_sip._udp', Type.srv, 60));
    expect(found).toEqual(new Set(['1 1 5060 mail1,2 1 5060 mail2', '2 1 5060 mail2,1 1 5060 mail1']));
  });

  test('a set that is signed', () => {
    expect(new Set(orders([{ order: 'random' }], 's', Type.a, 60))).toEqual(new Set(['51,52', '52,51']));
  });

  test('compressed names, and the addresses in the order of the records', () => {
    const ask = asker([{ order: 'cyclic', type: Type.mx }], cached);
    const pairs = new Set(
      Array.from({ length: 60 }, () => {
        const { answer, additional } = ask('m', Type.mx);
        return `${dataOf(answer, Type.mx)} ${dataOf(additional, Type.a)}`;
      }),
    );
    expect(pairs).toEqual(
      new Set([
        '10 mail1,20 mail2,30 far.example. 21,22,1,2',
        '20 mail2,30 far.example.,10 mail1 22,21,1,2',
        '30 far.example.,10 mail1,20 mail2 21,22,1,2',
      ]),
    );
  });

  test('NAPTR: SRV and addresses that they lead to come along', () => {
    const ask = asker([{ order: 'random', type: Type.naptr }], cached);
    const answers = Array.from({ length: 60 }, () => ask('n', Type.naptr));
    expect(new Set(answers.map(({ answer }) => dataOf(answer, Type.naptr).slice(0, 1)))).toEqual(new Set(['1', '2']));
    for (const { additional } of answers) {
      expect(dataOf(additional, Type.srv)).toBe('1 1 5060 mail1,2 1 5060 mail2');
      expect(dataOf(additional, Type.a)).toBe('21,22,1,2');
    }
  });

  test('NS and their addresses in authority and additional too', () => {
    const ask = asker([{ order: 'random', type: Type.ns }], cached);
    const both = new Set(
      Array.from({ length: 80 }, () => {
        const { authority, additional } = ask('w', Type.a);
        return `${dataOf(authority, Type.ns)} ${dataOf(additional, Type.a)}`;
      }),
    );
    expect(both).toEqual(new Set(['ns1,ns2 1,2', 'ns2,ns1 2,1']));
  });
});

test('the first rule that fits; names, wildcards, views', () => {
  const name = (written: string) => ({ name: wireNameFrom(written) });
  const rules: readonly Rule[] = [
    { order: 'random', view: 1 },
    { order: 'fixed', type: Type.mx },
    { order: 'cyclic', ...name('*.wild.t.test.') },
    { order: 'fixed', ...name('w.t.test.') },
    { order: 'cyclic', ...name('t.test.') },
  ];
  const ask = asker(rules, true);
  const count = (qname: string, qtype: number) =>
    new Set(Array.from({ length: 40 }, () => dataOf(ask(qname, qtype).answer, qtype))).size;
  expect(count('m', Type.mx)).toBe(1);
  expect(count('x.wild', Type.a)).toBe(2);
  expect(count('y.wild', Type.a)).toBe(2);
  expect(count('w', Type.a)).toBe(1);
  expect(count('s', Type.a)).toBe(1);
  expect(count('@', Type.ns)).toBe(2);
});
