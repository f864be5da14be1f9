/** Which serial a primary has: over UDP, then over TCP where that did not do (BIND: try-tcp-refresh). */
import { randomInt } from 'node:crypto';
import type { Result } from '../../base/result.ts';
import {
  maxSoaQuestionOctets,
  readSoaAnswer,
  type SoaAnswer,
  type SoaQuestion,
  writeSoaQuestion,
} from '../../transfer/in/soa-question.ts';
import { TsigClient } from '../../tsig/tsig-client.ts';
import type { TsigKey } from '../../tsig/tsig-key.ts';
import { Rcode } from '../../wire/codes.ts';
import type { WireName } from '../../wire/name.ts';
import type { Remote } from '../config/config.ts';
import { type Ask, askDatagram, askStream, timedOut } from './ask.ts';
import { verifierOf } from './tsig-verifier.ts';

export interface SoaTimeouts {
  readonly datagramTries: number;
  readonly datagramMs: number;
  readonly streamMs: number;
}

/** As BIND: three times five seconds, then once over TCP. */
export const usualSoaTimeouts: SoaTimeouts = { datagramTries: 3, datagramMs: 5000, streamMs: 15_000 };

/** What asking came to; the error is why no answer came at all, in BIND's words. */
export type SoaResult = Result<Exclude<SoaAnswer, { kind: 'other' } | { kind: 'truncated' }>, string>;

export interface SoaTarget {
  readonly remote: Remote;
  readonly key: TsigKey | undefined;
  readonly apex: WireName;
  readonly zoneClass: number;
}

export async function askSoa(target: SoaTarget, timeouts: SoaTimeouts, signal: AbortSignal): Promise<SoaResult> {
  const result = await askOnce(target, true, timeouts, signal);
  const isEdnsUnknown = result.ok && result.value.kind === 'useless' && isAboutEdns(result.value.rcode);
  // RFC 6891 §7: old servers know no OPT.
  return isEdnsUnknown ? await askOnce(target, false, timeouts, signal) : result;
}

function isAboutEdns(rcode: number): boolean {
  return rcode === Rcode.formErr || rcode === Rcode.notImp;
}

async function askOnce(
  target: SoaTarget,
  edns: boolean,
  timeouts: SoaTimeouts,
  signal: AbortSignal,
): Promise<SoaResult> {
  if (target.remote.tls === undefined) {
    const { datagramTries, datagramMs } = timeouts;
    const result = await askDatagram(target.remote, makeAsk(target, edns), datagramTries, datagramMs, signal);
    if (result.ok && result.value.kind !== 'truncated') return result as SoaResult;
    if (!result.ok && result.error !== timedOut) return result;
  }
  const result = await askStream(target.remote, makeAsk(target, edns), timeouts.streamMs, signal);
  return result.ok && result.value.kind === 'truncated'
    ? { ok: false, error: 'truncated over TCP' }
    : (result as SoaResult);
}

/** The signed question and who reads its answers. A new one for each transport: signatures are of one exchange. */
function makeAsk({ apex, zoneClass, key }: SoaTarget, edns: boolean): Ask<SoaAnswer> {
  const question: SoaQuestion = { apex, zoneClass, id: randomInt(0x10000), edns };
  const client = key === undefined ? undefined : new TsigClient(key);
  const out = new Uint8Array(maxSoaQuestionOctets + (client?.reserveOctets ?? 0));
  const plain = writeSoaQuestion(question, out, 0);
  const octets = client?.signRequest(out, 0, plain, nowSeconds()) ?? plain;
  const verifier = client === undefined ? undefined : verifierOf(client, nowSeconds);
  return {
    message: out.subarray(0, octets),
    read: (message, start, end) => {
      const answer = readSoaAnswer(question, message, start, end);
      if (answer.kind === 'other') return undefined;
      const problem = verifier?.verify(message, start, end);
      if (problem === undefined) return answer;
      // Errors often come unsigned; they change nothing here, so they are told all the same.
      const reason = answer.kind === 'useless' ? `${answer.reason} (${problem})` : problem;
      return { kind: 'useless', reason, rcode: answer.kind === 'useless' ? answer.rcode : Rcode.noError };
    },
  };
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
