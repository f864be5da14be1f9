/** The question of a case as octets, and a response as the parts that a case compares. */

import { type DecodedMessage, formatRecord, normalize } from '../interop/lib/decode-message.ts';
import { buildQuery, type Edns } from '../interop/lib/dns-client.ts';
import { flagText } from '../interop/lib/format-message.ts';
import { rcodeName } from '../interop/lib/types.ts';
import type { Parts } from './case-file.ts';

export interface GoldenQuestion {
  readonly octets: Uint8Array;
  readonly tcp: boolean;
  readonly hasEdns: boolean;
  /** Octets as a case spells them out, mostly malformed. */
  readonly isRaw: boolean;
}

export function buildGoldenQuestion(ask: string): GoldenQuestion {
  const words = ask.split(/\s+/);
  if (words[0] === 'hex')
    return { octets: Buffer.from(words.slice(1).join(''), 'hex'), tcp: false, isRaw: true, hasEdns: false };
  const [name, type, askedClass] = words.filter((word) => !word.startsWith('+'));
  const options = new Map<string, string | undefined>();
  for (const word of words.filter((each) => each.startsWith('+'))) {
    const [option, value] = word.slice(1).split('=');
    options.set(option as string, value);
  }
  if (name === undefined || type === undefined) throw new Error(`ASK wants a name and a type: ${ask}`);
  for (const option of options.keys()) if (!knownOptions.includes(option)) throw new Error(`unknown +${option}`);
  const hasEdns = options.has('edns') || options.has('do');
  const edns: Edns = { udpOctets: Number(options.get('edns') ?? 1232), dnssecOk: options.has('do') };
  const flags = (options.has('rd') ? 0x100 : 0) | (options.has('ad') ? 0x20 : 0) | (options.has('cd') ? 0x10 : 0);
  const octets = buildQuery({
    name,
    type,
    class: askedClass ?? 'IN',
    flags: flags | (Number(options.get('opcode') ?? 0) << 11),
    ...(hasEdns ? { edns } : {}),
  });
  return { octets, tcp: options.has('tcp'), hasEdns, isRaw: false };
}

const knownOptions = ['rd', 'cd', 'ad', 'tcp', 'edns', 'do', 'opcode'];

/** No response at all. */
export const silence: Parts = { header: ['SILENCE'], answer: [], authority: [], additional: [] };

export function partsOf(message: DecodedMessage): Parts {
  return {
    header: [`${rcodeName(message.rcode)} ${flagText(message.flags)}`],
    answer: normalize(message.answer),
    authority: normalize(message.authority),
    additional: normalize(message.additional),
  };
}

/**
 * What a set comparison doesn't see. A resolver may read the answer once from the left, so each CNAME stands before what it
 * leads to (RFC 1034 §3.6.2), unless it closes a circle; and the records of a set stand together.
 */
export function checkAnswerOrder(message: DecodedMessage): string[] {
  const records = message.answer.map(formatRecord);
  const sets = records.map(setOf);
  const apart = sets.filter((set, i) => set !== sets[i - 1] && sets.indexOf(set) < i);
  const targets = new Map(
    records.filter((line) => / CNAME /.test(line)).map((line) => [ownerOf(line), targetOf(line)]),
  );
  const early = [...targets].filter(([owner, target]) => {
    const at = records.findIndex((line) => ownerOf(line) === target);
    return at >= 0 && at < records.findIndex((line) => ownerOf(line) === owner) && !isCircle(owner, targets);
  });
  return [
    ...apart.map((set) => `records of ${set} stand apart`),
    ...early.map(([owner]) => `CNAME of ${owner} behind its target`),
  ];
}

/** Owner and type; of an RRSIG also what it covers. */
function setOf(line: string): string {
  const [owner, , , type, first] = line.split(' ');
  return type === 'RRSIG' ? `${owner} RRSIG ${first}` : `${owner} ${type}`;
}

function ownerOf(line: string): string {
  return line.split(' ')[0] as string;
}

function targetOf(line: string): string {
  return line.split(' ').at(-1) as string;
}

function isCircle(owner: string, targets: ReadonlyMap<string, string>): boolean {
  let at = targets.get(owner);
  for (let step = 0; step <= targets.size && at !== undefined; step++) {
    if (at === owner) return true;
    at = targets.get(at);
  }
  return false;
}
