/** Responses made by hand for the judge of answers. */

import { findTypeCode } from '../../../../src/rr/mnemonics.ts';
import { parseRdata } from '../../../../src/rr/rdata.ts';
import type { RdataTokens } from '../../../../src/rr/rdata-tokens.ts';
import { rootName, wireNameFrom } from '../../../../src/wire/name.ts';

export interface MadeMessage {
  readonly flags?: number;
  readonly rcode?: number;
  readonly question?: string;
  readonly type?: string;
  /** `owner TTL TYPE data`, names absolute. */
  readonly answer?: readonly string[];
  readonly authority?: readonly string[];
  readonly additional?: readonly string[];
  readonly edns?: { readonly udpOctets?: number; readonly dnssecOk?: boolean; readonly options?: readonly number[] };
}

const qrAndAa = 0x8400;

/** The octets, no name compressed. */
export function makeMessage(made: MadeMessage): Buffer {
  const { flags = qrAndAa, rcode = 0, question = 'www.ex.test.', type = 'A', edns } = made;
  const sections = [made.answer ?? [], made.authority ?? [], made.additional ?? []];
  const counts = sections.map((section) => section.length);
  const header = [0, flags | rcode, 1, counts[0] ?? 0, counts[1] ?? 0, (counts[2] ?? 0) + (edns === undefined ? 0 : 1)];
  return Buffer.concat([
    ...header.map(u16),
    wireNameFrom(question),
    u16(typeCode(type)),
    u16(1),
    ...sections.flat().map(makeRecord),
    ...(edns === undefined ? [] : [makeOpt(edns)]),
  ]);
}

function makeRecord(line: string): Buffer {
  const [owner = '', ttl = '', type = '', ...data] = line.split(' ');
  const code = typeCode(type);
  const out = new Uint8Array(70_000);
  const octets = parseRdata(code, new LineTokens(data), out, 0);
  if (octets < 0) throw new Error(`bad record in a test: ${line}`);
  const ttlOctets = Buffer.alloc(4);
  ttlOctets.writeUInt32BE(Number(ttl));
  return Buffer.concat([wireNameFrom(owner), u16(code), u16(1), ttlOctets, u16(octets), out.subarray(0, octets)]);
}

function makeOpt({ udpOctets = 1232, dnssecOk = false, options = [] }: NonNullable<MadeMessage['edns']>): Buffer {
  const data = Buffer.concat(options.flatMap((code) => [u16(code), u16(1), Buffer.of(7)]));
  const fixed = [41, udpOctets, 0, dnssecOk ? 0x8000 : 0, data.length].map(u16);
  return Buffer.concat([Buffer.of(0), ...fixed, data]);
}

function typeCode(text: string): number {
  const octets = Buffer.from(text);
  return findTypeCode(octets, 0, octets.length);
}

function u16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 255);
}

/** Words of a line as the zone file's parser gives them; a word in quotes is a string. */
class LineTokens implements RdataTokens {
  octets: Uint8Array = Buffer.alloc(0);
  start = 0;
  end = 0;
  quoted = false;
  readonly origin = rootName;
  private readonly words: string[];
  private at = 0;

  constructor(words: readonly string[]) {
    this.words = [...words];
  }

  next(): boolean {
    const word = this.words[this.at];
    if (word === undefined) return false;
    this.at++;
    this.quoted = word.startsWith('"');
    this.octets = Buffer.from(this.quoted ? word.slice(1, -1) : word);
    this.end = this.octets.length;
    return true;
  }

  putBack(): void {
    this.at--;
  }

  fail(code: string, message: string): -1 {
    throw new Error(`${code}: ${message}`);
  }
}
