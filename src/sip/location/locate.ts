/**
 * RFC 3263: from a SIP URI to the servers that a client would try, in its order. Pure: the generator yields a question, is given the
 * answer, and returns what was found and each step on the way.
 *
 *     const steps = locate(target, profile, account, draws);
 *     for (let next = steps.next(); !next.done; next = steps.next(await ask(next.value)));
 */
import type { Draws } from '../../base/draws.ts';
import { orderRecords } from '../profiles/order-records.ts';
import type { Profile } from '../profiles/profile.ts';
import { formatHost } from '../target/host.ts';
import type { SipTarget } from '../target/sip-target.ts';
import { getTransport, type Transport } from '../target/transport.ts';
import { chooseNaptr } from './choose-naptr.ts';
import { type AddressRecord, type DnsAnswer, isOfType, type SrvRecord } from './dns-answer.ts';
import { type Asking, type LookUpStep, lookUp, lookUpBeside } from './look-up.ts';

/** A server to try. */
export interface Candidate {
  /** The host as DNS names it; an address where the target is one. */
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
  /** `undefined` where no SRV record led here. */
  readonly record: SrvRecord | undefined;
  /** In the order in which they are tried; none where the look-ups gave none. */
  readonly addresses: readonly string[];
}

export interface Location {
  readonly steps: readonly LookUpStep[];
  /** In the order of the client. */
  readonly candidates: readonly Candidate[];
  /** The SRV set that was found, as it stood in the message, whole. */
  readonly srvSet: readonly SrvRecord[];
  /** What a person should know of the way, in sentences. */
  readonly notes: readonly string[];
}

/** Whoever calls: its order may be its own. */
export interface Caller {
  readonly profile: Profile;
  readonly accountKey: number;
  readonly draws: Draws;
}

export function* locate(target: SipTarget, caller: Caller): Asking<Location> {
  const way = new Way(caller);
  const host = formatHost(target.host);
  const usual = target.transport ?? (target.isSecure ? 'tls' : 'udp');
  if (target.host.kind === 'address') {
    way.notes.push('the target is an address: no look-up (RFC 3263 section 4.2)');
    return way.end([way.candidate(host, target.port, usual, [target.host.address])]);
  }
  if (target.port !== undefined) {
    way.notes.push('the target names a port: no SRV look-up (RFC 3263 section 4.2)');
    return way.end(yield* way.locateHost(host, target.port, usual));
  }
  const named = yield* way.chooseTransport(host, target);
  if (named?.leadsTo === 'A') return way.end(yield* way.locateHost(named.owner, undefined, named.transport));
  for (const { transport, owner } of named === undefined ? way.srvOwners(host, target) : [named]) {
    const found = yield* way.locateSrv(owner, transport);
    if (found !== undefined) return way.end(found);
  }
  return way.end(yield* way.locateHost(host, undefined, named?.transport ?? usual));
}

interface ServiceOwner {
  readonly transport: Transport;
  readonly owner: string;
}

/** What has been found so far, and the parts of the way. */
class Way {
  readonly notes: string[] = [];
  private readonly steps: LookUpStep[] = [];
  private srvSet: readonly SrvRecord[] = [];
  private readonly caller: Caller;

  constructor(caller: Caller) {
    this.caller = caller;
  }

  end(candidates: readonly Candidate[]): Location {
    const { steps, srvSet, notes } = this;
    return { steps, candidates, srvSet, notes };
  }

  /** RFC 3263 §4.1: by NAPTR, where the client asks it and the URI leaves it open. */
  *chooseTransport(
    host: string,
    target: SipTarget,
  ): Asking<(ServiceOwner & { readonly leadsTo: 'SRV' | 'A' }) | undefined> {
    if (target.transport !== undefined || !this.profile.asksNaptr) return undefined;
    const step = yield* this.ask(host, 'NAPTR', false);
    const records = step.records.filter(isOfType('NAPTR'));
    const choice = chooseNaptr(records, target.isSecure, this.transportsFor(target.isSecure));
    if (choice !== undefined)
      return { transport: choice.transport, owner: choice.record.replacement, leadsTo: choice.leadsTo };
    if (records.length > 0)
      this.notes.push(`no NAPTR record of ${host} names a transport of this client: as if there were none`);
    return undefined;
  }

