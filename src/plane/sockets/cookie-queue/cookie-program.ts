/**
 * Which socket of a group a datagram goes to (SO_ATTACH_REUSEPORT_CBPF): questions with a right server cookie (RFC 9018) to the first ones,
 * which are read before the others, so that a flood with forged senders doesn't get into their way. The kernel runs the program before it
 * queues; the cookie's hash is computed there, so nobody gets into these queues by the looks of his question.
 *
 * The program sees the UDP payload; source address and port by SKF_NET_OFF. What it does not understand goes to the others, and so does a
 * cookie of a secret for which the program has no room: a server looks at all cookies again. A cookie's age is not looked at here.
 */
import { EdnsOption, headerOctets, Type } from '../../../wire/codes.ts';
import { BpfProgram, Label, maxInstructions, Op } from './bpf-program.ts';
import { SipHashProgram, sipHashWords } from './sip-hash-program.ts';

export interface CookieProgramPlan {
  readonly family: 4 | 6;
  /** Sockets for questions with cookies: the first of the group. Then those for all else. */
  readonly cookieSockets: number;
  readonly otherSockets: number;
  /** Of 16 octets each; as many are used as there is room for. */
  readonly secrets: readonly Uint8Array[];
  /** Random, so that nobody can choose the worker that he falls to. */
  readonly seed: number;
}

/** Offsets from here on are from the IP header on. */
const networkOffset = -0x100000;
const sourceAt = { 4: 12, 6: 8 } as const;
const addressOctets = { 4: 4, 6: 16 } as const;
const ipv6HeaderOctets = 40;
/** Names of more labels are not walked to their end: enough for those of reverse zones. */
const maxLabels = 36;
const maxLabelOctets = 63;
/** The COOKIE option may have so many others before it. */
const maxOptions = 4;
/** From the octet that ends the name: itself, type and class; OPT's own. */
const optAt = 5;
const optFixedOctets = 11;
const optionHeaderOctets = 4;
const cookieOctets = 24;
/** From where a name goes on to the end of the shortest message with a cookie. */
const leastBehindName = optAt + optFixedOctets + optionHeaderOctets + cookieOctets;
/** RFC 9018 §4.1: version 1, and octets that are 0. */
const cookieVersion = 0x01000000;
const versionAt = 8;
const hashAt = 16;

/** Scratch memory beside that of the hash. */
const Scratch = { cookie: sipHashWords, end: sipHashWords + 1 } as const;

/** The program as the kernel takes it. */
export function buildCookieProgram(plan: CookieProgramPlan): Uint8Array {
  let secrets = plan.secrets.length;
  let program = buildWith(plan, secrets);
  while (program.length > maxInstructions && secrets > 0) program = buildWith(plan, --secrets);
  return program.toOctets();
}

function buildWith(plan: CookieProgramPlan, secrets: number): BpfProgram {
  const program = new BpfProgram();
  const others = new Label();
  findCookie(program, others);
  for (const secret of plan.secrets.slice(0, secrets)) checkCookie(program, plan, secret);
  program.place(others);
  choose(program, plan, plan.cookieSockets, plan.otherSockets);
  return program;
}

/** X, and a word of scratch memory: where the cookie begins. Else on to `others`. */
function findCookie(program: BpfProgram, others: Label): void {
  program.add(Op.loadLength);
  program.jumpUnless(Op.ifAtLeast, headerOctets + leastBehindName, others);
  program.add(Op.subtract, headerOctets + leastBehindName);
  program.add(Op.store, Scratch.end);
  // One question; neither answer nor authority; something behind.
  program.add(Op.loadHalf, 4);
  program.jumpUnless(Op.ifEqual, 1, others);
  program.add(Op.loadWord, 6);
  program.jumpUnless(Op.ifEqual, 0, others);
  program.add(Op.loadHalf, 10);
  program.jumpUnless(Op.ifAtLeast, 1, others);
  const nameEnds = new Label();
  walkName(program, nameEnds, others);
  program.place(nameEnds);
  program.add(Op.loadOctetBeside, headerOctets + optAt);
  program.jumpUnless(Op.ifEqual, 0, others);
  program.add(Op.loadHalfBeside, headerOctets + optAt + 1);
  program.jumpUnless(Op.ifEqual, Type.opt, others);
  const found = new Label();
  walkOptions(program, found, others);
  program.place(found);
  program.add(Op.loadHalfBeside, optionAt + 2);
  program.jumpUnless(Op.ifEqual, cookieOctets, others);
  program.add(Op.loadWordBeside, cookieAt + versionAt);
  program.jumpUnless(Op.ifEqual, cookieVersion, others);
  program.add(Op.set, 0);
  program.add(Op.addX);
  program.add(Op.store, Scratch.cookie);
}

