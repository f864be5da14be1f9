/** Random questions about a zone: names that exist, that don't, and that something stands for. */
import { buildQuery } from '../interop/lib/dns-client.ts';
import { typeNumber } from '../interop/lib/types.ts';
import type { ModelQuestion } from './model/expected-answer.ts';
import type { ZoneContent } from './model/zone-content.ts';
import { pick } from './random.ts';

export interface AskedQuestion {
  readonly model: ModelQuestion;
  /** The name in the case in which it is asked. */
  readonly name: string;
  /** The most that may come over UDP. */
  readonly limitOctets: number;
  readonly hasEdns: boolean;
  readonly message: Uint8Array;
}

const types = ['A', 'A', 'A', 'AAAA', 'SRV', 'TXT', 'MX', 'NS', 'SOA', 'CNAME', 'NAPTR', 'CAA'];
const udpSizes = [512, 800, 1232, 1400, 4096];
/** docs/configuration.md, `edns-udp-size`. */
const serverUdpOctets = 1232;
const recursionDesired = 0x100;

export function randomQuestion(zone: ZoneContent, random: () => number): AskedQuestion {
  const name = randomName(zone, random);
  const type = name.startsWith('_sip') ? 'SRV' : pick(random, types);
  const isRecursionDesired = random() < 0.7;
  const hasEdns = random() < 0.6;
  const udpOctets = pick(random, udpSizes);
  const dnssecOk = random() < 0.2;
  const written = random() < 0.2 ? randomCase(name, random) : name;
  const message = buildQuery({
    name: written,
    type,
    flags: isRecursionDesired ? recursionDesired : 0,
    ...(hasEdns ? { edns: { udpOctets, dnssecOk } } : {}),
  });
  return {
    model: { name, type, recursionDesired: isRecursionDesired },
    name: written,
    limitOctets: hasEdns ? Math.max(512, Math.min(udpOctets, serverUdpOctets)) : 512,
    hasEdns,
    message,
  };
}

/** For the question section of a response. */
export function qtypeOf({ model }: AskedQuestion): number {
  return typeNumber(model.type);
}

function randomName(zone: ZoneContent, random: () => number): string {
  const { apex } = zone;
  const drawn = random();
  if (drawn < 0.1) return apex;
  if (drawn < 0.2) return `_sip._udp.${apex}`;
  if (drawn < 0.3) return `n${Math.floor(random() * 100_000)}.${apex}`;
  if (drawn < 0.35) return `x${Math.floor(random() * 1000)}.wild.${apex}`;
  if (drawn < 0.4) return `y.${pick(random, zone.owners)}`;
  if (drawn < 0.5) return `counter.${apex}`;
  return pick(random, zone.owners);
}

function randomCase(name: string, random: () => number): string {
  return [...name].map((letter) => (random() < 0.5 ? letter.toUpperCase() : letter)).join('');
}
