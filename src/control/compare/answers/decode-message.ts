/** Reads a response into records that can be compared: names whole, each record with a key that spelling does not change. Pure. */
import { copyOctets, lowerCase, octetAt, putU32, u16At, u32At } from '../../../base/octets.ts';
import type { Field } from '../../../rr/field.ts';
import { findRrType } from '../../../rr/table.ts';
import { MessageRecord } from '../../../transfer/in/message-record.ts';
import { headerOctets, Type } from '../../../wire/codes.ts';
import { ednsFlagDo, optionHeaderOctets } from '../../../wire/edns.ts';
import { MessageName } from '../../../wire/message-name.ts';

/** One record. The texts are octets as latin-1 strings, so that they compare and sort quickly. */
export interface AnswerRecord {
  /** Uncompressed, case kept. */
  readonly owner: string;
  /** In lower case. */
  readonly ownerKey: string;
  readonly type: number;
  readonly class: number;
  readonly ttlSeconds: number;
  /** Names uncompressed, case kept. */
  readonly rdata: string;
  /** Names in lower case. */
  readonly rdataKey: string;
  /** Of an RRSIG the type that it signs, else 0. */
  readonly coveredType: number;
}

export interface AnswerEdns {
  readonly udpOctets: number;
  readonly version: number;
  readonly dnssecOk: boolean;
  readonly options: readonly { readonly code: number; readonly data: Uint8Array }[];
}

export interface AnswerQuestion {
  /** Case kept; octets as a latin-1 string. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
}

export interface AnswerMessage {
  readonly id: number;
  /** The second 16 bits of the header. */
  readonly flags: number;
  /** With the upper bits of the OPT record. */
  readonly rcode: number;
  readonly question: AnswerQuestion | undefined;
  readonly answer: readonly AnswerRecord[];
  readonly authority: readonly AnswerRecord[];
  /** Without OPT. */
  readonly additional: readonly AnswerRecord[];
  readonly edns: AnswerEdns | undefined;
  readonly octets: number;
}

/** What is wrong with a message that is none. */
export interface MalformedMessage {
  readonly problem: string;
}

/** One object for many messages; its buffers are reused, what it returns is not. Never throws. */
export class MessageDecoder {
  private readonly record = new MessageRecord();
  private readonly name = new MessageName();
  private readonly lowered = new Uint8Array(65_535 + 256);

  decode(message: Uint8Array): AnswerMessage | MalformedMessage {
    const end = message.length;
    if (end < headerOctets) return { problem: `${end} octets are less than a header` };
    const questions = u16At(message, 4);
    if (questions > 1) return { problem: `${questions} questions` };
    let at = headerOctets;
    let question: AnswerQuestion | undefined;
    if (questions === 1) {
      const behind = this.name.read(message, 0, end, at);
      if (behind < 0 || behind + 4 > end) return { problem: 'the question is cut short or its name is none' };
      const name = latin1(this.name.octets, this.name.length);
      question = { name, type: u16At(message, behind), class: u16At(message, behind + 2) };
      at = behind + 4;
    }
    const sections = new Sections();
    this.record.begin(message, 0, end);
    for (let section = 0; section < 3; section++) {
      at = this.readSection(message, at, u16At(message, 6 + 2 * section), section, sections);
      if (at < 0) return { problem: sections.problem };
    }
    if (at !== end) return { problem: `${end - at} octets behind the last record` };
    const flags = u16At(message, 2);
    const { answer, authority, additional, edns, extendedRcode } = sections;
    const rcode = (flags & 15) | (extendedRcode << 4);
    return { id: u16At(message, 0), flags, rcode, question, answer, authority, additional, edns, octets: end };
  }

  /** Returns the offset behind the section, or -1 with `sections.problem`. */
  private readSection(message: Uint8Array, from: number, count: number, section: number, sections: Sections): number {
    const { record } = this;
    let at = from;
    for (let i = 0; i < count; i++) {
      at = record.read(at);
      if (at < 0) {
        sections.problem = `record ${i + 1} of ${count} in the ${sectionNames[section]} section is malformed`;
        return -1;
      }
      if (record.type !== Type.opt) sections.lists[section]?.push(this.takeRecord());
      else if (!sections.takeOpt(message, at, record, section)) return -1;
    }
    return at;
  }

