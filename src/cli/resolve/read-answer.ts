/** Reads a response's octets into the records that a SIP client looks at. Pure. */
import { octetAt, u16At, u32At } from '../../base/octets.ts';
import { formatIpv4, formatIpv6 } from '../../rr/fields/address.ts';
import { type DnsAnswer, type DnsRecord, emptyAnswer } from '../../sip/location/dns-answer.ts';
import { MessageRecord } from '../../transfer/in/message-record.ts';
import { Class, Flag, headerOctets, Type } from '../../wire/codes.ts';
import { MessageName } from '../../wire/message-name.ts';
import { formatName } from '../../wire/name.ts';
import { escapeText } from './escape-text.ts';

const name = new MessageName();
const record = new MessageRecord();

export const malformedAnswer: DnsAnswer = { ...emptyAnswer, failure: 'malformed answer' };

/** `query` is what was asked: a response that repeats another question is not its answer. */
export function readAnswer(message: Uint8Array, query: Uint8Array, overTcp: boolean): DnsAnswer {
  if (message.length < headerOctets) return malformedAnswer;
  const flags = u16At(message, 2);
  const rcode = flags & 15;
  let at: number = headerOctets;
  if (u16At(message, 4) === 1) {
    at = name.read(message, 0, message.length, at);
    if (at < 0 || at + 4 > message.length || !isSameQuestion(message, at + 4, query)) return malformedAnswer;
    at += 4;
  } else if (rcode === 0) return malformedAnswer;
  const sections: DnsRecord[][] = [[], [], []];
  const authority = new Authority();
  record.begin(message, 0, message.length);
  for (let section = 0; section < 3; section++) {
    for (let count = u16At(message, 6 + 2 * section); count > 0; count--) {
      at = record.read(at);
      if (at < 0) return malformedAnswer;
      if (section === 1) authority.note(record);
      const kept = record.class === Class.in ? keepRecord() : undefined;
      if (kept !== undefined) sections[section]?.push(kept);
    }
  }
  const [answers = [], , additionals = []] = sections;
  const isReferral =
    rcode === 0 && answers.length === 0 && (flags & Flag.aa) === 0 && authority.soaMinimum === undefined;
  return {
    failure: undefined,
    rcode,
    truncated: (flags & Flag.tc) !== 0,
    overTcp,
    octets: message.length,
    referral: isReferral ? authority.zone : undefined,
    answers,
    additionals,
    negativeTtlSeconds: authority.soaMinimum,
  };
}

/** Names whole and letters in any case: servers may repeat the question with its own case or another. */
function isSameQuestion(message: Uint8Array, end: number, query: Uint8Array): boolean {
  for (let i = headerOctets; i < end - 4; i++) {
    if ((octetAt(message, i) | 0x20) !== (octetAt(query, i) | 0x20)) return false;
  }
  return u32At(message, end - 4) === u32At(query, end - 4);
}

class Authority {
  /** RFC 2308 §5: the lesser of the SOA's TTL and its last field. */
  soaMinimum: number | undefined;
  zone: string | undefined;

  note({ type, owner, ttlSeconds, rdata, rdataOctets }: MessageRecord): void {
    if (type === Type.soa) this.soaMinimum = Math.min(ttlSeconds, u32At(rdata, rdataOctets - 4));
    if (type === Type.ns) this.zone = plainName(owner, 0);
  }
}

function keepRecord(): DnsRecord | undefined {
  const { type, ttlSeconds, rdata } = record;
  const base = { owner: plainName(record.owner, 0), ttlSeconds };
  switch (type) {
    case Type.a:
      return { ...base, type: 'A', address: formatIpv4(rdata, 0) };
    case Type.aaaa:
      return { ...base, type: 'AAAA', address: formatIpv6(rdata, 0) };
    case Type.cname:
      return { ...base, type: 'CNAME', target: plainName(rdata, 0) };
    case Type.srv: {
      const target = plainName(rdata, 6);
      return {
        ...base,
        type: 'SRV',
        priority: u16At(rdata, 0),
        weight: u16At(rdata, 2),
        port: u16At(rdata, 4),
        target,
      };
    }
    case Type.naptr:
      return { ...base, type: 'NAPTR', ...readNaptr(rdata) };
    default:
      return undefined;
  }
}

function readNaptr(rdata: Uint8Array) {
  let at = 4;
  const next = (): string => {
    const end = at + 1 + octetAt(rdata, at);
    const text = escapeText(Buffer.from(rdata.subarray(at + 1, end)).toString('latin1'));
    at = end;
    return text;
  };
  const [flags, services, regexp] = [next(), next(), next()];
  return {
    order: u16At(rdata, 0),
    preference: u16At(rdata, 2),
    flags,
    services,
    regexp,
    replacement: plainName(rdata, at),
  };
}

/** Without the final dot; empty for the root. */
function plainName(octets: Uint8Array, offset: number): string {
  return formatName(octets, offset).slice(0, -1);
}
