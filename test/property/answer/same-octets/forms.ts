/** Other requests that ask the same: what is drawn here must not change what a cache may give, or only as the algorithm says. */
import type { Random } from '../../../interop/differential/random.ts';
import type { AskedMessage } from './two-answerers.ts';

const headerOctets = 12;
const sizes = [0, 100, 511, 512, 513, 600, 900, 1231, 1232, 1233, 4096, 65_535];

/** What a cache tells apart: clients of one kind ask the same way again and again. */
export interface Manner {
  readonly recursionDesired: boolean;
  readonly edns: 'none' | 'plain' | 'do';
}

export function randomManner(random: Random): Manner {
  return { recursionDesired: random.chance(70), edns: random.pick(['none', 'plain', 'do'] as const) };
}

/**
 * The question of `message` in another request: id, case, header's flags, EDNS with its size and options, transport, view,
 * octets behind it; now and then in another manner. Undefined where the message has no question that can be read.
 */
export function randomForm(random: Random, message: Uint8Array, usual: Manner): AskedMessage | undefined {
  const end = endOfQuestion(message);
  if (end > message.length || message.length < headerOctets) return undefined;
  const head = message.slice(0, end);
  head[0] = random.below(256);
  head[1] = random.below(256);
  const { recursionDesired, edns } = random.chance(85) ? usual : randomManner(random);
  // RD, and of the second octet AD and CD; seldom what no query has: AA, TC, RA, Z.
  head[2] = (recursionDesired ? 1 : 0) | (random.chance(95) ? 0 : 2 * random.below(4));
  head[3] = random.chance(90) ? random.pick([0, 0, 0x10, 0x20, 0x30]) : random.below(256);
  head.set([0, 1, 0, 0, 0, 0, 0, 0], 4);
  if (random.chance(60)) changeCase(random, head, end);
  const opt = edns === 'none' ? noOctets : randomOpt(random, edns === 'do');
  if (opt.length > 0) head[11] = 1;
  const behind = random.chance(8) ? randomOctets(random, random.between(1, 60)) : noOctets;
  const octets = new Uint8Array(Buffer.concat([head, opt, behind]));
  return { octets, tcp: random.chance(15), view: random.chance(8) ? 1 : 0 };
}

const noOctets = new Uint8Array(0);

/** Behind the class of the one question; beyond the message where its name doesn't end. */
function endOfQuestion(message: Uint8Array): number {
  let at = headerOctets;
  while (at < message.length && message[at] !== 0) {
    if ((message[at] as number) > 63) return Number.POSITIVE_INFINITY;
    at += 1 + (message[at] as number);
  }
  return at + 5;
}

function changeCase(random: Random, head: Uint8Array, end: number): void {
  for (let at = headerOctets; at < end - 5; at += 1 + (head[at] as number)) {
    for (let i = at + 1; i <= at + (head[at] as number); i++) {
      const octet = head[i] as number;
      const isLetter = (octet | 0x20) >= 0x61 && (octet | 0x20) <= 0x7a;
      if (isLetter && random.chance(40)) head[i] = octet ^ 0x20;
    }
  }
}

/** An OPT as clients send it, sometimes of a version that is not known, or with flags that are not. */
function randomOpt(random: Random, dnssecOk: boolean): Uint8Array {
  const options = random.chance(60) ? [] : Array.from({ length: random.between(1, 2) }, () => randomOption(random));
  const data = options.flatMap(([code, octets]) => [...u16(code), ...u16(octets.length), ...octets]);
  const flags = (dnssecOk ? 0x8000 : 0) | (random.chance(4) ? random.below(0x8000) : 0);
  const version = random.chance(97) ? 0 : 1;
  const fixed = [0, 0, 41, ...u16(random.pick(sizes)), random.chance(97) ? 0 : 1, version, ...u16(flags)];
  return Uint8Array.from([...fixed, ...u16(data.length), ...data]);
}

/** Code and data: cookies of a client and of both, NSID, client subnet, padding, TCP keepalive, one that nobody knows. */
function randomOption(random: Random): readonly [number, readonly number[]] {
  const some = (octets: number) => [...randomOctets(random, octets)];
  switch (random.below(7)) {
    case 0:
      return [10, some(8)];
    case 1:
      return [10, some(random.between(16, 40))];
    case 2:
      return [3, []];
    case 3:
      return random.chance(50) ? [8, [0, 1, 24, 0, ...some(3)]] : [8, [0, 2, 48, 0, ...some(6)]];
    case 4:
      return [12, Array.from({ length: random.below(128) }, () => 0)];
    case 5:
      return [11, []];
    default:
      return [random.between(65_001, 65_534), some(random.below(20))];
  }
}

function randomOctets(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

function u16(value: number): [number, number] {
  return [value >> 8, value & 255];
}