  private takeRecord(): AnswerRecord {
    const { owner, ownerOctets, type, rdata, rdataOctets, ttlSeconds } = this.record;
    const { lowered } = this;
    const ownerText = latin1(owner, ownerOctets);
    for (let i = 0; i < ownerOctets; i++) lowered[i] = octetAt(lowerCase, octetAt(owner, i));
    const ownerKey = latin1(lowered, ownerOctets);
    const rdataText = latin1(rdata, rdataOctets);
    const fields = findRrType(type)?.fields;
    let rdataKey = rdataText;
    if (fields?.some(hasName) === true) {
      copyOctets(rdata, 0, lowered, 0, rdataOctets);
      lowerNames(fields, lowered, rdataOctets);
      rdataKey = latin1(lowered, rdataOctets);
    }
    const coveredType = type === Type.rrsig && rdataOctets > 2 ? u16At(rdata, 0) : 0;
    return {
      owner: ownerText,
      ownerKey,
      type,
      class: this.record.class,
      ttlSeconds,
      rdata: rdataText,
      rdataKey,
      coveredType,
    };
  }
}

const sectionNames = ['answer', 'authority', 'additional'] as const;

/** The SOA's RDATA with its serial taken out, of a record or its key. */
export function withoutSerial(rdata: string): string {
  const octets = Buffer.from(rdata, 'latin1');
  if (octets.length < 20) return rdata;
  putU32(octets, octets.length - 20, 0);
  return octets.toString('latin1');
}

class Sections {
  readonly answer: AnswerRecord[] = [];
  readonly authority: AnswerRecord[] = [];
  readonly additional: AnswerRecord[] = [];
  readonly lists = [this.answer, this.authority, this.additional];
  edns: AnswerEdns | undefined;
  extendedRcode = 0;
  problem = '';

  /** Take the OPT record that ends at `behind`. Its class and TTL have meanings of their own (RFC 6891 §6.1.3). */
  takeOpt(message: Uint8Array, behind: number, record: MessageRecord, section: number): boolean {
    if (section !== 2) this.problem = `OPT in the ${sectionNames[section]} section`;
    else if (this.edns !== undefined) this.problem = 'more than one OPT';
    else if (record.ownerOctets !== 1) this.problem = 'OPT with a name';
    if (this.problem !== '') return false;
    const bits = u32At(message, behind - record.rdataOctets - 6);
    const options = readOptions(record.rdata, record.rdataOctets);
    if (options === undefined) this.problem = 'an EDNS option is cut short';
    this.extendedRcode = bits >>> 24;
    this.edns = {
      udpOctets: record.class,
      version: (bits >>> 16) & 255,
      dnssecOk: (bits & ednsFlagDo) !== 0,
      options: options ?? [],
    };
    return options !== undefined;
  }
}

function readOptions(rdata: Uint8Array, octets: number): AnswerEdns['options'] | undefined {
  const options: { code: number; data: Uint8Array }[] = [];
  let at = 0;
  while (octets - at >= optionHeaderOctets) {
    const dataAt = at + optionHeaderOctets;
    const end = dataAt + u16At(rdata, at + 2);
    if (end > octets) return undefined;
    options.push({ code: u16At(rdata, at), data: rdata.slice(dataAt, end) });
    at = end;
  }
  return at === octets ? options : undefined;
}

function hasName({ kind }: Field): boolean {
  return kind === 'name';
}

/** All names, also of the types whose canonical form keeps the case: whoever compares them does not (RFC 4343). */
function lowerNames(fields: readonly Field[], octets: Uint8Array, length: number): void {
  let at = 0;
  for (const field of fields) {
    const next = field.check(octets, at, length);
    if (next < 0) return;
    if (hasName(field)) for (let i = at; i < next; i++) octets[i] = octetAt(lowerCase, octetAt(octets, i));
    at = next;
  }
}

function latin1(octets: Uint8Array, length: number): string {
  return Buffer.from(octets.buffer, octets.byteOffset, length).toString('latin1');
}
