/** One question to both servers, in each way. */
import { Flag, Type } from '../../wire/codes.ts';
import { minUdpPayloadOctets } from '../../wire/edns.ts';
import type { Verdict } from './answers/verdict.ts';
import {
  type AskedWay,
  askedWays,
  type CompareQuestion,
  udpPayloadOctets,
  writeQuestion,
} from './questions/question.ts';
import type { AskedServer, ServerPair } from './server-pair.ts';

export interface AnswerPair {
  readonly way: AskedWay;
  readonly first: Buffer | undefined;
  readonly second: Buffer | undefined;
  /** `undefined`: one of them has not come, or nothing but TC. */
  readonly verdict: Verdict | undefined;
}

type Judge = (first: Uint8Array, second: Uint8Array, overTcp: boolean) => Verdict;

/** A rate limit that is met now and then has room again soon. */
const mostAttempts = 4;
const pauseMs = 400;
/** After so many answers that were TC alone the limit is in force for good: waiting for it would take all day. */
const limitedAfter = 20;

export class PairQuestioner {
  private readonly pair: ServerPair;
  private readonly recursionDesired: boolean;
  private attempts = mostAttempts;
  private readonly truncated = new Map<AskedServer, number>();

  constructor(pair: ServerPair, recursionDesired: boolean) {
    this.pair = pair;
    this.recursionDesired = recursionDesired;
  }

  /** Give each pair of answers to `take` as it comes. */
  async ask(question: CompareQuestion, judge: Judge, take: (answers: AnswerPair) => void): Promise<void> {
    await Promise.all(askedWays.map(async (way) => take(await this.askWay(question, way, judge))));
  }

  /** How often an answer that would have had room came as TC alone. */
  truncatedBy(server: AskedServer): number {
    return this.truncated.get(server) ?? 0;
  }

  /** Of both over both transports; what they say doesn't matter. */
  async askAnything(name: string, zoneClass: number): Promise<void> {
    const question: CompareQuestion = { name, type: Type.soa, class: zoneClass, kind: 'apex' };
    await Promise.all(askedWays.filter(({ dnssec }) => !dnssec).map((way) => this.askBoth(question, way)));
  }

  private async askWay(question: CompareQuestion, way: AskedWay, judge: Judge): Promise<AnswerPair> {
    for (let attempt = 1; ; attempt++) {
      const [first, second] = await this.askBoth(question, way);
      if (first === undefined || second === undefined) return { way, first, second, verdict: undefined };
      const verdict = judge(first, second, way.overTcp);
      if (way.overTcp || !verdict.differences.includes('truncated')) return { way, first, second, verdict };
      const [isFirstBare, isSecondBare] = await Promise.all([
        this.isBare(this.pair.first, first, question, way),
        this.isBare(this.pair.second, second, question, way),
      ]);
      if (!isFirstBare && !isSecondBare) return { way, first, second, verdict };
      if (attempt >= this.attempts) {
        return {
          way,
          first: isFirstBare ? undefined : first,
          second: isSecondBare ? undefined : second,
          verdict: undefined,
        };
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  /** Whether the answer is TC alone although all of it would have room: a rate limit's, which slips such ones in (BIND's `slip`). */
  private async isBare(
    server: AskedServer,
    message: Buffer,
    question: CompareQuestion,
    { dnssec }: AskedWay,
  ): Promise<boolean> {
    if ((message.readUInt16BE(2) & Flag.tc) === 0 || message.readUInt16BE(6) > 0) return false;
    const whole = await server.ask(writeQuestion(question, dnssec, this.recursionDesired), { overTcp: true });
    if (whole === undefined || whole.length > (dnssec ? udpPayloadOctets : minUdpPayloadOctets)) return false;
    this.truncated.set(server, this.truncatedBy(server) + 1);
    if (this.truncatedBy(server) === limitedAfter) {
      this.attempts = 1;
      server.hurry();
    }
    return true;
  }

  private askBoth(question: CompareQuestion, way: AskedWay): Promise<[Buffer | undefined, Buffer | undefined]> {
    const { first, second } = this.pair;
    const write = () => writeQuestion(question, way.dnssec, this.recursionDesired);
    return Promise.all([first.ask(write(), way), second.ask(write(), way)]);
  }
}
