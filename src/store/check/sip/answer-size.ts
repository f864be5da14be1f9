/**
 * Answers that pass 512 octets, which is all that a client without EDNS takes over UDP (RFC 1035 §4.2.1). pjsip has neither EDNS nor
 * TCP and drops a truncated answer; sofia-sip and baresip do not ask again over TCP.
 *
 * What counts is the answer as this server writes it: owners compressed to two octets, as they all stand before; names in SRV and
 * NAPTR whole, as RFC 2782 and RFC 3403 want them.
 */
import { u16At } from '../../../base/octets.ts';
import { NaptrFlag, naptrFlag, naptrReplacementOffset } from '../../../rr/answer-rules.ts';
import { typeText } from '../../../rr/mnemonics.ts';
import { Type } from '../../../wire/codes.ts';
import { nameText } from '../../../wire/name.ts';
import type { NodeRef, RrsetRef, ZoneReader } from '../../zone-reader.ts';
import type { CheckContext } from '../check-context.ts';
import { type CheckedZone, forEachRdata, TargetState } from '../checked-zone.ts';
import { SipProblem } from './codes.ts';
import type { SrvSet } from './srv-set.ts';

/** RFC 1035 §4.2.1. */
const mostOctets = 512;
const headerOctets = 12;
/** QTYPE and QCLASS. */
const questionEndOctets = 4;
/** A compressed owner, TYPE, CLASS, TTL; RDLENGTH stands with the data. */
const recordHeadOctets = 10;

/** One line of the sum: `14 SRV 504`. */
interface Part {
  readonly title: string;
  readonly octets: number;
}

export function checkSrvSize(context: CheckContext, { node, rrset, records }: SrvSet): void {
  const { reader } = context.zone;
  // Nearly all sets are too small to matter even if each server had addresses of its own; no sums are made for them.
  let most = answerOctets(reader, node, rrset);
  for (const { host } of records) {
    if (host !== 0) most += setOctetsAt(reader, host, Type.a) + setOctetsAt(reader, host, Type.aaaa);
  }
  if (most <= mostOctets) return;
  const hosts = new Set(records.map(({ host }) => host));
  checkSizes(context, node, rrset, addressParts(reader, hosts));
}

export function checkNaptrSize(context: CheckContext, node: NodeRef, rrset: RrsetRef): void {
  const { zone } = context;
  const { reader } = zone;
  if (!leadsOn(reader, rrset) && answerOctets(reader, node, rrset) <= mostOctets) return;
  const services = new Set<RrsetRef>();
  const hosts = new Set<NodeRef>();
  forEachRdata(reader, rrset, (offset, octets) => {
    const flag = naptrFlag(reader.octets, offset);
    if (flag !== NaptrFlag.s && flag !== NaptrFlag.a) return;
    const found = findNode(zone, naptrReplacementOffset(reader.octets, offset, octets));
    if (found === 0) return;
    if (flag === NaptrFlag.a) hosts.add(found);
    else addNonZero(services, reader.findRrset(found, Type.srv));
  });
  for (const set of services) {
    forEachRdata(reader, set, (offset) => {
      if (zone.solveTarget(reader.octets, offset + 6) === TargetState.address) hosts.add(zone.foundNode);
    });
  }
  const srv = sumOf(reader, [...services], 'SRV');
  checkSizes(context, node, rrset, [...srv, ...addressParts(reader, hosts)]);
}

/** Whether a record leads to SRV or addresses; those of ENUM, of which there are millions, don't. */
function leadsOn(reader: ZoneReader, rrset: RrsetRef): boolean {
  const { octets } = reader;
  let at = reader.rrsetDataOffset(rrset);
  for (const end = at + reader.rrsetDataOctets(rrset); at < end; at += 2 + u16At(octets, at)) {
    const flag = naptrFlag(octets, at + 2);
    if (flag === NaptrFlag.s || flag === NaptrFlag.a) return true;
  }
  return false;
}

