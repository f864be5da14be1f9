/** One question, and its message. */
import { putU16 } from '../../../base/octets.ts';
import { Flag, headerOctets, Type } from '../../../wire/codes.ts';
import { ednsFlagDo, optFixedOctets } from '../../../wire/edns.ts';

/** Why a question is asked. */
export type QuestionKind =
  | 'data'
  | 'no data'
  | 'name error'
  | 'wildcard'
  | 'below a cut'
  | 'below a DNAME'
  | 'alias'
  | 'apex';

export interface CompareQuestion {
  /** Octets in wire format as a latin-1 string, case kept. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly kind: QuestionKind;
}

/** How a question is asked. */
export interface AskedWay {
  readonly overTcp: boolean;
  /** EDNS with DO, else no EDNS. */
  readonly dnssec: boolean;
}

export const askedWays: readonly AskedWay[] = [
  { overTcp: false, dnssec: false },
  { overTcp: false, dnssec: true },
  { overTcp: true, dnssec: false },
  { overTcp: true, dnssec: true },
];

/** What dnsflagday.net/2020 asks clients to say. */
export const udpPayloadOctets = 1232;

/** The message, its id 0, in a buffer of its own. */
export function writeQuestion(question: CompareQuestion, dnssec: boolean, recursionDesired: boolean): Buffer {
  const { name, type, class: questionClass } = question;
  const questionEnd = headerOctets + name.length + 4;
  const out = Buffer.allocUnsafe(questionEnd + (dnssec ? optFixedOctets : 0));
  out.fill(0, 0, headerOctets);
  if (recursionDesired) putU16(out, 2, Flag.rd);
  putU16(out, 4, 1);
  out.write(name, headerOctets, 'latin1');
  putU16(out, questionEnd - 4, type);
  putU16(out, questionEnd - 2, questionClass);
  if (!dnssec) return out;
  putU16(out, 10, 1);
  out.fill(0, questionEnd);
  putU16(out, questionEnd + 1, Type.opt);
  putU16(out, questionEnd + 3, udpPayloadOctets);
  putU16(out, questionEnd + 7, ednsFlagDo);
  return out;
}

/** `example.com. MX, UDP with EDNS and DO` is put together of these. */
export function formatWay({ overTcp, dnssec }: AskedWay): string {
  return `${overTcp ? 'TCP' : 'UDP'} ${dnssec ? 'with EDNS and DO' : 'without EDNS'}`;
}
