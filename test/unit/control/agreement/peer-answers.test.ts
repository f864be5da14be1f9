import { describe, expect, it } from 'vitest';
import { PeerAnswers } from '../../../../src/control/agreement/peer-answers.ts';
import { readAnswer, writeQuestion } from '../../../../src/control/agreement/peer-messages.ts';
import { formatQuestion } from '../../../../src/control/agreement/peer-question.ts';
import { DeferredRequest } from '../../../../src/control/deferred/deferred-request.ts';
import { TapProtocol } from '../../../../src/plane/rings/tap-record.ts';
import { TsigClient } from '../../../../src/tsig/tsig-client.ts';
import { createTsigKey } from '../../../../src/tsig/tsig-key.ts';
import { verifyRequest } from '../../../../src/tsig/verify-request.ts';
import { Rcode } from '../../../../src/wire/codes.ts';
import { nameText, wireNameFrom } from '../../../../src/wire/name.ts';
import { Request } from '../../../../src/wire/request.ts';
import { deferredOf } from '../deferred/deferred-harness.ts';

const key = createTsigKey(wireNameFrom('Peers.'), 'hmac-sha256', new Uint8Array(32).fill(7));
const qname = formatQuestion({ since: undefined, asker: undefined }, 'a1');
const nowSeconds = Math.floor(Date.now() / 1000);

type Said = { readonly texts: readonly string[]; readonly isWhole: boolean } | undefined;

/** Asks once; what was asked of the health thread, and the answer. */
async function take(said: Said, protocol: TapProtocol = TapProtocol.udp, answers?: PeerAnswers) {
  const client = new TsigClient(key);
  const plain = writeQuestion(77, qname);
  const message = new Uint8Array(plain.length + client.reserveOctets);
  message.set(plain);
  client.signRequest(message, 0, plain.length, nowSeconds);
  const parsed = new Request();
  parsed.parse(message, 0, message.length);
  const verdict = verifyRequest([key], message, 0, message.length, parsed.tsigOffset, nowSeconds);
  if (verdict.status !== 'ok') throw new Error(verdict.status);
  const asked: { name: string; keyName: string; room: number }[] = [];
  const health = {
    answerPeer: async (name: Uint8Array, keyName: string, room: number) => {
      asked.push({ name: nameText(name), keyName, room });
      return said;
    },
  };
  let response: Uint8Array | undefined;
  const deferred = deferredOf(message, { verdict, route: { kind: 'worker', number: 1, protocol } });
  const request = new DeferredRequest(deferred, '0x7f00', (octets) => {
    response = octets;
  });
  await (answers ?? new PeerAnswers(health)).take(request);
  if (response === undefined) return { asked, octets: 0, answer: undefined, check: undefined };
  return {
    asked,
    octets: response.length,
    answer: readAnswer(77, qname, response, 0, response.length),
    check: client.verify(response, 0, response.length, nowSeconds),
  };
}

describe('a peer', () => {
  it('gets the texts, signed', async () => {
    const texts = ['ringzone-health 1', 'x'.repeat(255)];
    const { asked, answer, check } = await take({ texts, isWhole: true });
    expect(answer).toEqual({ kind: 'texts', texts });
    expect(check).toBe('ok');
    expect(asked).toMatchObject([{ name: 'a1.0.0.v1.health.ringzone', keyName: 'peers' }]);
  });

  it('is told to come over TCP where not all has room, and goes on from there over TCP', async () => {
    const said = { texts: ['ringzone-health 1'], isWhole: false };
    expect((await take(said)).answer).toEqual({ kind: 'truncated' });
    expect((await take(said, TapProtocol.tcp)).answer).toEqual({ kind: 'texts', texts: said.texts });
  });

  it.each([
    [TapProtocol.udp, 1232],
    [TapProtocol.tcp, 65_535],
  ])('gets no more than has room (protocol %i)', async (protocol, limit) => {
    const [{ room = 0 } = {}] = (await take({ texts: [], isWhole: true }, protocol)).asked;
    // Each text takes 13 octets more.
    const texts = Array.from({ length: Math.floor(room / 100) }, () => 'x'.repeat(87));
    const { octets, answer } = await take({ texts, isWhole: true }, protocol);
    expect(octets).toBeLessThanOrEqual(limit);
    expect(octets).toBeGreaterThan(limit - 100);
    expect(answer).toEqual({ kind: 'texts', texts });
  });

  it('gets SERVFAIL where nobody knows', async () => {
    expect((await take(undefined)).answer).toEqual({ kind: 'rcode', rcode: Rcode.servFail });
  });

  it('is not heard where it asks all the time, and again in the next second', async () => {
    let nowMs = 0;
    const answers = new PeerAnswers({ answerPeer: async () => ({ texts: [], isWhole: true }) }, () => nowMs);
    const ask = async () => (await take(undefined, TapProtocol.udp, answers)).octets > 0;
    for (let i = 0; i < 200; i++) expect(await ask()).toBe(true);
    expect(await ask()).toBe(false);
    nowMs = 1000;
    expect(await ask()).toBe(true);
  });
});
