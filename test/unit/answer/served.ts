/** Zones written in a test, served in process: ask and get the decoded answer. */
import { Answerer } from '../../../src/answer/answerer.ts';
import { Transport } from '../../../src/answer/outcome.ts';
import { formatDiagnostic } from '../../../src/base/diagnostic.ts';
import type { AnswerSettings } from '../../../src/plane/answer-settings.ts';
import { ZoneReader } from '../../../src/store/zone-reader.ts';
import { type BuiltZone, ZoneStore } from '../../../src/store/zone-store.ts';
import { Class } from '../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { parseZone } from '../../../src/zonefile/parse-zone.ts';
import { openFromMemory } from '../../../src/zonefile/zone-source.ts';
import { type DecodedMessage, decode, lineOf } from './decode.ts';

export const defaultSettings: AnswerSettings = {
  ednsUdpOctets: 1232,
  minimalResponses: 'no-auth-recursive',
  version: 'Ringzone test',
  hostname: 'host.test',
  serverId: undefined,
};

export interface Question {
  readonly qname: string;
  readonly qtype: number;
  readonly qclass?: number;
  /** Octets that the client takes; without it no EDNS. */
  readonly edns?: number;
  readonly ednsVersion?: number;
  readonly dnssecOk?: boolean;
  readonly nsid?: boolean;
  readonly expire?: boolean;
  /** An SOA in the authority section, as an IXFR has it. */
  readonly authority?: boolean;
  /** The second 16 bits of the header. */
  readonly flags?: number;
  readonly tcp?: boolean;
}

export interface Reply {
  /** Octets of the response, 0 for silence. */
  readonly octets: number;
  readonly wire: Uint8Array;
  readonly message: DecodedMessage;
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
}

/** `text` undefined: the zone is configured and not loaded. */
export interface ServedZone {
  readonly apex: string;
  readonly text: string | undefined;
  /** Number of the list of who may transfer it; nobody by default. */
  readonly allowTransfer?: number;
}

export class Served {
  readonly store: ZoneStore = ZoneStore.create();
  readonly reader: ZoneReader;
  readonly answerer: Answerer;
  readonly zoneNumbers: readonly number[];
  readonly settings: AnswerSettings;
  private readonly response = new Uint8Array(5 + 65_535 + guardOctets);

  constructor(zones: readonly ServedZone[], settings: Partial<AnswerSettings> = {}) {
    const keys = zones.map(({ apex, ...lists }) => ({ ...lists, view: 0, class: Class.in, apex: wireNameFrom(apex) }));
    this.zoneNumbers = this.store.declareZones(keys);
    zones.forEach(({ apex, text }, i) => {
      if (text !== undefined) this.store.publish(this.zoneNumbers[i] as number, this.build(apex, text));
    });
    this.reader = new ZoneReader(this.store.arena, 0);
    this.settings = { ...defaultSettings, ...settings };
    this.answerer = new Answerer(this.reader, this.settings);
  }

  /** Answer the message; the octets of the response, empty for silence. Checks that nothing is written beyond them. */
  answerOctets(message: Uint8Array, tcp = false): Uint8Array {
    const { response } = this;
    const offset = 5;
    response.fill(guard, 0, offset);
    response.fill(guard, offset + 4096, offset + 4096 + guardOctets);
    response.fill(guard, offset + 65_535);
    this.reader.enter();
    const octets = this.answerer.answer(
      message,
      0,
      message.length,
      tcp ? Transport.tcp : Transport.udp,
      0,
      response,
      offset,
    );
    this.reader.leave();
    const end = offset + (tcp ? 65_535 : 4096);
    const isUntouched = isGuard(response.subarray(0, offset)) && isGuard(response.subarray(end, end + guardOctets));
    if (!isUntouched) throw new Error('wrote outside of its room');
    return response.slice(offset, offset + octets);
  }

  ask(question: Question): Reply {
    const wire = this.answerOctets(questionOctets(question), question.tcp);
    const message = decode(wire);
    return {
      octets: wire.length,
      wire,
      message,
      answer: message.answer.map(lineOf),
      authority: message.authority.map(lineOf),
      additional: message.additional.map(lineOf),
    };
  }

  build(apex: string, text: string): BuiltZone {
    const wireApex = wireNameFrom(apex);
    const builder = this.store.startZone(wireApex, Class.in);
    const problems: string[] = [];
    parseZone({
      file: apex,
      apex: wireApex,
      open: openFromMemory(new Map([[apex, text]])),
      sink: builder,
      onDiagnostic: (diagnostic) => {
        if (diagnostic.severity === 'error') problems.push(formatDiagnostic(diagnostic));
      },
    });
    if (problems.length > 0) throw new Error(problems.join('\n'));
    return builder.finish();
  }
}

const guard = 0xa5;
const guardOctets = 64;

function isGuard(octets: Uint8Array): boolean {
  return octets.every((octet) => octet === guard);
}

/** A query in wire format, written without the server's own writer. */
export function questionOctets(question: Question): Uint8Array {
  const { qname, qtype, qclass = 1, edns, ednsVersion = 0, dnssecOk = false, nsid = false, flags = 0 } = question;
  const { expire = false, authority = false } = question;
  const octets: number[] = [];
  const u16 = (value: number) => octets.push((value >> 8) & 255, value & 255);
  for (const field of [0x4711, flags, 1, 0, authority ? 1 : 0, edns === undefined ? 0 : 1]) u16(field);
  octets.push(...wireNameFrom(qname));
  u16(qtype);
  u16(qclass);
  // SOA, IN, a TTL of 0; two names of the root and five numbers.
  if (authority) octets.push(...wireNameFrom(qname), 0, 6, 0, 1, 0, 0, 0, 0, 0, 22, ...new Uint8Array(22));
  if (edns !== undefined) {
    octets.push(0);
    u16(41);
    u16(edns);
    octets.push(0, ednsVersion);
    u16(dnssecOk ? 0x8000 : 0);
    u16((nsid ? 4 : 0) + (expire ? 4 : 0));
    if (nsid) [3, 0].forEach(u16);
    if (expire) [9, 0].forEach(u16);
  }
  return Uint8Array.from(octets);
}
