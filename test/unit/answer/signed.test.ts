/** Signed requests through the answer algorithm (RFC 8945 §5). Digests are judged by another implementation in test/unit/tsig. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Outcome } from '../../../src/answer/outcome.ts';
import { fudgeSeconds } from '../../../src/tsig/sign-response.ts';
import { TsigClient } from '../../../src/tsig/tsig-client.ts';
import { createTsigKey, type TsigKey } from '../../../src/tsig/tsig-key.ts';
import { findTsigRecord, parseTsigRecord, TsigError } from '../../../src/tsig/tsig-record.ts';
import { Flag, Opcode, Rcode, Type } from '../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { decode } from './decode.ts';
import { type Question, questionOctets, Served } from './served.ts';

const nowSeconds = 1_800_000_000;
const key = createTsigKey(wireNameFrom('Query-Key.'), 'hmac-sha256', new Uint8Array(32).fill(7));
const other = createTsigKey(wireNameFrom('other.'), 'hmac-sha512', new Uint8Array(32).fill(8));
const text = `$TTL 60
@ SOA ns hostmaster 1 2 3 4 5
@ NS ns
ns A 192.0.2.1
many TXT ${'x'.repeat(200)}
many TXT ${'y'.repeat(200)}
`;

let served: Served;
beforeEach(() => {
  served = new Served([{ apex: 'example.test.', text }], { keys: [other, key] });
  served.answerer.nowSeconds = nowSeconds;
});

function ask(question: Question, with_: { key?: TsigKey; signedAt?: number } = {}) {
  const message = questionOctets(question);
  const client = new TsigClient(with_.key ?? key);
  const out = new Uint8Array(message.length + client.reserveOctets);
  out.set(message);
  client.signRequest(out, 0, message.length, with_.signedAt ?? nowSeconds);
  const response = served.answerOctets(out, question.tcp);
  const tsigAt = findTsigRecord(response, 0, response.length);
  return {
    response,
    message: decode(response),
    check: client.verify(response, 0, response.length, nowSeconds),
    tsig: parseTsigRecord(response, 0, response.length, tsigAt),
  };
}

describe('a signed question', () => {
  it('gets a signed answer', () => {
    const { message, check } = ask({ qname: 'ns.example.test.', qtype: Type.a, edns: 1232 });
    expect(check).toBe('ok');
    expect(message.rcode).toBe(Rcode.noError);
    expect(message.answer).toHaveLength(1);
    expect(served.answerer.verdict).toMatchObject({ status: 'ok', keyNumber: 1 });
  });

  it('does not leave its signature to the next, unsigned one', () => {
    ask({ qname: 'ns.example.test.', qtype: Type.a });
    const response = served.answerOctets(questionOctets({ qname: 'ns.example.test.', qtype: Type.a }));
    expect(findTsigRecord(response, 0, response.length)).toBe(-1);
    expect(served.answerer.verdict).toBeUndefined();
  });

  it('gets errors signed as well', () => {
    const { message, check } = ask({ qname: 'elsewhere.test.', qtype: Type.a });
    expect(check).toBe('ok');
    expect(message.rcode).toBe(Rcode.refused);
  });

  it('keeps room for the signature in the limit', () => {
    // Without a signature the two strings just fit into 512 octets.
    expect(served.ask({ qname: 'many.example.test.', qtype: Type.txt }).message.flags & Flag.tc).toBe(0);
    const { response, message, check } = ask({ qname: 'many.example.test.', qtype: Type.txt });
    expect(response.length).toBeLessThanOrEqual(512);
    expect(message.flags & Flag.tc).toBe(Flag.tc);
    expect(check).toBe('ok');
    expect(ask({ qname: 'many.example.test.', qtype: Type.txt, tcp: true }).message.flags & Flag.tc).toBe(0);
  });
});

describe('a wrong signature gets NOTAUTH and no answer (RFC 8945 §5.2)', () => {
  const question: Question = { qname: 'ns.example.test.', qtype: Type.a };

  it.each([
    ['an unknown key', createTsigKey(wireNameFrom('none.'), 'hmac-sha256', key.secret), TsigError.badKey],
    ['a wrong secret', createTsigKey(key.name, 'hmac-sha256', new Uint8Array(32)), TsigError.badSig],
  ])('%s', (_, wrong, error) => {
    const { message, tsig } = ask(question, { key: wrong });
    expect(message.rcode).toBe(Rcode.notAuth);
    expect(message.answer).toHaveLength(0);
    expect(tsig).toMatchObject({ error, mac: new Uint8Array(0) });
    expect(served.answerer.outcome).toBe(Outcome.badSignature);
  });

  it('another time', () => {
    const { message, tsig, check } = ask(question, { signedAt: nowSeconds - fudgeSeconds - 1 });
    expect(message.rcode).toBe(Rcode.notAuth);
    expect(tsig?.error).toBe(TsigError.badTime);
    expect(check).toEqual({ problem: 'the server says BADTIME' });
  });

  it('also for NOTIFY and UPDATE, which are not left to others then', () => {
    for (const opcode of [Opcode.notify, Opcode.update]) {
      const flags = opcode << 11;
      expect(
        ask({ ...question, qtype: Type.soa, flags }, { key: { ...key, secret: other.secret } }).message.rcode,
      ).toBe(Rcode.notAuth);
      expect(served.answerer.outcome).toBe(Outcome.badSignature);
    }
  });
});

it('a malformed TSIG record is FORMERR, without one in the response', () => {
  const message = questionOctets({ qname: 'ns.example.test.', qtype: Type.a });
  const client = new TsigClient(key);
  const out = new Uint8Array(message.length + client.reserveOctets);
  out.set(message);
  client.signRequest(out, 0, message.length, nowSeconds);
  // The MAC's size: one octet more than there is.
  const macSizeAt = findTsigRecord(out, 0, out.length) + key.name.length + 10 + 'hmac-sha256'.length + 2 + 8;
  out[macSizeAt + 1] = (out[macSizeAt + 1] as number) + 1;
  const response = served.answerOctets(out);
  expect(decode(response).rcode).toBe(Rcode.formErr);
  expect(findTsigRecord(response, 0, response.length)).toBe(-1);
});
