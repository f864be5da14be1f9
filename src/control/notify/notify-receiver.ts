/** NOTIFY from primaries (RFC 1996 §3.11): who may send it, and the look that it leads to. Logs in BIND's words. */

import { u16At } from '../../base/octets.ts';
import { AccessLists } from '../../plane/access/access-lists.ts';
import { formatAddress, parseAddress } from '../../plane/sockets/socket-address.ts';
import { zoneKeyText } from '../../store/image/zone-key.ts';
import { MessageRecord } from '../../transfer/in/message-record.ts';
import { soaSerial } from '../../transfer/journal/record-octets.ts';
import { Rcode, Type } from '../../wire/codes.ts';
import { asWireName, equalNames, nameText } from '../../wire/name.ts';
import type { Config, ZoneConfig } from '../config/config.ts';
import { type DeferredRequest, formatEndpoint } from '../deferred/deferred-request.ts';
import { BoundedLines } from '../log/bounded-lines.ts';
import type { Log } from '../log/log.ts';
import type { Secondaries } from '../secondary/secondaries.ts';
import { isNews, type SecondaryZone } from '../secondary/secondary-zone.ts';

type NotifyConfig = Pick<Config, 'access'> & Partial<Pick<Config, 'zones'>>;

export class NotifyReceiver {
  private readonly secondaries: Secondaries;
  private readonly log: Log;
  /** Of what anybody can send. */
  private readonly refusals: BoundedLines;
  private access: AccessLists;
  /** Keys of zones whose changes are made here. */
  private primaries: ReadonlySet<string>;

  constructor(config: NotifyConfig, secondaries: Secondaries, log: Log) {
    this.secondaries = secondaries;
    this.log = log;
    this.refusals = new BoundedLines(log);
    this.access = new AccessLists(config.access);
    this.primaries = primaryKeys(config);
  }

  configure(config: NotifyConfig): void {
    this.access = new AccessLists(config.access);
    this.primaries = primaryKeys(config);
  }

  /** Answer a NOTIFY, and begin what it asks for. */
  take(request: DeferredRequest): void {
    const { qname, qnameOctets, qtype, qclass } = request.request;
    // RFC 1996 §3.7 knows other types, but nobody has given them a meaning.
    if (qtype !== Type.soa) {
      this.refuse(request, 'notify question section contains no SOA');
      request.answer({ rcode: Rcode.formErr });
      return;
    }
    const { view } = request.deferred;
    const apex = asWireName(qname.subarray(0, qnameOctets));
    const zone = this.secondaries.find(view, qclass, apex);
    const name = nameText(qname);
    const isPrimary = zone === undefined && this.primaries.has(zoneKeyText({ view, class: qclass, apex }));
    if (zone === undefined && !isPrimary) {
      this.refuse(request, `received notify for zone '${name}': not authoritative`);
      request.answer({ rcode: Rcode.notAuth });
      return;
    }
    const tsig = request.deferred.verdict === undefined ? '' : `: TSIG '${request.keyText('')}'`;
    this.refusals.event('notify', 'info', `${request.clientText}: received notify for zone '${name}'${tsig}`);
    if (zone === undefined) {
      // Nobody knows the zone better; BIND too just says yes.
      request.answer({ rcode: Rcode.noError, authoritative: true });
      return;
    }
    if (!this.isWelcome(zone.config, request)) {
      const from = formatEndpoint(request.deferred.client);
      this.refusals.event('general', 'info', `zone ${zone.title}: refused notify from non-primary: ${from}`);
      request.answer({ rcode: Rcode.refused });
      return;
    }
    request.answer({ rcode: Rcode.noError, authoritative: true });
    this.secondaries.noteHeard(plainText(request.deferred.client.octets) ?? '');
    this.follow(zone, request);
  }

  private isWelcome(config: ZoneConfig, request: DeferredRequest): boolean {
    const from = plainText(request.deferred.client.octets);
    const isPrimary = config.primaries.some(({ address }) => plainText(parseAddress(address)) === from);
    return isPrimary || this.access.allows(config.allowNotify, request.client);
  }

  private follow(zone: SecondaryZone, request: DeferredRequest): void {
    const from = `zone ${zone.title}: notify from ${formatEndpoint(request.deferred.client)}`;
    const serial = readSerial(request);
    // RFC 1996 §3.11: it is a hint; what is newer is seen in the primary's own answer.
    if (serial !== undefined && !isNews(zone, serial) && !zone.isExpired) {
      this.log.info('general', `${from}: zone is up to date`);
      return;
    }
    const what = serial === undefined ? 'no serial' : `serial ${serial}`;
    if (zone.isBusy) this.log.info('general', `${from}: refresh in progress, refresh check queued`);
    else this.log.info('general', `${from}: ${what}`);
    this.secondaries.refresh(zone);
  }

  private refuse(request: DeferredRequest, text: string): void {
    this.refusals.event('notify', 'notice', `${request.clientText}: ${text}`);
  }
}

function primaryKeys({ zones = [] }: NotifyConfig): ReadonlySet<string> {
  return new Set(zones.filter(({ type }) => type === 'primary').map((zone) => zoneKeyText(zone)));
}

/** The serial of the SOA that the sender may have put into the answer section (RFC 1996 §3.7). */
function readSerial({ deferred, request }: DeferredRequest): number | undefined {
  if (request.answerCount === 0) return undefined;
  const record = new MessageRecord();
  record.begin(deferred.message, 0, deferred.message.length);
  if (record.read(request.answerOffset) < 0 || record.type !== Type.soa) return undefined;
  return equalNames(record.owner, 0, request.qname, 0) ? soaSerial(record.rdata, record.rdataOctets) : undefined;
}

/** RFC 4291 §2.5.5.2: an IPv4 node is the same behind an IPv6 socket. */
function plainText(octets: Uint8Array | undefined): string | undefined {
  if (octets === undefined) return undefined;
  const isMapped =
    octets.length === 16 && octets.subarray(0, 10).every((octet) => octet === 0) && u16At(octets, 10) === 0xffff;
  return formatAddress(isMapped ? octets.subarray(12) : octets);
}
