/** An answerer that is given other settings answers as one that was made with them. */
import { describe, expect, it } from 'vitest';
import { Answerer } from '../../../src/answer/answerer.ts';
import { Transport } from '../../../src/answer/outcome.ts';
import { ResponseCache } from '../../../src/answer/response-cache.ts';
import type { AnswerSettings } from '../../../src/plane/answer-settings.ts';
import { ZoneReader } from '../../../src/store/zone-reader.ts';
import { Class, Type } from '../../../src/wire/codes.ts';
import { defaultSettings, type Question, questionOctets, Served } from './served.ts';

const text = `$TTL 300
@ SOA ns root 1 2 3 4 5
@ NS ns
ns A 192.0.2.1
www A 192.0.2.2
www A 192.0.2.3
`;
const www: Question = { qname: 'www.apply.test.', qtype: Type.a };

describe.each<[string, Partial<AnswerSettings>, Question]>([
  ['NSID', { serverId: 'second' }, { ...www, edns: 1232, nsid: true }],
  ['the text of a server', { version: 'second' }, { qname: 'version.bind.', qtype: Type.txt, qclass: Class.ch }],
  ['what is sent over UDP', { ednsUdpOctets: 4096 }, { ...www, edns: 4096 }],
  ['sections that are left out', { minimalResponses: 'no' }, { ...www, flags: 0x100 }],
  ['the same question from the cache', { minimalResponses: 'yes' }, www],
  ['templates', { minimalResponses: 'no', rrsetOrder: [] }, { ...www, edns: 1232 }],
])('%s', (_, changes, question) => {
  const served = new Served([{ apex: 'apply.test.', text }]);
  const message = questionOctets(question);

  function ask(answerer: Answerer, reader: ZoneReader): Uint8Array {
    const response = new Uint8Array(4096);
    reader.enter();
    const octets = answerer.answer(message, 0, message.length, Transport.udp, 0, response, 0);
    reader.leave();
    return response.slice(0, octets);
  }

  it('is as the settings say', () => {
    const reader = new ZoneReader(served.store.arena, 1);
    const settings = { ...defaultSettings, ...changes };
    const answerer = new Answerer(reader, defaultSettings, new ResponseCache(reader));
    // Often enough for cache and templates to have it.
    for (let i = 0; i < 4; i++) ask(answerer, reader);
    answerer.apply(settings);
    const expected = ask(new Answerer(reader, settings), reader);
    for (let i = 0; i < 4; i++) expect(ask(answerer, reader)).toEqual(expected);
    answerer.apply(defaultSettings);
    expect(ask(answerer, reader)).toEqual(ask(new Answerer(reader, defaultSettings), reader));
  });
});
