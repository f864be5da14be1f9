/** Numbers of SRV sets that phones take otherwise than their author meant: ports, weights, TTLs, and how many there are. */
import { typeText } from '../../../rr/mnemonics.ts';
import { Type } from '../../../wire/codes.ts';
import { nameText } from '../../../wire/name.ts';
import type { NodeRef } from '../../zone-reader.ts';
import type { CheckContext } from '../check-context.ts';
import { SipProblem } from './codes.ts';
import { labelText, nextLabel } from './service-owner.ts';
import { plainTransports } from './sip-services.ts';
import { placeOf, type SrvRecord, type SrvSet, targetText } from './srv-set.ts';

/** pjlib-util's PJ_DNS_SRV_MAX_ADDR: it keeps so many, as they stand in the answer, before it looks at priorities. */
const mostSrvOfPjsip = 8;
/** A weight that leaves less than one call in a hundred to all others of its priority is no share. */
const farAbove = 100;

export class SrvCheck {
  private readonly context: CheckContext;
  /** Hosts that have been told of: each is named by a set for each transport. */
  private readonly shortLived = new Set<NodeRef>();

  constructor(context: CheckContext) {
    this.context = context;
  }

  check(set: SrvSet): void {
    this.checkCount(set);
    for (const record of set.records) {
      this.checkPort(set, record);
      this.checkTtl(set, record);
    }
    if (!mayShareBadly(set.records)) return;
    for (const sharing of Map.groupBy(set.records, ({ priority }) => priority).values()) {
      this.checkWeights(set, sharing);
    }
  }

  private checkCount(set: SrvSet): void {
    const count = set.records.length;
    if (count <= mostSrvOfPjsip) return;
    const { zone, list } = this.context;
    const place = placeOf(zone, set);
    list.add(
      SipProblem.manySrv,
      place,
      `${nameText(place.owner)} has ${count} SRV records: pjsip, and the softphones built with it, read the first ${mostSrvOfPjsip} of an answer and never see the rest, not even by priority`,
      `name at most ${mostSrvOfPjsip} servers, and put more behind one name as addresses, or behind a proxy`,
    );
  }

  private checkPort(set: SrvSet, record: SrvRecord): void {
    const { service } = set;
    if (record.port !== service.otherPort) return;
    const { zone, list } = this.context;
    const { octets } = zone.reader;
    const transport = labelText(octets, nextLabel(octets, zone.reader.nodeNameOffset(set.node)));
    if (!plainTransports.includes(transport)) return;
    const labels = `${service.label}.${transport}`;
    list.add(
      SipProblem.srvPort,
      placeOf(zone, set, record),
      service.isSecure
        ? `port ${record.port} of ${labels} is the one for unencrypted traffic: phones begin with TLS there, and hear nothing that they understand`
        : `port ${record.port} of ${labels} is the one for TLS: phones come there without it (${labels} is unencrypted), and get no answer`,
      `the usual port of ${labels} is ${service.defaultPort}; ${
        service.isSecure
          ? `without TLS the owner is ${service.label.slice(0, -1)}`
          : `for TLS the owner is ${service.label}s._tcp`
      }`,
    );
  }

  private checkWeights(set: SrvSet, sharing: readonly SrvRecord[]): void {
    if (sharing.length < 2) return;
    const sum = sharing.reduce((total, { weight }) => total + weight, 0);
    const heaviest = sharing.reduce((best, record) => (record.weight > best.weight ? record : best));
    if (sum === 0) this.reportAllZero(set, sharing);
    else if (heaviest.weight > farAbove * (sum - heaviest.weight)) this.reportFarAbove(set, sharing, heaviest);
  }

  private reportAllZero(set: SrvSet, sharing: readonly SrvRecord[]): void {
    const { zone, list } = this.context;
    const [first] = sharing;
    const count = sharing.length === 2 ? 'both' : `all ${sharing.length}`;
    list.add(
      SipProblem.weightsAllZero,
      placeOf(zone, set, first),
      `${count} SRV of priority ${first?.priority} have weight 0, so none has a share: some clients draw, others (RFC 2782's own procedure) take the first of the answer each time`,
      'for equal shares give each the same weight above 0, for example 10',
    );
  }

  private reportFarAbove(set: SrvSet, sharing: readonly SrvRecord[], heaviest: SrvRecord): void {
    const { zone, list } = this.context;
    const others = sharing.length === 2 ? 'the other one' : `the ${sharing.length - 1} others`;
    list.add(
      SipProblem.weightFarAbove,
      placeOf(zone, set, heaviest),
      `weight ${heaviest.weight} of ${targetText(zone, heaviest)} leaves less than 1 % of the calls to ${others} of priority ${heaviest.priority}; Yealink and Cisco phones, which take the highest weight first, never go there`,
      'for a backup use a higher priority number; weights are shares among servers of the same priority',
    );
  }

  /** The other way round is fine: what an SRV names may be known longer than the SRV. */
  private checkTtl(set: SrvSet, { host }: SrvRecord): void {
    const { zone, list } = this.context;
    const { reader } = zone;
    if (host === 0) return;
    const srvTtl = reader.rrsetTtl(set.rrset);
    for (const type of [Type.a, Type.aaaa]) {
      const addresses = reader.findRrset(host, type);
      if (addresses === 0 || reader.rrsetTtl(addresses) >= srvTtl || this.shortLived.has(host)) continue;
      this.shortLived.add(host);
      const owner = zone.owner(host);
      list.add(
        SipProblem.addressTtl,
        { owner, type },
        `${nameText(owner)} ${typeText(type)} lives ${reader.rrsetTtl(addresses)} s, and the SRV of ${nameText(zone.owner(set.node))} that names it ${srvTtl} s: each phone asks for the address again in between, and Yealink's failback by DNS TTL goes by the address`,
        'along a chain let the TTL grow or stay: SRV at most that of the addresses',
      );
    }
  }
}

/** Whether there is a weight of 0, or one far above another: by far most sets have neither. */
function mayShareBadly(records: readonly SrvRecord[]): boolean {
  if (records.length < 2) return false;
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const { weight } of records) {
    least = Math.min(least, weight);
    most = Math.max(most, weight);
  }
  return least === 0 || most > farAbove * least;
}
