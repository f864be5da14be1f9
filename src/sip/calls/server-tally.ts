/** Counts over many calls of one client: who was tried first, who answered, how long it took. */

import type { SrvRecord } from '../location/dns-answer.ts';
import type { Candidate, Location } from '../location/locate.ts';
import { formatHost, parseAddress } from '../target/host.ts';
import type { CallOutcome } from './play-call.ts';

export interface ServerCount {
  /** `host:port`, the host as DNS names it; the address where one name has several servers. */
  readonly server: string;
  /** Calls that tried it first. */
  first: number;
  /** Calls that it answered. */
  reached: number;
}

/** What the zone says that a server's share is to be, by its weight. */
export interface ExpectedShare {
  readonly server: string;
  /** 0 to 1. */
  readonly share: number;
}

export class ServerTally {
  calls = 0;
  lost = 0;
  /** Calls for which no server was found at all; they are lost too. */
  unlocated = 0;
  /** Of calls that got through. */
  private secondsSum = 0;
  maxSeconds = 0;
  /** Answers came with other weights or priorities than the first one: the server rewrites them. */
  hasRewrittenWeights = false;
  private readonly servers = new Map<string, ServerCount>();
  private readonly seen = new Map<string, SrvRecord>();

  add({ candidates, srvSet }: Location, { attempts, reached, seconds }: CallOutcome): void {
    this.calls++;
    this.noteSet(srvSet);
    for (const candidate of candidates) this.countOf(candidate);
    const first = attempts[0]?.candidate;
    if (first === undefined) this.unlocated++;
    else this.countOf(first).first++;
    if (reached === undefined) {
      this.lost++;
      return;
    }
    this.countOf(reached).reached++;
    this.secondsSum += seconds;
    this.maxSeconds = Math.max(this.maxSeconds, seconds);
  }

  /** By name. */
  get counts(): readonly ServerCount[] {
    return [...this.servers.values()].toSorted((a, b) => (a.server < b.server ? -1 : 1));
  }

  /** Until the call got through, of those that did; 0 where none did. */
  get meanSeconds(): number {
    return this.calls === this.lost ? 0 : this.secondsSum / (this.calls - this.lost);
  }

  private countOf(candidate: Candidate): ServerCount {
    const server = serverName(candidate);
    let count = this.servers.get(server);
    if (count === undefined) {
      count = { server, first: 0, reached: 0 };
      this.servers.set(server, count);
    }
    return count;
  }

  private noteSet(srvSet: readonly SrvRecord[]): void {
    for (const record of srvSet) {
      const key = recordName(record);
      const before = this.seen.get(key);
      if (before === undefined) this.seen.set(key, record);
      else if (before.weight !== record.weight || before.priority !== record.priority) this.hasRewrittenWeights = true;
    }
  }
}

/** Of servers that SRV names, by the name; of the addresses of one name, by the address. */
export function serverName({ host, port, record, addresses }: Candidate): string {
  if (record !== undefined) return recordName(record);
  const address = parseAddress(addresses[0] ?? '');
  return `${address === undefined ? host : formatHost(address)}:${port}`;
}

function recordName({ target, port }: SrvRecord): string {
  return `${target.toLowerCase()}:${port}`;
}

/** The shares by the weights of the first priority (RFC 2782); the others' are 0. Where all weights are 0, all have the same. */
export function expectedShares(srvSet: readonly SrvRecord[]): ExpectedShare[] {
  const lowest = Math.min(...srvSet.map(({ priority }) => priority));
  const sum = srvSet.reduce((total, { priority, weight }) => total + (priority === lowest ? weight : 0), 0);
  const equals = srvSet.filter(({ priority }) => priority === lowest).length;
  return srvSet.map((record) => {
    const share = record.priority !== lowest ? 0 : sum === 0 ? 1 / equals : record.weight / sum;
    return { server: recordName(record), share };
  });
}
