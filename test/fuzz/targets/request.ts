import { Request, RequestStatus } from '../../../src/wire/request.ts';
import { loadGolden } from '../../property/answer/fuzz/corpus.ts';
import { mutateMessage } from '../../property/answer/fuzz/mutate.ts';
import { readHex } from '../corpus/read-corpus.ts';
import { either, mutateOctets } from '../engine/mutate-octets.ts';
import { linear, must, type Target } from '../engine/target.ts';

/** The parser of requests: any octets, in the middle of others that it must not look at. */
export function createRequestTarget(): Target {
  const request = new Request();
  const names = new Map<number, string>(Object.entries(RequestStatus).map(([name, status]) => [status, name]));
  const before = 100;
  const around = new Uint8Array(70_000);
  return {
    corpus: [...readHex('messages.txt'), ...loadGolden().questions.map(({ octets }) => octets)],
    mutate: either(mutateMessage, mutateMessage, mutateOctets),
    maxOctets: 4096,
    // A label, a record and an option each take a few calls; the shortest of them is an octet.
    allowedSteps: linear(40, 6),
    expected: ['ok', 'drop', 'formErr', 'notImp', 'badVers', 'deferred'],
    run(input) {
      // Where somebody looks beyond the message all is pointers.
      around.fill(0xc0, 0, before + input.length + 300);
      around.set(input, before);
      const status = request.parse(around, before, input.length);
      const end = before + input.length;
      const outcome = names.get(status);
      must(outcome !== undefined, 'the status is one of the table');
      must(request.steps <= input.length, 'no more labels, records and options than octets');
      must(request.qnameOctets <= 255, 'a name has at most 255 octets');
      must(request.cookieOctets === 0 || request.cookieOffset + request.cookieOctets <= end, 'the cookie is inside');
      must(request.clientSubnetOffset + request.clientSubnetOctets <= end, 'the client subnet is inside');
      must(request.tsigOffset < end, 'the TSIG is inside');
      if (request.hasQuestion) judgeQuestion(request, input);
      return outcome;
    },
  };
}

/** By the octets themselves. */
function judgeQuestion({ qname, qnameOctets, qtype, qclass }: Request, input: Uint8Array): void {
  let at = 12;
  while ((input[at] ?? 0) !== 0) at += 1 + (input[at] as number);
  must(at + 1 - 12 === qnameOctets, 'the name ends where the message has its end');
  for (let i = 0; i < qnameOctets; i++) must(qname[i] === input[12 + i], 'the name is as it was asked');
  const u16 = (from: number) => ((input[from] as number) << 8) | (input[from + 1] as number);
  must(qtype === u16(at + 1) && qclass === u16(at + 3), 'type and class are as they were asked');
}
