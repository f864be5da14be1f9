/** What may stand together at one owner, and where certain types may stand at all. */
import { maxMessageOctets } from '../../base/limits.ts';
import { octetAt } from '../../base/octets.ts';
import { compressiblePrefixOctets } from '../../rr/answer-rules.ts';
import { typeText } from '../../rr/mnemonics.ts';
import { Type } from '../../wire/codes.ts';
import { nameText, type WireName } from '../../wire/name.ts';
import { NodeFlag, type NodeRef, type RrsetRef } from '../zone-reader.ts';
import type { CheckContext } from './check-context.ts';
import { forEachRdata, secondRdata } from './checked-zone.ts';
import { ContentProblem } from './codes.ts';

/** The owner's names and the sets at it, as far as they need no look at other owners. */
export function checkOwner(context: CheckContext, node: NodeRef): void {
  const { reader } = context.zone;
  let addressLike = 0;
  let other = 0;
  let hasCname = false;
  for (let set = reader.firstRrset(node); set !== 0; set = reader.nextRrset(node, set)) {
    const type = reader.rrsetType(set);
    checkSize(context, node, set);
    if (type === Type.cname) hasCname = true;
    else if (!mayStandBesideCname(type)) other = type;
    if (type === Type.cname || type === Type.dname) checkSingleton(context, node, set);
    else if (type === Type.soa) checkSoaPlace(context, node);
    else if (type === Type.ns) checkNsPlace(context, node);
    else if (type === Type.ds) checkDsPlace(context, node);
    else if (type === Type.a || type === Type.aaaa || type === Type.mx) addressLike = type;
    else if (type === spf) checkSpf(context, node);
  }
  if (hasCname && other !== 0) reportCnameAndOther(context, node, other);
  if (addressLike !== 0) checkHostname(context, node, addressLike);
  checkInnerWildcard(context, node);
}

const spf = 99;

/** RFC 2181 §10.1, RFC 4034 §§3, 4: DNSSEC's own records go with everything; RFC 3007 leaves KEY beside a CNAME. */
function mayStandBesideCname(type: number): boolean {
  return type === Type.rrsig || type === Type.sig || type === Type.nsec || type === Type.nxt || type === Type.key;
}

/** RFC 1035 §4.2.2: not even TCP carries more, and a set is answered whole or not at all. */
function checkSize({ zone, list }: CheckContext, node: NodeRef, set: RrsetRef): void {
  const { reader } = zone;
  const count = reader.rrsetCount(set);
  const octets = questionOctets + reader.nodeNameOctets(node) + reader.rrsetDataOctets(set) + count * recordHeadOctets;
  if (octets <= maxMessageOctets) return;
  const owner = zone.owner(node);
  const type = reader.rrsetType(set);
  const mayCompress = compressiblePrefixOctets(type) >= 0;
  list.add(
    ContentProblem.tooLargeSet,
    { owner, type },
    `${nameText(owner)} has ${count} ${typeText(type)} records, which ${mayCompress ? 'may' : 'will'} not fit into an answer`,
    `an answer has at most ${maxMessageOctets} octets, and these take ${octets}; spread them over several names`,
  );
}

/** Header, type and class of the question; of a record its compressed owner, type, class and TTL. */
const questionOctets = 16;
const recordHeadOctets = 10;

function checkSingleton({ zone, list }: CheckContext, node: NodeRef, set: RrsetRef): void {
  const { reader } = zone;
  const count = reader.rrsetCount(set);
  if (count === 1) return;
  const type = reader.rrsetType(set);
  const owner = zone.owner(node);
  list.add(
    ContentProblem.severalOfSingleton,
    { owner, type, rdata: secondRdata(reader, set) },
    `${nameText(owner)} has ${count} different ${typeText(type)} records`,
    // RFC 2181 §10.1, RFC 6672 §2.4.
    `only one ${typeText(type)} may stand at a name; keep one and remove the others`,
  );
}

function reportCnameAndOther({ zone, list }: CheckContext, node: NodeRef, other: number): void {
  const owner = zone.owner(node);
  const atApex = (zone.reader.nodeFlags(node) & NodeFlag.apex) !== 0;
  list.add(
    ContentProblem.cnameAndOther,
    { owner, type: Type.cname },
    `${nameText(owner)} has a CNAME and other data (${typeText(other)})`,
    atApex
      ? 'the apex has SOA and NS, so it can have no CNAME; write the addresses themselves'
      : `a CNAME stands alone at its name; remove the CNAME or the ${typeText(other)}`,
  );
}

function checkSoaPlace({ zone, list }: CheckContext, node: NodeRef): void {
  if (node === zone.apexNode) return;
  const owner = zone.owner(node);
  list.add(
    ContentProblem.soaElsewhere,
    { owner, type: Type.soa },
    `the SOA of ${nameText(owner)} does not stand at the apex of this zone`,
    `the zone is ${nameText(zone.apex)}; correct the owner, or load ${nameText(owner)} as a zone of its own`,
  );
}