function findNode(zone: CheckedZone, nameOffset: number): NodeRef {
  const state = zone.solveTarget(zone.reader.octets, nameOffset);
  return state === TargetState.address || state === TargetState.withoutAddress ? zone.foundNode : (0 as NodeRef);
}

function addNonZero(sets: Set<RrsetRef>, set: RrsetRef): void {
  if (set !== 0) sets.add(set);
}

/** `more` is what goes into the additional section. */
function checkSizes({ zone, list }: CheckContext, node: NodeRef, rrset: RrsetRef, more: readonly Part[]): void {
  const { reader } = zone;
  const type = reader.rrsetType(rrset);
  const required = [
    { title: 'header', octets: headerOctets },
    { title: 'question', octets: reader.nodeNameOctets(node) + questionEndOctets },
    ...sumOf(reader, [rrset], typeText(type)),
  ];
  const requiredOctets = total(required);
  const chainOctets = requiredOctets + total(more);
  if (chainOctets <= mostOctets) return;
  const owner = zone.owner(node);
  const place = { owner, type };
  const title = `${nameText(owner)} ${typeText(type)}`;
  if (requiredOctets > mostOctets) {
    list.add(
      SipProblem.answerOver512,
      place,
      `the answer to ${title} takes ${requiredOctets} octets (${arithmetic(required)}), over the ${mostOctets} that go without EDNS: pjsip drops the truncated answer, sofia-sip and FreeSWITCH and baresip don't ask again over TCP`,
      `name fewer servers, or give them shorter names: the ${reader.rrsetCount(rrset)} records here have ${Math.ceil(meanOctets(reader, rrset))} octets each on the average`,
    );
    return;
  }
  list.add(
    SipProblem.chainOver512,
    place,
    `the answer to ${title} with all that clients ask for next takes ${chainOctets} octets (${arithmetic([...required, ...more])}), over the ${mostOctets} that go without EDNS: what comes last is left out, and phones ask for it again`,
    'nothing is lost but time; shorter names of servers, or fewer, save the questions',
  );
}

/** The addresses of the hosts; 0 stands for those that are not in the zone. */
function addressParts(reader: ZoneReader, hosts: ReadonlySet<NodeRef>): Part[] {
  return [Type.a, Type.aaaa].flatMap((type) => {
    const sets = [...hosts].filter((host) => host !== 0).map((host) => reader.findRrset(host, type));
    return sumOf(
      reader,
      sets.filter((set) => set !== 0),
      typeText(type),
    );
  });
}

function sumOf(reader: ZoneReader, sets: readonly RrsetRef[], title: string): Part[] {
  let count = 0;
  let octets = 0;
  for (const set of sets) {
    count += reader.rrsetCount(set);
    octets += setOctets(reader, set);
  }
  return count === 0 ? [] : [{ title: `${count} ${title}`, octets }];
}

function answerOctets(reader: ZoneReader, node: NodeRef, rrset: RrsetRef): number {
  return headerOctets + reader.nodeNameOctets(node) + questionEndOctets + setOctets(reader, rrset);
}

function setOctets(reader: ZoneReader, set: RrsetRef): number {
  return reader.rrsetCount(set) * recordHeadOctets + reader.rrsetDataOctets(set);
}

function setOctetsAt(reader: ZoneReader, node: NodeRef, type: number): number {
  const set = reader.findRrset(node, type);
  return set === 0 ? 0 : setOctets(reader, set);
}

function total(parts: readonly Part[]): number {
  return parts.reduce((sum, { octets }) => sum + octets, 0);
}

function arithmetic(parts: readonly Part[]): string {
  return parts.map(({ title, octets }) => `${title} ${octets}`).join(' + ');
}

function meanOctets(reader: ZoneReader, set: RrsetRef): number {
  return recordHeadOctets + reader.rrsetDataOctets(set) / reader.rrsetCount(set);
}
