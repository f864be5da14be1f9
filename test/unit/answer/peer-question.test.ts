/** Who asks by the health name: peers are left to main, all others learn nothing. */
import { expect, it } from 'vitest';
import { Outcome } from '../../../src/answer/outcome.ts';
import { TsigClient } from '../../../src/tsig/tsig-client.ts';
import { createTsigKey, type TsigKey } from '../../../src/tsig/tsig-key.ts';
import { Class, Rcode, Type } from '../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { decode } from './decode.ts';
import { type Question, questionOctets, Served } from './served.ts';

const nowSeconds = 1_800_000_000;
const peerKey = createTsigKey(wireNameFrom('peers.'), 'hmac-sha256', new Uint8Array(32).fill(7));
const otherKey = createTsigKey(wireNameFrom('transfers.'), 'hmac-sha256', new Uint8Array(32).fill(8));
const zone = {
  apex: '.',
  text: '$TTL 60\n@ SOA ns hostmaster 1 2 3 4 5\n@ NS ns\nhealth.ringzone. TXT "of the zone"\n',
};

function ask(question: Partial<Question>, key?: TsigKey, peerKeys: readonly number[] = [1]) {
  const served = new Served([zone], { keys: [otherKey, peerKey], peerKeys });
  served.answerer.nowSeconds = nowSeconds;
  let message = questionOctets({ qname: 'health.ringzone.', qtype: Type.txt, qclass: Class.ch, ...question });
  if (key !== undefined) {
    const client = new TsigClient(key);
    const signed = new Uint8Array(message.length + client.reserveOctets);
    signed.set(message);
    client.signRequest(signed, 0, message.length, nowSeconds);
    message = signed;
  }
  const response = served.answerOctets(message);
  const rcode = response.length === 0 ? undefined : decode(response).rcode;
  return { outcome: served.answerer.outcome, rcode, count: response.length === 0 ? 0 : decode(response).answer.length };
}

it.each(['health.ringzone.', 'HEALTH.Ringzone.', 'a1.0.0.v1.health.ringzone.'])(
  'leaves a question of a peer to main: %s',
  (qname) => {
    expect(ask({ qname }, peerKey)).toEqual({ outcome: Outcome.deferred, rcode: undefined, count: 0 });
  },
);

it.each([
  ['without a key', {}, undefined],
  ['with a key of something else', {}, otherKey],
  ['of another type', { qtype: Type.a }, peerKey],
  ['of another name', { qname: 'ringzone.' }, peerKey],
  ['of another name of that kind', { qname: 'xhealth.ringzone.' }, peerKey],
] as const)('refuses one %s', (_, question, key) => {
  expect(ask(question, key)).toEqual({ outcome: Outcome.refused, rcode: Rcode.refused, count: 0 });
});

it('refuses all where there are no peers', () => {
  expect(ask({}, peerKey, [])).toMatchObject({ rcode: Rcode.refused });
});

it('refuses a wrong secret, and one that has been signed long ago', () => {
  const wrong = createTsigKey(peerKey.name, 'hmac-sha256', new Uint8Array(32));
  expect(ask({}, wrong)).toMatchObject({ outcome: Outcome.badSignature, rcode: Rcode.notAuth });
});

it('has nothing to do with a name of a zone', () => {
  expect(ask({ qclass: Class.in }, peerKey)).toEqual({ outcome: Outcome.answered, rcode: Rcode.noError, count: 1 });
});
