/** NAPTR records: flags, services, and where they lead. */
import { octetAt } from '../../../base/octets.ts';
import { Type } from '../../../wire/codes.ts';
import { nameText, type WireName } from '../../../wire/name.ts';
import type { NodeRef, RrsetRef } from '../../zone-reader.ts';
import type { CheckContext } from '../check-context.ts';
import { forEachRdata, TargetState } from '../checked-zone.ts';
import { SipProblem } from './codes.ts';
import { type NaptrRecord, naptrPlace, readNaptr } from './naptr-record.ts';
import { judgeService, type KnownService } from './naptr-service.ts';
import type { RegexpCheck } from './regexp-checks.ts';
import { firstLabels } from './service-owner.ts';

export function checkNaptrs(context: CheckContext, regexps: RegexpCheck, node: NodeRef, set: RrsetRef): void {
  const { zone } = context;
  const owner = zone.owner(node);
  forEachRdata(zone.reader, set, (offset, octets) => {
    const record = readNaptr(zone.reader.octets, offset, octets);
    const service = checkService(context, owner, record);
    checkFlags(context, owner, record, service);
    if (!checkWays(context, owner, record)) return;
    if (record.regexp === '') checkReplacement(context, owner, record, service);
    else regexps.check(owner, record, service);
  });
}

/** The service where it is one of telephony's. */
function checkService(context: CheckContext, owner: WireName, record: NaptrRecord): KnownService | undefined {
  // Without a service the record leads to more of them, for whatever service is asked for.
  if (record.service === '') return undefined;
  const verdict = judgeService(record.service);
  if (verdict.kind === 'known') return verdict.service;
  if (verdict.kind === 'misspelt') {
    const { octets } = context.zone.reader;
    context.list.add(SipProblem.naptrService, naptrPlace(octets, owner, record), verdict.message, verdict.hint);
  }
  return undefined;
}

/** RFC 3404 §4.3, RFC 3958 §2.2.3, RFC 4848 §2: all that there are. */
const flagsOfAnyService = ['', 's', 'a', 'u', 'p'];

function checkFlags(
  context: CheckContext,
  owner: WireName,
  record: NaptrRecord,
  service: KnownService | undefined,
): void {
  const flags = service?.flags ?? flagsOfAnyService;
  if (flags.includes(record.flags)) return;
  const [usual = ''] = flags.filter((flag) => flag !== '');
  const title = service?.text ?? (record.service === '' ? 'a NAPTR without a service' : record.service);
  context.list.add(
    SipProblem.naptrFlag,
    naptrPlace(context.zone.reader.octets, owner, record),
    `${title} has the flag "${record.flags}", with which no client follows the record`,
    service === undefined
      ? 'the flags are s (SRV), a (addresses), u (a URI), or none'
      : `write "${usual}": ${flagMeanings[usual]}`,
  );
}

const flagMeanings: Readonly<Record<string, string>> = {
  s: 'the replacement has SRV records',
  a: 'the replacement has addresses',
  u: 'the regexp makes a URI',
};

/** RFC 3403 §4.1: regexp and replacement exclude each other. Returns whether there is exactly one. */
function checkWays({ zone, list }: CheckContext, owner: WireName, record: NaptrRecord): boolean {
  const { octets } = zone.reader;
  const hasReplacement = octetAt(octets, record.replacementOffset) !== 0;
  if (hasReplacement !== (record.regexp !== '')) return true;
  const title = record.service === '' ? 'NAPTR' : record.service;
  list.add(
    SipProblem.regexpAndReplacement,
    naptrPlace(octets, owner, record),
    hasReplacement
      ? `${title} has a regexp and the replacement ${nameText(octets, record.replacementOffset)}: clients refuse one with both`
      : `${title} has neither a regexp nor a replacement: it leads nowhere`,
    record.flags === 'u'
      ? 'with the flag u write a regexp, and `.` as the replacement'
      : 'write "" as the regexp, and the name that it leads to as the replacement',
  );
  return false;
}

const leadsTo: Readonly<Record<string, readonly number[]>> = { s: [Type.srv], a: [Type.a, Type.aaaa] };

function checkReplacement(
  context: CheckContext,
  owner: WireName,
  record: NaptrRecord,
  service: KnownService | undefined,
): void {
  const { zone, list, broken } = context;
  const { reader } = zone;
  const { octets } = reader;
  if (service !== undefined && record.flags === 's') checkTransport(context, owner, record, service);
  const types = leadsTo[record.flags];
  if (types === undefined) return;
  const state = zone.solveTarget(octets, record.replacementOffset);
  // An alias is followed as with any question; what is not in this zone can't be told.
  if (state !== TargetState.address && state !== TargetState.withoutAddress) return;
  const { foundNode } = zone;
  if (foundNode !== 0 && types.some((type) => reader.findRrset(foundNode, type) !== 0)) return;
  if (broken.mayHave(octets, record.replacementOffset, ...types)) return;
  const replacement = nameText(octets, record.replacementOffset);
  const title = record.service === '' ? 'NAPTR' : record.service;
  list.add(
    SipProblem.naptrLeadsNowhere,
    naptrPlace(octets, owner, record),
    `${title} (order ${record.order}) leads to ${replacement}, which has no ${record.flags === 's' ? 'SRV' : 'A or AAAA'} here: clients that follow it find no server`,
    looksDoubled(replacement, nameText(zone.apex))
      ? `the name ends in ${nameText(zone.apex)} twice; put a dot behind the name in the record`
      : `add the ${record.flags === 's' ? 'SRV records' : 'addresses'} of ${replacement}, or mend the name`,
  );
}

/** `SIPS+D2T` to `_sip._tcp` and the like. Owners that are nobody's convention may be named by all services. */
function checkTransport(context: CheckContext, owner: WireName, record: NaptrRecord, service: KnownService): void {
  const { octets } = context.zone.reader;
  const labels = firstLabels(octets, record.replacementOffset);
  if (service.labels.length === 0 || service.labels.includes(labels) || !transportLabels.test(labels)) return;
  const [expected] = service.labels;
  context.list.add(
    SipProblem.naptrTransport,
    naptrPlace(octets, owner, record),
    `${service.text} leads to ${nameText(octets, record.replacementOffset)}, whose name is that of another transport`,
    `${service.text} belongs to ${expected}; clients take the transport from the service, the port from the SRV`,
  );
}

const transportLabels = /^_(sips?|turns?)\._(udp|tcp|sctp)$/;

function looksDoubled(target: string, apex: string): boolean {
  return apex !== '.' && target.toLowerCase().endsWith(`.${apex}.${apex}`.toLowerCase());
}