  /** RFC 3263 §4.1: without NAPTR, one owner for each transport; §4.2: with a transport given, its own. */
  srvOwners(host: string, { transport, isSecure }: SipTarget): ServiceOwner[] {
    const transports = transport === undefined ? this.transportsFor(isSecure) : [transport];
    return transports.flatMap((candidate) => {
      const { srvLabels } = getTransport(candidate);
      return srvLabels === undefined ? [] : [{ transport: candidate, owner: `${srvLabels}.${host}` }];
    });
  }

  /** `undefined` where there are no SRV records, so that the client goes on. */
  *locateSrv(owner: string, transport: Transport): Asking<Candidate[] | undefined> {
    const step = yield* this.ask(owner, 'SRV', true);
    const records = step.records.filter(isOfType('SRV'));
    if (records.length === 0) return undefined;
    this.srvSet = records;
    // RFC 2782: a single record whose target is the root says that the service is decidedly not there.
    if (records.every(({ target }) => target === '')) {
      this.notes.push(`${owner} says that there is no such service (its target is ".")`);
      return [];
    }
    this.noteUnread(records.length);
    const { profile, accountKey, draws } = this.caller;
    const candidates: Candidate[] = [];
    for (const record of orderRecords(records, profile, accountKey, draws)) {
      if (record.target === '') continue;
      const addresses = yield* this.askAddresses(record.target, false, step.answer);
      candidates.push({ host: record.target, port: record.port, transport, record, addresses });
    }
    return candidates;
  }

  /** RFC 3263 §4.2: addresses alone. */
  *locateHost(host: string, port: number | undefined, transport: Transport): Asking<Candidate[]> {
    const addresses = yield* this.askAddresses(host, true, undefined);
    const tried = this.profile.triesAllAddresses ? addresses : addresses.slice(0, 1);
    // Each address is a server of its own.
    return tried.map((address) => this.candidate(host, port, transport, [address]));
  }

  candidate(host: string, port: number | undefined, transport: Transport, addresses: readonly string[]): Candidate {
    return { host, port: port ?? getTransport(transport).defaultPort, transport, record: undefined, addresses };
  }

  /** Of SIPS, TLS over TCP is what clients have. */
  private transportsFor(isSecure: boolean): readonly Transport[] {
    return isSecure ? ['tls'] : this.profile.transports;
  }

  private get profile(): Profile {
    return this.caller.profile;
  }

  private *askAddresses(host: string, decides: boolean, beside: DnsAnswer | undefined): Asking<string[]> {
    const isDual = this.profile.families === 'ipv6-and-ipv4';
    const first = yield* this.askAddress(host, isDual ? 'AAAA' : 'A', decides, beside);
    if (first.length > 0 && !isDual) return first;
    return [...first, ...(yield* this.askAddress(host, isDual ? 'A' : 'AAAA', decides, beside))];
  }

  private *askAddress(
    host: string,
    type: 'A' | 'AAAA',
    decides: boolean,
    beside: DnsAnswer | undefined,
  ): Asking<string[]> {
    const step = beside !== undefined && this.profile.usesAdditional ? lookUpBeside(host, type, beside) : undefined;
    if (step !== undefined) this.steps.push(step);
    const { records } = step ?? (yield* this.ask(host, type, decides));
    return records.filter((record): record is AddressRecord => record.type === type).map(({ address }) => address);
  }

  private *ask(name: string, type: LookUpStep['question']['type'], decides: boolean): Asking<LookUpStep> {
    const step = yield* lookUp(name, type, decides, this.profile.truncation);
    this.steps.push(step);
    return step;
  }

  private noteUnread(count: number): void {
    const { readsRecords } = this.profile;
    if (count <= readsRecords) return;
    this.notes.push(
      `${count - readsRecords} of ${count} SRV records are not read: this client takes the first ${readsRecords} on the wire`,
    );
  }
}
