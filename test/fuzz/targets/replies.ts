import { readAnswer } from '../../../src/cli/resolve/read-answer.ts';
import { MessageDecoder } from '../../../src/control/compare/answers/decode-message.ts';
import { readNotifyResponse } from '../../../src/control/notify/notify-message.ts';
import { readSoaAnswer } from '../../../src/transfer/in/soa-question.ts';
import { Class } from '../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { buildQuery } from '../../interop/lib/dns-client.ts';
import { mutateMessage } from '../../property/answer/fuzz/mutate.ts';
import { messages } from '../../unit/transfer/in/fixtures.ts';
import { readHex } from '../corpus/read-corpus.ts';
import { either, mutateOctets } from '../engine/mutate-octets.ts';
import { linear, must, type Target } from '../engine/target.ts';

/** Answers that others give us: to SOA questions and NOTIFY, to `resolve` and to `compare`. */
export function createRepliesTarget(): Target {
  const question = { apex: wireNameFrom('example.'), zoneClass: Class.in, id: 0x1234, edns: true };
  const query = new Uint8Array(buildQuery({ name: 'example.', type: 'SOA', id: 0x1234 }));
  const decoder = new MessageDecoder();
  return {
    corpus: [
      ...readHex('replies.txt'),
      ...['axfr', 'ixfr', 'ixfrCurrent', 'serial5', 'refused'].flatMap((name) => messages(name)),
      ...readHex('messages.txt'),
    ],
    mutate: either(mutateMessage, mutateMessage, mutateOctets),
    maxOctets: 4096,
    allowedSteps: linear(2000, 150),
    expected: ['soa', 'useless', 'other', 'truncated'],
    run(input) {
      const soa = readSoaAnswer(question, input, 0, input.length);
      if (soa.kind === 'useless') must(soa.reason !== '', 'what is useless has a reason');
      const rcode = readNotifyResponse(0x1234, input, 0, input.length);
      must(rcode === undefined || rcode <= 15, 'an RCODE has four bits');
      const answer = readAnswer(input, query, false);
      must(answer.failure !== undefined || answer.octets === input.length, 'an answer has its octets');
      for (const { owner } of [...answer.answers, ...answer.additionals])
        must(/^[ -~]*$/.test(owner), 'names are printable');
      const decoded = decoder.decode(input);
      if ('problem' in decoded) must(decoded.problem !== '', 'what is malformed has a problem');
      return soa.kind;
    },
  };
}
