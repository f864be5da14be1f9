/** Asks with dns2, as phones ask: A, AAAA and SRV over UDP, without EDNS. All else goes to the project's own client. */
import DNS from 'dns2';
import type { ListenAddress } from '../../plane/messages.ts';
import { type DnsAnswer, type DnsQuestion, type DnsRecord, emptyAnswer } from '../../sip/location/dns-answer.ts';
import { parseAddress } from '../../sip/target/host.ts';
import { Class, Type } from '../../wire/codes.ts';
import type { DnsClient } from './dns-client.ts';
import { escapeText } from './escape-text.ts';
import { malformedAnswer } from './read-answer.ts';
import { triesMs, WireClient } from './wire-client.ts';

/** What dns2 makes of a response; its types say less. */
interface Dns2Response {
  readonly header: { readonly rcode: number; readonly aa: number; readonly tc: number; readonly ancount: number };
  readonly questions: readonly { readonly name: string; readonly type: number }[];
  readonly answers: readonly Dns2Record[];
  readonly authorities: readonly Dns2Record[];
  readonly additionals: readonly Dns2Record[];
}

interface Dns2Record {
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly ttl: number;
  readonly [field: string]: unknown;
}

type Dns2Type = 'A' | 'AAAA' | 'SRV';

export class Dns2Client implements DnsClient {
  private readonly wire: WireClient;
  private hasAnswered = false;
  private readonly resolvers: readonly ReturnType<typeof DNS.UDPClient>[];

  constructor(address: ListenAddress) {
    this.wire = new WireClient(address);
    const { family, port } = address;
    // dns2 compares the sender's address with this text.
    const dns = parseAddress(address.address)?.address ?? address.address;
    const socketType = family === 6 ? 'udp6' : 'udp4';
    this.resolvers = triesMs.map((timeout) => DNS.UDPClient({ dns, port, socketType, timeout, retryOverTCP: false }));
  }

  async ask(question: DnsQuestion, ednsOctets: number | undefined): Promise<DnsAnswer> {
    // dns2 writes names as they stand: with escapes they are beyond it.
    if (question.type === 'NAPTR' || ednsOctets !== undefined || question.name.includes('\\')) {
      return await this.wire.ask(question, ednsOctets);
    }
    if (this.wire.problem === undefined) {
      const answer = await this.askDns2(question.name, question.type);
      this.hasAnswered ||= answer.failure === undefined;
      if (this.hasAnswered) return answer;
    }
    // dns2 waits where nobody listens: a connected socket is told.
    return await this.wire.ask(question, ednsOctets);
  }

  /** dns2's own TCP client has no time-out and knows no IPv6 servers. */
  askOverTcp(question: DnsQuestion, ednsOctets: number | undefined): Promise<DnsAnswer> {
    return this.wire.askOverTcp(question, ednsOctets);
  }

  close(): void {
    this.wire.close();
  }

  private async askDns2(name: string, type: Dns2Type): Promise<DnsAnswer> {
    let reason = 'no answer';
    for (const resolve of this.resolvers) {
      try {
        return readDns2((await resolve(name, type)) as unknown as Dns2Response, name, type);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code !== 'ETIMEDOUT') reason = message;
      }
    }
    return { ...emptyAnswer, failure: reason };
  }
}

function readDns2(response: Dns2Response, name: string, type: Dns2Type): DnsAnswer {
  const { header, questions, answers, authorities, additionals } = response;
  const asked = questions[0];
  const isAnswer =
    asked === undefined
      ? header.rcode !== 0
      : asked.name.toLowerCase() === name.toLowerCase() && asked.type === questionTypes[type];
  // dns2 leaves out the records that it can't read.
  if (!isAnswer || answers.length !== header.ancount) return malformedAnswer;
  const soa = authorities.find((record) => record.type === Type.soa);
  const ns = authorities.find((record) => record.type === Type.ns);
  const isReferral = header.rcode === 0 && header.aa === 0 && answers.length === 0 && soa === undefined;
  return {
    failure: undefined,
    rcode: header.rcode,
    truncated: header.tc === 1,
    overTcp: false,
    octets: undefined,
    referral: isReferral && ns !== undefined ? escapeName(ns.name) : undefined,
    answers: answers.flatMap(keepRecord),
    additionals: additionals.flatMap(keepRecord),
    negativeTtlSeconds: soa === undefined ? undefined : Math.min(soa.ttl, Number(soa.minimum)),
  };
}

const questionTypes = { A: Type.a, AAAA: Type.aaaa, SRV: Type.srv } as const;

function keepRecord(record: Dns2Record): DnsRecord[] {
  if (record.class !== Class.in) return [];
  const base = { owner: escapeName(record.name), ttlSeconds: record.ttl };
  switch (record.type) {
    case Type.a:
      return [{ ...base, type: 'A', address: String(record.address) }];
    case Type.aaaa:
      return [{ ...base, type: 'AAAA', address: String(record.address) }];
    case Type.cname:
      return [{ ...base, type: 'CNAME', target: escapeName(String(record.domain)) }];
    case Type.srv: {
      const { priority, weight, port, target } = record;
      return [
        {
          ...base,
          type: 'SRV',
          priority: Number(priority),
          weight: Number(weight),
          port: Number(port),
          target: escapeName(String(target)),
        },
      ];
    }
    default:
      return [];
  }
}

/** Into presentation format; dns2 has joined the labels, whatever is in them. */
function escapeName(name: string): string {
  return escapeText(name).replace(/[;()"@$]/g, '\\$&');
}
