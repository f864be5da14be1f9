/** Which questions are asked: all that decide where a call goes anew for each call, the others once. */
import type { DnsAnswer, DnsQuestion } from '../../sip/location/dns-answer.ts';
import type { AskingWay, DnsClient } from './dns-client.ts';

/** The answers that one call has been given; all profiles that play the call share them. */
export type CallAnswers = Map<string, Promise<DnsAnswer>>;

export class Answers {
  questions = 0;
  failures = 0;
  /** The first failure's words. */
  firstFailure: string | undefined;
  private readonly client: DnsClient;
  private readonly keepsAll: boolean;
  private readonly kept = new Map<string, Promise<DnsAnswer>>();

  /** `keepsAll`: as a resolver in front of the phones would, within the TTL. */
  constructor(client: DnsClient, keepsAll: boolean) {
    this.client = client;
    this.keepsAll = keepsAll;
  }

  ask(question: DnsQuestion, way: AskingWay, call: CallAnswers): Promise<DnsAnswer> {
    const key = `${question.name.toLowerCase()} ${question.type} ${way.ednsOctets ?? 0} ${way.truncation === 'tcp'}`;
    const known = this.kept.get(key) ?? call.get(key);
    if (known !== undefined) return known;
    const answer = this.askServer(question, way);
    if (this.keepsAll || !question.decides) this.kept.set(key, answer);
    else {
      call.set(key, answer);
      // That there is nothing decides nothing: the next owner is asked.
      void answer.then((settled) => {
        if (settled.answers.length === 0 && settled.failure === undefined && !settled.truncated) this.kept.set(key, answer);
      });
    }
    return answer;
  }

  private async askServer(question: DnsQuestion, way: AskingWay): Promise<DnsAnswer> {
    this.questions++;
    const answer = await this.client.ask(question, way);
    if (answer.failure !== undefined) {
      this.failures++;
      this.firstFailure ??= answer.failure;
    }
    return answer;
  }
}
