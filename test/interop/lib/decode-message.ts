/**
 * A decoder of messages for tests, written apart from src: octets to plain objects, names followed through compression.
 * It throws on anything that is not a well-formed message, also on octets behind it.
 */

import { formatRdata } from './format-rdata.ts';
import { labelToText } from './names.ts';
import { className, typeName } from './types.ts';

export interface DecodedRecord {
  /** As dig shows it, case kept. */
  readonly owner: string;
  readonly type: number;
  readonly class: number;
  readonly ttl: number;
  /** RDATA with its names decompressed, case kept. */
  readonly rdata: Uint8Array;
  /** In presentation format, names in lower case: two records with the same text are the same data. */
  readonly rdataText: string;
  /** Whether a name inside RDATA was compressed. */
  readonly rdataCompressed: boolean;
}

export interface DecodedQuestion {
  readonly name: string;
  readonly type: number;
  readonly class: number;
}

export interface DecodedEdns {
  readonly udpOctets: number;
  readonly version: number;
  readonly dnssecOk: boolean;
  readonly options: readonly { readonly code: number; readonly data: Uint8Array }[];
}

export interface DecodedMessage {
  readonly id: number;
  readonly flags: number;
  readonly opcode: number;
  /** With the upper bits from EDNS. */
  readonly rcode: number;
  readonly question: readonly DecodedQuestion[];
  readonly answer: readonly DecodedRecord[];
  readonly authority: readonly DecodedRecord[];
  /** Without OPT. */
  readonly additional: readonly DecodedRecord[];
  readonly edns: DecodedEdns | undefined;
  readonly octets: number;
}

export function decodeMessage(message: Uint8Array): DecodedMessage {
  const reader = new Reader(message);
  const id = reader.u16();
  const flags = reader.u16();
  const counts = [reader.u16(), reader.u16(), reader.u16(), reader.u16()] as const;
  const question = times(counts[0], () => ({ name: reader.name().text, type: reader.u16(), class: reader.u16() }));
  const answer = times(counts[1], () => reader.record());
  const authority = times(counts[2], () => reader.record());
  const everything = times(counts[3], () => reader.record());
  if (reader.at !== message.length) throw new Error(`${message.length - reader.at} octets behind the message`);
  const opt = everything.filter((record) => record.type === 41);
  if (opt.length > 1) throw new Error('more than one OPT');
  return {
    id,
    flags,
    opcode: (flags >> 11) & 15,
    rcode: (flags & 15) | (opt[0] === undefined ? 0 : (opt[0].ttl >>> 24) << 4),
    question,
    answer,
    authority,
    additional: everything.filter((record) => record.type !== 41),
    edns: opt[0] === undefined ? undefined : decodeEdns(opt[0]),
    octets: message.length,
  };
}

function decodeEdns(opt: DecodedRecord): DecodedEdns {
  if (opt.owner !== '.') throw new Error(`OPT with owner ${opt.owner}`);
  const reader = new Reader(opt.rdata);
  const options: { code: number; data: Uint8Array }[] = [];
  while (reader.at < opt.rdata.length) {
    const code = reader.u16();
    options.push({ code, data: reader.take(reader.u16()) });
  }
  return { udpOctets: opt.class, version: (opt.ttl >> 16) & 255, dnssecOk: (opt.ttl & 0x8000) !== 0, options };
}

/** Where names stand in RDATA: `n` a name, a number so many octets, `s` a character-string; the rest is taken as it is. */
const layouts: Readonly<Record<string, readonly (number | 'n' | 's')[]>> = {
  NS: ['n'],
  MD: ['n'],
  MF: ['n'],
  CNAME: ['n'],
  SOA: ['n', 'n'],
  MB: ['n'],
  MG: ['n'],
  MR: ['n'],
  PTR: ['n'],
  MINFO: ['n', 'n'],
  MX: [2, 'n'],
  RP: ['n', 'n'],
  AFSDB: [2, 'n'],
  RT: [2, 'n'],
  SIG: [18, 'n'],
  PX: [2, 'n', 'n'],
  NXT: ['n'],
  SRV: [6, 'n'],
  NAPTR: [4, 's', 's', 's', 'n'],
  KX: [2, 'n'],
  DNAME: ['n'],
  RRSIG: [18, 'n'],
  NSEC: ['n'],
  SVCB: [2, 'n'],
  HTTPS: [2, 'n'],
  LP: [2, 'n'],
};

