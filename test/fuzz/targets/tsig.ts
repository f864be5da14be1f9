import { signResponse, tsigReserveOctets } from '../../../src/tsig/sign-response.ts';
import { TsigClient } from '../../../src/tsig/tsig-client.ts';
import type { TsigKey } from '../../../src/tsig/tsig-key.ts';
import { TsigStreamSigner } from '../../../src/tsig/tsig-stream-signer.ts';
import { verifyRequest } from '../../../src/tsig/verify-request.ts';
import { Request, RequestStatus } from '../../../src/wire/request.ts';
import { buildQuery } from '../../interop/lib/dns-client.ts';
import { mutateMessage } from '../../property/answer/fuzz/mutate.ts';
import { readHex } from '../corpus/read-corpus.ts';
import { concat, either, mutateBehind, mutateOctets } from '../engine/mutate-octets.ts';
import { uncounted } from '../engine/steps.ts';
import { linear, must, type Target } from '../engine/target.ts';
import { keys, nowSeconds } from './answer-world.ts';
import { framed, framesOf, mutateFrames } from './frames.ts';

const question = new Uint8Array(buildQuery({ name: 'www.example.', type: 'A', id: 0x1234 }));

/**
 * Signatures: of a request, whose verdict signs a response, and of the messages of an answer. The first octet: bit 0 says which; of an
 * answer the others say which key and request it belongs to.
 */
export function createTsigTarget(): Target {
  const request = new Request();
  const requests = keys.flatMap((key) =>
    [0, -200, -1000, 1000].map((later) => sign(question, key, nowSeconds + later)),
  );
  const streams = keys.flatMap((key) => [1, 3].map((count) => signedAnswer(key, count)));
  return {
    corpus: [
      ...[...requests, ...readHex('messages.txt')].map((message) => concat(Uint8Array.of(0), message)),
      ...streams.map((stream, i) => concat(Uint8Array.of(1 + 2 * Math.floor(i / 2)), stream)),
      ...readHex('messages.txt').map((message) => concat(Uint8Array.of(1), framed([message]))),
    ],
    mutate: mutateBehind(1, either(mutateMessage, mutateFrames, mutateOctets)),
    maxOctets: 2048,
    allowedSteps: linear(3000, 40),
    expected: ['request ok', 'request failed', 'stream ok', 'stream failed', 'none'],
    run(input) {
      const [how = 0] = input;
      const message = input.slice(1);
      return (how & 1) === 0
        ? runRequest(request, message)
        : runStream(keys[(how >> 1) % keys.length] as TsigKey, message);
    },
  };
}

function runRequest(request: Request, message: Uint8Array): string {
  const status = request.parse(message, 0, message.length);
  if (status === RequestStatus.drop || status === RequestStatus.formErr || request.tsigOffset < 0) return 'none';
  const verdict = verifyRequest(keys, message, 0, message.length, request.tsigOffset, nowSeconds);
  if (verdict.status === 'formErr') return 'request malformed';
  const out = new Uint8Array(512 + tsigReserveOctets(verdict));
  out.set(message.subarray(0, 12));
  out.fill(0, 4, 12);
  out[2] = 0x80;
  const octets = signResponse(verdict, out, 0, 12, nowSeconds);
  must(octets <= 12 + tsigReserveOctets(verdict), 'no more is written than was reserved');
  if (verdict.status === 'ok') {
    // A message with its own octets changed has no right signature: the MAC is over all of them.
    must(verdict.record.mac.length >= 10, 'a MAC has ten octets at least');
    must(Math.abs(verdict.record.timeSigned - nowSeconds) <= verdict.record.fudgeSeconds, 'it was signed lately');
  }
  return `request ${verdict.status}`;
}

function runStream(key: TsigKey, stream: Uint8Array): string {
  const client = new TsigClient(key);
  const out = new Uint8Array(question.length + client.reserveOctets);
  out.set(question);
  uncounted(() => client.signRequest(out, 0, question.length, nowSeconds));
  for (const message of framesOf(stream)) {
    const check = client.verify(message, 0, message.length, nowSeconds);
    if (typeof check === 'string') continue;
    must(check.problem !== '', 'a problem has a text');
    return 'stream failed';
  }
  return client.finish() === 'ok' ? 'stream ok' : 'stream unfinished';
}

function sign(message: Uint8Array, key: TsigKey, atSeconds = nowSeconds): Uint8Array {
  const client = new TsigClient(key);
  const out = new Uint8Array(message.length + client.reserveOctets);
  out.set(message);
  return out.slice(0, client.signRequest(out, 0, message.length, atSeconds));
}

function signedAnswer(key: TsigKey, count: number): Uint8Array {
  const request = sign(question, key);
  const parsed = new Request();
  parsed.parse(request, 0, request.length);
  const verdict = verifyRequest(keys, request, 0, request.length, parsed.tsigOffset, nowSeconds);
  if (verdict.status !== 'ok') throw new Error('our own signature is wrong');
  const signer = new TsigStreamSigner(verdict);
  const answer = Uint8Array.from(question);
  answer[2] = 0x84;
  return framed(
    Array.from({ length: count }, () => {
      const out = new Uint8Array(answer.length + signer.reserveOctets);
      out.set(answer);
      return out.slice(0, signer.sign(out, 0, answer.length, nowSeconds));
    }),
  );
}
