/**
 * A small answerer for tests of input and output: it sends the question back with QR set. The first label says what else:
 * `throw` throws, `silent` is silent, `big-N` makes a response of N octets, `refused` has that outcome.
 */
import { Outcome, type Transport } from '../../../src/answer/outcome.ts';
import type { QuestionAnswerer } from '../../../src/dataplane/responder.ts';
import type { AnswerSource } from '../../../src/dataplane/worker-context.ts';
import type { AnswerSettings } from '../../../src/plane/answer-settings.ts';
import { Rcode } from '../../../src/wire/codes.ts';
import { Request, RequestStatus } from '../../../src/wire/request.ts';

class EchoAnswerer implements QuestionAnswerer {
  readonly request = new Request();
  outcome: number = Outcome.silent;
  rcode = 0;
  zoneNumber = 7;
  view = 0;
  truncated = false;
  readonly verdict = undefined;
  nowSeconds = 0;
  private settings: AnswerSettings;

  constructor(settings: AnswerSettings) {
    this.settings = settings;
  }

  apply(settings: AnswerSettings): void {
    this.settings = settings;
  }

  answer(
    request: Uint8Array,
    offset: number,
    octets: number,
    _transport: Transport,
    _view: number,
    response: Uint8Array,
    responseOffset: number,
  ): number {
    const status = this.request.parse(request, offset, octets);
    this.outcome = Outcome.silent;
    if (status === RequestStatus.drop) return 0;
    const label = Buffer.from(this.request.qname.subarray(1, 1 + (this.request.qname[0] ?? 0))).toString();
    if (label === 'throw') throw new Error('poison');
    if (label === 'silent') return 0;
    this.outcome = status === RequestStatus.ok ? Outcome.answered : Outcome.formErr;
    this.rcode = status === RequestStatus.ok ? Rcode.noError : Rcode.formErr;
    if (label === 'refused') {
      this.outcome = Outcome.refused;
      this.rcode = Rcode.refused;
    }
    const length = label.startsWith('big-') ? Number(label.slice(4)) : 12 + this.request.qnameOctets + 4;
    response.fill(0, responseOffset, responseOffset + length);
    response.set(
      request.subarray(offset, offset + Math.min(octets, length, 12 + this.request.qnameOctets + 4)),
      responseOffset,
    );
    response[responseOffset + 2] = 0x84;
    response[responseOffset + 3] = this.rcode;
    // Lets a test see which settings are in force.
    response[responseOffset + 7] = this.settings.serverId === 'second' ? 2 : 1;
    return length;
  }
}

/** There are no zones, so there is nothing to announce. */
export function echoSource(): AnswerSource {
  return {
    reader: { enter: () => undefined, leave: () => undefined },
    createAnswerer: (settings) => new EchoAnswerer(settings),
  };
}
