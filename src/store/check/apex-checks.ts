/** What a zone needs at its apex: one SOA with sensible numbers, NS, no DS. */
import { u16At } from '../../base/octets.ts';
import { Type } from '../../wire/codes.ts';
import { nameText } from '../../wire/name.ts';
import type { CheckContext } from './check-context.ts';
import { readSoaNumbers, type SoaNumbers, secondRdata } from './checked-zone.ts';
import { ContentProblem } from './codes.ts';

export function checkApex(context: CheckContext): void {
  checkSoa(context);
  checkApexNs(context);
  const { zone, list } = context;
  if (zone.reader.findRrset(zone.apexNode, Type.ds) === 0) return;
  // RFC 4035 §2.4: the DS belongs to the parent's side of the cut.
  list.add(
    ContentProblem.dsAtApex,
    { owner: zone.apex, type: Type.ds },
    `${nameText(zone.apex)} has a DS record at its own apex`,
    'DS records belong into the parent zone: give them to the registrar and remove them here',
  );
}

function checkSoa({ zone, list, broken }: CheckContext): void {
  const { reader, apex } = zone;
  const place = { owner: apex, type: Type.soa };
  const rrset = reader.findRrset(zone.apexNode, Type.soa);
  if (rrset === 0) {
    if (broken.mayHave(apex, 0, Type.soa)) return;
    list.add(
      ContentProblem.noSoa,
      place,
      `${nameText(apex)} has no SOA record at its apex`,
      'begin the zone with one: `@ IN SOA ns1 hostmaster 1 3600 600 604800 300`, with your primary server and mail address',
    );
    return;
  }
  const count = reader.rrsetCount(rrset);
  if (count > 1) {
    list.add(
      ContentProblem.severalSoa,
      { ...place, rdata: secondRdata(reader, rrset) },
      `${nameText(apex)} has ${count} different SOA records`,
      'keep the one with the right serial and remove the others',
    );
  }
  for (const [message, hint] of timerProblems(firstSoa(reader.octets, reader.rrsetDataOffset(rrset)))) {
    list.add(ContentProblem.soaTimers, { ...place, part: 'data' }, message, hint);
  }
}

function firstSoa(octets: Uint8Array, dataOffset: number): SoaNumbers {
  return readSoaNumbers(octets, dataOffset + 2 + u16At(octets, dataOffset));
}

/** RFC 2308 §5 calls one to three hours sensible for MINIMUM; beyond a day it is surely the default TTL of old. */
const maxSensibleMinimum = 86_400;

function timerProblems({ refresh, retry, expire, minimum }: SoaNumbers): [string, string][] {
  const problems: [string, string][] = [];
  if (refresh === 0) problems.push(['the SOA refresh time is 0', 'secondaries ask without end; 3600 is usual']);
  if (retry === 0) problems.push(['the SOA retry time is 0', 'secondaries ask without end; 600 is usual']);
  if (expire <= refresh + retry) {
    problems.push([
      `the SOA expire time ${expire} is not above refresh + retry, ${refresh + retry}`,
      // RFC 1912 §2.2: two to four weeks.
      'a secondary would drop the zone after one missed refresh; 604800 (a week) or more is usual',
    ]);
  }
  if (minimum > maxSensibleMinimum) {
    problems.push([
      `the last number of the SOA, ${minimum}, is how many seconds resolvers remember that a name does not exist`,
      'it is not the default TTL (use $TTL for that); 300 to 10800 is usual (RFC 2308)',
    ]);
  }
  return problems;
}

function checkApexNs({ zone, list, broken }: CheckContext): void {
  const { apex } = zone;
  const rrset = zone.reader.findRrset(zone.apexNode, Type.ns);
  if (rrset !== 0 || broken.mayHave(apex, 0, Type.ns)) return;
  list.add(
    ContentProblem.noApexNs,
    { owner: apex, type: Type.ns },
    `${nameText(apex)} has no NS records at its apex`,
    `name the zone's servers: \`@ IN NS ns1.${nameText(apex)}.\`, with an address for each that lies in the zone`,
  );
}
