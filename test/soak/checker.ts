/** Judges answers by the model, and counts. */
import { type DecodedMessage, decodeMessage } from '../interop/lib/decode-message.ts';
import { formatMessage } from '../interop/lib/format-message.ts';
import type { Exchange } from './clients/udp-client.ts';
import { compareAnswer } from './model/compare-answer.ts';
import { errorAnswer, expectAnswer } from './model/expected-answer.ts';
import type { CheckedZone } from './model/zone-ledger.ts';
import { type AskedQuestion, qtypeOf } from './questions.ts';

export type LoadTransport = 'udp' | 'tcp';

export interface WrongAnswer {
  readonly time: string;
  readonly zone: string;
  readonly question: string;
  readonly reason: string;
  readonly response: string;
}

const errors = { 'not-served': errorAnswer(5), 'not-loaded': errorAnswer(2) };
/** So many are told in full. */
const toldWrong = 50;
const tcpOctets = 65_535;

export class Checker {
  readonly asked = { udp: 0, tcp: 0 };
  readonly answered = { udp: 0, tcp: 0 };
  readonly rcodes: Record<number, number> = {};
  truncated = 0;
  wrong = 0;
  readonly wrongAnswers: WrongAnswer[] = [];
  /** Who is told of each at once. */
  onWrong: ((wrong: WrongAnswer) => void) | undefined;

  /** Whether there was a response at all. */
  take(zone: CheckedZone, question: AskedQuestion, transport: LoadTransport, exchange: Exchange): boolean {
    const { sentMs, receivedMs, response } = exchange;
    this.asked[transport]++;
    if (response === undefined) return false;
    this.answered[transport]++;
    const limitOctets = transport === 'udp' ? question.limitOctets : tcpOctets;
    let message: DecodedMessage;
    try {
      message = decodeMessage(response);
    } catch (error) {
      this.tell(zone, question, String(error), Buffer.from(response).toString('hex'));
      return true;
    }
    this.rcodes[message.rcode] = (this.rcodes[message.rcode] ?? 0) + 1;
    if ((message.flags & 0x200) !== 0) this.truncated++;
    const reason =
      frameProblem(message, question) ?? this.judge(zone, question, message, limitOctets, sentMs, receivedMs);
    if (reason !== undefined) this.tell(zone, question, reason, formatMessage(message));
    return true;
  }

  /** Something that is no answer is not as it should be. */
  tellOther(zone: string, question: string, reason: string): void {
    this.note({ time: new Date().toISOString(), zone, question, reason, response: '' });
  }

  private judge(
    zone: CheckedZone,
    { model }: AskedQuestion,
    message: DecodedMessage,
    limitOctets: number,
    sentMs: number,
    receivedMs: number,
  ): string | undefined {
    const reasons: string[] = [];
    for (const seen of zone.allowed(sentMs, receivedMs)) {
      const expected = typeof seen === 'string' ? errors[seen] : expectAnswer(seen, model);
      const reason = compareAnswer(message, expected, limitOctets);
      if (reason === undefined) {
        if (typeof seen !== 'string') zone.confirm(seen.serial, receivedMs);
        return undefined;
      }
      reasons.push(`${typeof seen === 'string' ? seen : seen.serial}: ${reason}`);
    }
    return `as none of ${reasons.length} versions: ${reasons.slice(-4).join(' | ')}`;
  }

  private tell(zone: CheckedZone, { name, model }: AskedQuestion, reason: string, response: string): void {
    const question = `${name} ${model.type}${model.recursionDesired ? ' +rd' : ''}`;
    this.note({ time: new Date().toISOString(), zone: zone.apex, question, reason, response });
  }

  private note(wrong: WrongAnswer): void {
    this.wrong++;
    if (this.wrongAnswers.length >= toldWrong) return;
    this.wrongAnswers.push(wrong);
    this.onWrong?.(wrong);
  }
}

/** What is the same whatever the zone has: QR, RD, the question in its case, OPT where the client sent one. */
function frameProblem(message: DecodedMessage, asked: AskedQuestion): string | undefined {
  const [question] = message.question;
  if ((message.flags & 0x8000) === 0) return 'QR is not set';
  if (((message.flags & 0x100) !== 0) !== asked.model.recursionDesired) return 'RD is not as asked';
  if (question?.name !== asked.name || question.type !== qtypeOf(asked)) return 'another question';
  if ((message.edns !== undefined) !== asked.hasEdns) return 'OPT is not as asked';
  return undefined;
}