function checkNsPlace({ zone, list }: CheckContext, node: NodeRef): void {
  const owner = zone.owner(node);
  if (!isWildcard(owner)) return;
  list.add(
    // RFC 4592 §4.2 leaves it undefined.
    ContentProblem.wildcardNs,
    { owner, type: Type.ns },
    `${nameText(owner)} has NS records at a wildcard`,
    'a wildcard cannot delegate; name each delegated zone',
  );
}

function checkDsPlace({ zone, list, broken }: CheckContext, node: NodeRef): void {
  if (node === zone.apexNode || zone.reader.findRrset(node, Type.ns) !== 0) return;
  const owner = zone.owner(node);
  if (broken.mayHave(owner, 0, Type.ns)) return;
  list.add(
    ContentProblem.dsWithoutNs,
    { owner, type: Type.ds },
    `${nameText(owner)} has a DS record, but no NS: it is not delegated`,
    'add the NS records of the delegated zone, or remove the DS',
  );
}

/** RFC 7208 §3.1: SPF is published in TXT; BIND's check-spf says the same. */
function checkSpf({ zone, list, broken }: CheckContext, node: NodeRef): void {
  const { reader } = zone;
  const txt = reader.findRrset(node, Type.txt);
  let hasTwin = false;
  if (txt !== 0) {
    forEachRdata(reader, txt, (offset, octets) => {
      const text = String.fromCharCode(...reader.octets.subarray(offset + 1, offset + Math.min(octets, 7)));
      if (text.toLowerCase() === 'v=spf1') hasTwin = true;
    });
  }
  const owner = zone.owner(node);
  if (hasTwin || broken.mayHave(owner, 0, Type.txt)) return;
  list.add(
    ContentProblem.spfWithoutTxt,
    { owner, type: spf },
    `${nameText(owner)} has an SPF record, but no TXT record that says the same`,
    'mail servers read TXT only; write the same text as TXT',
  );
}

/** BIND's check-names. */
function checkHostname({ zone, list }: CheckContext, node: NodeRef, type: number): void {
  const { reader } = zone;
  if (isHostname(reader.octets, reader.nodeNameOffset(node))) return;
  const owner = zone.owner(node);
  list.add(
    ContentProblem.notHostname,
    { owner, type },
    `${nameText(owner)} has ${typeText(type)} records, but is no host name`,
    'a host name has letters, digits and hyphens inside; BIND refuses the zone unless check-names is off',
  );
}

/** RFC 952 with RFC 1123 §2.1; a wildcard stands for one. */
export function isHostname(octets: Uint8Array, offset: number): boolean {
  let at = offset;
  if (octetAt(octets, at) === 1 && octetAt(octets, at + 1) === asterisk) at += 2;
  for (; octetAt(octets, at) !== 0; at += 1 + octetAt(octets, at)) {
    const last = at + octetAt(octets, at);
    for (let i = at + 1; i <= last; i++) {
      const inside = i > at + 1 && i < last && octetAt(octets, i) === hyphen;
      if (!inside && !isLetterOrDigit(octetAt(octets, i))) return false;
    }
  }
  return true;
}

/** RFC 4592 §2.1.1: only the leftmost label `*` makes a wildcard. */
function checkInnerWildcard({ zone, list }: CheckContext, node: NodeRef): void {
  const { reader } = zone;
  if (!hasInnerWildcard(reader.octets, reader.nodeNameOffset(node))) return;
  const set = reader.firstRrset(node);
  if (set === 0) return;
  const owner = zone.owner(node);
  list.add(
    ContentProblem.innerWildcard,
    { owner, type: reader.rrsetType(set) },
    `${nameText(owner)} has an asterisk that stands for nothing but itself`,
    'only an asterisk as the first label is a wildcard',
  );
}

/** Whether a label behind the first one is `*`. */
export function hasInnerWildcard(octets: Uint8Array, offset: number): boolean {
  let at = offset;
  if (octetAt(octets, at) === 0) return false;
  for (at += 1 + octetAt(octets, at); octetAt(octets, at) !== 0; at += 1 + octetAt(octets, at)) {
    if (octetAt(octets, at) === 1 && octetAt(octets, at + 1) === asterisk) return true;
  }
  return false;
}

function isWildcard(name: WireName): boolean {
  return octetAt(name, 0) === 1 && octetAt(name, 1) === asterisk;
}

function isLetterOrDigit(octet: number): boolean {
  const lower = octet | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || (octet >= 0x30 && octet <= 0x39);
}

const asterisk = 0x2a;
const hyphen = 0x2d;
