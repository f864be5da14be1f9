import { makeTransaction } from '../../../src/sip/message-options.ts';
import { findMismatch, parseReplyDatagram, type SipReply } from '../../../src/sip/message-reply.ts';
import { ReplyStream } from '../../../src/sip/message-stream.ts';
import { readFolder, readWords } from '../corpus/read-corpus.ts';
import { concat, mutateBehind } from '../engine/mutate-octets.ts';
import { textMutator } from '../engine/mutate-text.ts';
import { linear, must, type Target } from '../engine/target.ts';

const transaction = makeTransaction('00112233445566778899aabbccddeeff');
const mutate = textMutator([...readWords('sip'), 'x'.repeat(500)]);

/** A SIP server's reply in a datagram. */
export function createSipDatagramTarget(): Target {
  return {
    corpus: readFolder('sip'),
    mutate,
    maxOctets: 10_000,
    allowedSteps: linear(400, 4),
    expected: ['our reply', 'another', 'no reply'],
    run(input) {
      const parsed = parseReplyDatagram(input);
      if (parsed.ok) return judge(parsed.value);
      must(parsed.error !== '' && /^[ -~]+$/.test(parsed.error), 'a problem is a text for people');
      return 'no reply';
    },
  };
}

/** Replies in a stream: the first octet is the length of a chunk, 0 stands for all at once. */
export function createSipStreamTarget(): Target {
  return {
    corpus: readFolder('sip').flatMap((text) => [
      concat(Uint8Array.of(0), text),
      concat(Uint8Array.of(1), text, text),
      concat(Uint8Array.of(50), text, Uint8Array.of(13, 10), text),
    ]),
    mutate: mutateBehind(1, mutate),
    maxOctets: 10_000,
    allowedSteps: linear(600, 30),
    expected: ['reply', 'problem', 'nothing'],
    run(input) {
      const stream = new ReplyStream();
      const whole = new ReplyStream();
      const text = input.slice(1);
      const found = pushAll(stream, text, input[0] ?? 0);
      const expected = whole.push(text);
      // However it is cut, the same comes of it; where a problem ends it, what comes before.
      must(found.length === expected.length, 'as many replies however it is cut');
      // Of what is no reply the problem may be told before all that is wrong is there.
      const replies = (all: typeof found) => JSON.stringify(all.map((one) => (one.ok ? one.value : undefined)));
      must(replies(found) === replies([...expected]), 'the same replies however it is cut');
      const last = found.at(-1);
      for (const one of found) if (one.ok) judge(one.value);
      if (last === undefined) return 'nothing';
      return last.ok ? 'reply' : 'problem';
    },
  };
}

function pushAll(stream: ReplyStream, text: Uint8Array, chunkOctets: number) {
  const found: ReturnType<ReplyStream['push']>[number][] = [];
  const step = chunkOctets === 0 ? Math.max(text.length, 1) : chunkOctets;
  for (let at = 0; at < text.length; at += step) {
    const chunk = text.slice(at, at + step);
    found.push(...stream.push(chunk));
    chunk.fill(0);
    if (found.at(-1)?.ok === false) break;
  }
  return found;
}

function judge(reply: SipReply): string {
  const { status, reason, cseq, method, contentOctets, retryAfterSeconds } = reply;
  must(Number.isInteger(status) && status >= 100 && status <= 699, 'a status has three digits');
  must(/^[ -~]{0,80}$/.test(reason), 'a reason is printable and short');
  must(Number.isSafeInteger(cseq) && method !== '', 'a CSeq has a number and a method');
  must(contentOctets === undefined || Number.isSafeInteger(contentOctets), 'a length is a number');
  must(retryAfterSeconds === undefined || Number.isSafeInteger(retryAfterSeconds), 'seconds are a number');
  return findMismatch(reply, transaction) === undefined ? 'our reply' : 'another';
}
