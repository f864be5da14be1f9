/** Which questions are asked: all that decide where a call goes anew for each call, the others once. */
import { type DnsAnswer, type DnsQuestion, emptyAnswer } from '../../sip/location/dns-answer.ts';
import type { Profile } from '../../sip/profiles/profile.ts';
import type { DnsClient } from './dns-client.ts';

/** How a client asks. */
type AskingWay = Pick<Profile, 'ednsOctets' | 'truncation'>;

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

  /** Nothing was ever answered: the rest would only take its time to fail as well. One may fail, as some networks drop NAPTR. */
  get isUnreachable(): boolean {
    return this.failures > 1 && this.failures === this.questions;
  }

  async ask(question: DnsQuestion, way: AskingWay, call: CallAnswers): Promise<DnsAnswer> {
    const answer = await this.askOnce(question, way, false, call);
    return answer.truncated && way.truncation === 'tcp' ? await this.askOnce(question, way, true, call) : answer;
  }

  private askOnce(question: DnsQuestion, way: AskingWay, overTcp: boolean, call: CallAnswers): Promise<DnsAnswer> {
    const key = `${question.name.toLowerCase()} ${question.type} ${way.ednsOctets ?? 0} ${overTcp}`;
    const known = this.kept.get(key) ?? call.get(key);
    if (known !== undefined) return known;
    const answer = this.askServer(question, way, overTcp);
    if (this.keepsAll || !question.decides) this.kept.set(key, answer);
    else {
      call.set(key, answer);
      // That there is nothing decides nothing: the next owner is asked.
      void answer.then(({ answers, failure, truncated }) => {
        if (answers.length === 0 && failure === undefined && !truncated) this.kept.set(key, answer);
      });
    }
    return answer;
  }

  private async askServer(question: DnsQuestion, { ednsOctets }: AskingWay, overTcp: boolean): Promise<DnsAnswer> {
    if (this.isUnreachable) return { ...emptyAnswer, failure: this.firstFailure };
    this.questions++;
    const answer = await (overTcp
      ? this.client.askOverTcp(question, ednsOctets)
      : this.client.ask(question, ednsOctets));
    if (answer.failure !== undefined) {
      this.failures++;
      this.firstFailure ??= answer.failure;
    }
    return answer;
  }
}