class Reader {
  at = 0;
  private readonly message: Uint8Array;

  constructor(message: Uint8Array) {
    this.message = message;
  }

  u8(): number {
    if (this.at >= this.message.length) throw new Error(`message cut short at ${this.at}, an octet wanted`);
    return this.message[this.at++] as number;
  }

  u16(): number {
    return (this.u8() << 8) | this.u8();
  }

  u32(): number {
    return this.u16() * 65_536 + this.u16();
  }

  take(count: number): Uint8Array {
    if (this.at + count > this.message.length)
      throw new Error(`message cut short at ${this.at}, ${count} octets wanted`);
    this.at += count;
    return this.message.slice(this.at - count, this.at);
  }

  name(): { text: string; wire: number[]; lower: number[]; compressed: boolean } {
    const labels: Uint8Array[] = [];
    let compressed = false;
    let resume = -1;
    let lowest = this.at;
    for (;;) {
      const length = this.u8();
      if (length === 0) break;
      if (length >= 0xc0) {
        const target = ((length & 0x3f) << 8) | this.u8();
        if (target >= lowest) throw new Error(`compression pointer to ${target}, not before ${lowest}`);
        if (resume < 0) resume = this.at;
        compressed = true;
        lowest = target;
        this.at = target;
      } else if (length > 63) throw new Error(`label type ${length}`);
      else labels.push(this.take(length));
    }
    if (resume >= 0) this.at = resume;
    const wire = [...labels.flatMap((label) => [label.length, ...label]), 0];
    if (wire.length > 255) throw new Error('name over 255 octets');
    const text = labels.length === 0 ? '.' : labels.map((label) => `${labelToText(label)}.`).join('');
    return {
      text,
      wire,
      lower: wire.map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 32 : octet)),
      compressed,
    };
  }

  record(): DecodedRecord {
    const owner = this.name().text;
    const type = this.u16();
    const recordClass = this.u16();
    const ttl = this.u32();
    const end = this.u16() + this.at;
    if (end > this.message.length) throw new Error('RDATA cut short');
    const rdata: number[] = [];
    const lower: number[] = [];
    let rdataCompressed = false;
    for (const field of this.at === end ? [] : (layouts[typeName(type)] ?? [])) {
      if (field === 'n') {
        const name = this.name();
        rdataCompressed ||= name.compressed;
        rdata.push(...name.wire);
        lower.push(...name.lower);
      } else {
        const octets = this.take(field === 's' ? 1 + (this.message[this.at] as number) : field);
        rdata.push(...octets);
        lower.push(...octets);
      }
    }
    if (this.at > end) throw new Error(`RDATA of ${owner} ${typeName(type)} passes its length`);
    const rest = this.take(end - this.at);
    rdata.push(...rest);
    lower.push(...rest);
    return {
      owner,
      type,
      class: recordClass,
      ttl,
      rdata: Uint8Array.from(rdata),
      rdataText: type === 41 ? '' : formatRdata(type, Uint8Array.from(lower)),
      rdataCompressed,
    };
  }
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

/** One record as dig prints it, single blanks, owner in lower case. */
export function formatRecord(record: DecodedRecord): string {
  const owner = record.owner.toLowerCase();
  return `${owner} ${record.ttl} ${className(record.class)} ${typeName(record.type)} ${record.rdataText}`.trimEnd();
}

/** A section as a set: sorted lines, so that two sections with the same records compare equal. */
export function normalize(section: readonly DecodedRecord[]): string[] {
  return section.map(formatRecord).sort();
}
