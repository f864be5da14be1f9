import { AccessLists } from '../../plane/access/access-lists.ts';
import { zoneKeyText } from '../../store/image/zone-key.ts';
import { zoneIdOf } from '../../transfer/journal/zone-id.ts';
import type { Reply } from '../../transfer/reply.ts';
import { mayUpdate, type UpdateRule } from '../../transfer/update/update-rule.ts';
import { Ede, Rcode } from '../../wire/codes.ts';
import { asWireName, nameText } from '../../wire/name.ts';
import type { Config, ZoneConfig } from '../config/config.ts';
import type { DeferredRequest } from '../deferred/deferred-request.ts';
import { formatZone } from '../load/zone-log.ts';
import { BoundedLines } from '../log/bounded-lines.ts';
import type { Log } from '../log/log.ts';
import type { UpdateRequest, UpdateRequests, UpdateResults } from './update-messages.ts';

/** What updates need of the configuration. */
export type UpdateConfig = Pick<Config, 'zones' | 'access' | 'isTrial'>;

interface Waiting {
  readonly request: DeferredRequest;
  readonly zone: ZoneConfig;
}

/** Main's side of UPDATE (RFC 2136): who may send one is decided here, the rest on the loader thread. Logs in BIND's words. */
export class Updates {
  private readonly log: Log;
  /** Of what anybody can send. */
  private readonly refusals: BoundedLines;
  private readonly post: (requests: UpdateRequests) => void;
  private readonly waiting = new Map<number, Waiting>();
  /** To be posted at the end of this turn of the event loop. */
  private gathered: UpdateRequest[] = [];
  private zones = new Map<string, ZoneConfig>();
  private access: AccessLists;
  /** Behind what is said of a static zone. */
  private staticReason = '';
  private nextId = 1;
  private hasFailed = false;
  private isHandedOver = false;

  constructor(config: UpdateConfig, post: (requests: UpdateRequests) => void, log: Log) {
    this.log = log;
    this.refusals = new BoundedLines(log);
    this.post = post;
    this.access = new AccessLists(config.access);
    this.configure(config);
  }

  configure({ zones, access, isTrial }: UpdateConfig): void {
    this.staticReason = isTrial === true ? ': no zone is changed in a trial' : '';
    this.access = new AccessLists(access);
    this.zones = new Map(zones.map((zone) => [zoneKeyText(zone), zone]));
  }

  /** Answer an UPDATE, now or when the loader thread has done it. */
  take(request: DeferredRequest): void {
    const { qname, qnameOctets, qclass } = request.request;
    const apex = asWireName(qname.subarray(0, qnameOctets));
    const zone = this.zones.get(zoneKeyText({ view: request.deferred.view, class: qclass, apex }));
    if (zone === undefined) this.refuseForeign(request);
    else if (this.mayUpdate(zone, request)) this.submit(zone, request);
    else request.answer(prohibited);
  }

  /** What the loader thread says of updates. */
  updated({ results }: UpdateResults): void {
    for (const { id, rcode, lines, severity = rcode === Rcode.servFail ? 'error' : 'info' } of results) {
      const waiting = this.waiting.get(id);
      if (waiting === undefined) continue;
      this.waiting.delete(id);
      const { request, zone } = waiting;
      // The client waits; the log does not.
      request.answer(rcode === Rcode.refused ? prohibited : { rcode });
      for (const line of lines) this.say(request, `updating zone '${titleOf(zone)}': ${line}`, severity);
    }
  }

  /** The loader thread is gone: nothing is changed any more. */
  failed(): void {
    this.hasFailed = true;
    for (const { request } of this.waiting.values()) request.answer({ rcode: Rcode.servFail });
    this.waiting.clear();
  }

  /** Another server does updates from now on: clients of UDP send what waits here again, and those of TCP are told that it is not done. */
  handedOver(): void {
    this.isHandedOver = true;
    for (const { request } of this.waiting.values()) leaveToSuccessor(request);
    this.waiting.clear();
  }

  private submit(zone: ZoneConfig, request: DeferredRequest): void {
    if (this.isHandedOver) {
      leaveToSuccessor(request);
      return;
    }
    if (this.hasFailed) {
      request.answer({ rcode: Rcode.servFail });
      return;
    }
    const { verdict, message } = request.deferred;
    const id = this.nextId++;
    this.waiting.set(id, { request, zone });
    if (this.gathered.length === 0) setImmediate(() => this.postGathered());
    this.gathered.push({ id, zone: zoneIdOf(zone), message, signer: verdict?.key.name });
  }

  private postGathered(): void {
    const requests = this.gathered;
    this.gathered = [];
    this.post({ kind: 'update', requests });
  }

  /** What is denied is logged, as BIND does it. */
  private mayUpdate(zone: ZoneConfig, request: DeferredRequest): boolean {
    const { type, update, allowQuery } = zone;
    const title = `'${titleOf(zone)}'`;
    if (type === 'secondary') {
      this.logSigner(request, 'denied');
      return this.deny(request, `update forwarding ${title} denied`);
    }
    // Who may not ask must not learn from prerequisites either.
    if (!this.access.allows(allowQuery, request.client)) {
      return this.deny(request, `update ${title} denied due to allow-query`, update === undefined ? 'info' : 'error');
    }
    if (update === undefined) return this.deny(request, `update ${title} denied${this.staticReason}`, 'info');
    if (update.kind === 'policy') return this.mayAny(update.rules, request, title);
    const isAllowed = this.access.allows(update.list, request.client);
    this.logSigner(request, isAllowed ? 'approved' : 'denied');
    return isAllowed || this.deny(request, `update ${title} denied`);
  }

  /** Who can be granted nothing is refused before prerequisites are looked at, which would tell what is in the zone. */
  private mayAny(rules: readonly UpdateRule[], request: DeferredRequest, title: string): boolean {
    const { verdict } = request.deferred;
    if (verdict === undefined) return this.deny(request, `update ${title} denied`);
    if (mayUpdate(rules, verdict.key.name)) return true;
    this.say(request, `updating zone ${title}: update failed: rejected by secure update (REFUSED)`);
    return false;
  }

  private logSigner(request: DeferredRequest, what: 'approved' | 'denied'): void {
    const signer = request.keyText('');
    if (signer === '') return;
    this.log.info('update-security', `${request.clientText}: signer "${signer}" ${what}`);
  }

  private deny(request: DeferredRequest, text: string, severity: 'info' | 'error' = 'error'): false {
    this.refusals.event('update-security', severity, `${request.clientText}: ${text}`);
    return false;
  }

  private refuseForeign(request: DeferredRequest): void {
    const name = nameText(request.request.qname);
    const text = `update failed: ${name}: not authoritative for update zone (NOTAUTH)`;
    this.refusals.event('update', 'info', `${request.clientText}: ${text}`);
    request.answer({ rcode: Rcode.notAuth });
  }

  private say(request: DeferredRequest, text: string, severity: 'info' | 'warning' | 'error' = 'info'): void {
    this.log.event('update', severity, `${request.clientText}: ${text}`);
  }
}

/** Without the view, which stands before it in the line (BIND). */
function titleOf({ name, class: zoneClass }: ZoneConfig): string {
  return formatZone({ name, class: zoneClass });
}

const prohibited: Reply = { rcode: Rcode.refused, extendedError: Ede.prohibited };

/** Who has sent a datagram sends it again, and another server gets it; who has a connection would wait. */
function leaveToSuccessor(request: DeferredRequest): void {
  if (request.deferred.route.kind === 'datagram') request.dismiss();
  else request.answer({ rcode: Rcode.servFail });
}
