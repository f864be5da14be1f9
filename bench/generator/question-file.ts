/**
 * The questions that load a server, each with what a right response looks like, packed into one run of octets that the
 * load generator reads from a file and sends from where they lie.
 *
 *     per question   octets of the message u16, rcode u8, answer records u8, octets of the question section u16, the message (id 0)
 */
import { putU16, u16At } from '../../src/base/octets.ts';
import { wireNameFrom } from '../../src/wire/name.ts';

export interface BenchQuestion {
  /** Presentation format, absolute. */
  readonly name: string;
  readonly type: keyof typeof typeCodes;
  /** 0 NOERROR, 3 NXDOMAIN. */
  readonly rcode: 0 | 3;
  /** Records in the answer section, RRSIGs too. */
  readonly answers: number;
}

export const typeCodes = { A: 1, NS: 2, SOA: 6, TXT: 16, AAAA: 28, SRV: 33 } as const;

/** Ahead of each message. */
export const questionHeaderOctets = 6;
/** The OPT record behind it: 1,232 octets, DO set. */
const optDnssecOk = [0, 0, 41, 1232 >>> 8, 1232 & 255, 0, 0, 0x80, 0, 0, 0];
const cookieOctets = 24;
const maxMessageOctets = 12 + 255 + 4 + optDnssecOk.length + 4 + cookieOctets;
/** Two of the same message in one batch would need two ids at once. */
export const minQuestions = 64;

/** Pack them in their order. Fewer than `minQuestions` are repeated. */
export function packQuestions(questions: readonly BenchQuestion[], dnssecOk = false): Uint8Array {
  return pack(questions, dnssecOk ? optDnssecOk : []);
}

/** The same with a COOKIE option of both parts. */
export function packQuestionsWithCookie(questions: readonly BenchQuestion[], cookie: Uint8Array): Uint8Array {
  return pack(questions, [0, 0, 41, 1232 >>> 8, 1232 & 255, 0, 0, 0, 0, 0, 28, 0, 10, 0, cookieOctets, ...cookie]);
}

function pack(questions: readonly BenchQuestion[], opt: readonly number[]): Uint8Array {
  const copies = Math.ceil(minQuestions / questions.length);
  const packed = new Uint8Array(questions.length * copies * (questionHeaderOctets + maxMessageOctets));
  let at = 0;
  for (let copy = 0; copy < copies; copy++) {
    for (const question of questions) at = writeQuestion(packed, at, question, opt);
  }
  return packed.slice(0, at);
}

/** Where each message begins. */
export function findMessages(packed: Uint8Array): Uint32Array {
  const offsets: number[] = [];
  for (let at = 0; at < packed.length; at += questionHeaderOctets + u16At(packed, at)) {
    offsets.push(at + questionHeaderOctets);
  }
  return Uint32Array.from(offsets);
}

function writeQuestion(packed: Uint8Array, at: number, question: BenchQuestion, opt: readonly number[]): number {
  const name = wireNameFrom(question.name);
  const message = at + questionHeaderOctets;
  putU16(packed, message + 4, 1);
  packed.set(name, message + 12);
  const behindName = message + 12 + name.length;
  putU16(packed, behindName, typeCodes[question.type]);
  putU16(packed, behindName + 2, 1);
  if (opt.length > 0) {
    putU16(packed, message + 10, 1);
    packed.set(opt, behindName + 4);
  }
  const end = behindName + 4 + opt.length;
  putU16(packed, at, end - message);
  packed[at + 2] = question.rcode;
  packed[at + 3] = question.answers;
  putU16(packed, at + 4, name.length + 4);
  return end;
}