/** Where an option and a cookie are, from X on. */
const optionAt = headerOctets + optAt + optFixedOctets;
const cookieAt = optionAt + optionHeaderOctets;

/** X: where in the name, from its beginning. */
function walkName(program: BpfProgram, nameEnds: Label, others: Label): void {
  program.add(Op.set, 0);
  program.add(Op.aToX);
  for (let label = 0; label <= maxLabels; label++) {
    program.add(Op.loadOctetBeside, headerOctets);
    program.jumpIf(Op.ifEqual, 0, nameEnds);
    program.jumpIf(Op.ifGreater, maxLabelOctets, others);
    program.add(Op.addX);
    program.add(Op.add, 1);
    advance(program, others);
  }
  program.jump(others);
}

function walkOptions(program: BpfProgram, found: Label, others: Label): void {
  for (let option = 0; option <= maxOptions; option++) {
    program.add(Op.loadHalfBeside, optionAt);
    program.jumpIf(Op.ifEqual, EdnsOption.cookie, found);
    program.add(Op.loadHalfBeside, optionAt + 2);
    program.add(Op.addX);
    program.add(Op.add, optionHeaderOctets);
    advance(program, others);
  }
  program.jump(others);
}

/** X = A, where behind that there is as much as a cookie needs: no load may miss, because that ends the program with 0. */
function advance(program: BpfProgram, others: Label): void {
  program.add(Op.aToX);
  program.add(Op.recall, Scratch.end);
  program.jumpUnless(Op.ifAtLeastX, 0, others);
}

/** Choose one of the first sockets where the cookie is of this secret; else go on behind. */
function checkCookie(program: BpfProgram, plan: CookieProgramPlan, secret: Uint8Array): void {
  const { family } = plan;
  const hash = new SipHashProgram(program, secret);
  const fromCookie = (offset: number) => () => {
    program.add(Op.recallX, Scratch.cookie);
    program.add(Op.loadWordBeside, cookieAt + offset);
    hash.swapOctets();
  };
  const fromAddress = (offset: number) => () => {
    program.add(Op.loadWord, networkOffset + sourceAt[family] + offset);
    hash.swapOctets();
  };
  const constant = (value: number) => () => program.add(Op.set, value);
  hash.block(fromCookie(0), fromCookie(4));
  hash.block(fromCookie(8), fromCookie(12));
  // The last octet of the last block is the length of all.
  const lengthWord = constant((hashAt + addressOctets[family]) << 24);
  if (family === 4) hash.block(fromAddress(0), lengthWord);
  else {
    hash.block(fromAddress(0), fromAddress(4));
    hash.block(fromAddress(8), fromAddress(12));
    hash.block(constant(0), lengthWord);
  }
  const { low, high } = hash.finish();
  const differs = new Label();
  for (const [word, offset] of [
    [low, hashAt],
    [high, hashAt + 4],
  ] as const) {
    fromCookie(offset)();
    program.add(Op.recallX, word);
    program.jumpUnless(Op.ifEqualX, 0, differs);
  }
  choose(program, plan, 0, plan.cookieSockets);
  program.place(differs);
}

/** Give the number of one of `count` sockets from `first` on, by the client's address and port. */
function choose(program: BpfProgram, { family, seed }: CookieProgramPlan, first: number, count: number): void {
  if (count === 1) {
    program.add(Op.give, first);
    return;
  }
  if (family === 4) {
    // The length of the IP header in words.
    program.add(Op.loadOctet, networkOffset);
    program.add(Op.and, 15);
    program.add(Op.shiftLeft, 2);
    program.add(Op.aToX);
    program.add(Op.loadHalfBeside, networkOffset);
  } else program.add(Op.loadHalf, networkOffset + ipv6HeaderOctets);
  program.add(Op.multiply, 0x85ebca6b);
  program.add(Op.aToX);
  program.add(Op.loadWord, networkOffset + sourceAt[family] + addressOctets[family] - 4);
  program.add(Op.xorX);
  program.add(Op.xor, seed);
  program.add(Op.multiply, 0x9e3779b1);
  program.add(Op.shiftRight, 12);
  program.add(Op.modulo, count);
  program.add(Op.add, first);
  program.add(Op.giveA);
}
