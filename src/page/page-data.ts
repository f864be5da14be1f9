/** What the status page is told: JSON, made by control/page, read by the browser. Times are milliseconds since 1970 by the server's clock. */

/** How it is with calls, or with a part of it. `unknown`: nobody can say. */
export type Level = 'good' | 'warning' | 'bad' | 'unknown';

/** The sentence at the top. */
export interface Verdict {
  readonly level: Level;
  readonly title: string;
  readonly text: string;
}

/** Messages a second. Names that have none are missing. */
export interface RatePoint {
  readonly atMs: number;
  readonly types: Readonly<Record<string, number>>;
  readonly rcodes: Readonly<Record<string, number>>;
}

/** What has been turned away since the start, and in the last minutes. */
export interface RefusalCount {
  readonly what: string;
  readonly total: number;
  readonly lately: number;
}

/** Event `now`: the state of this moment, once a second. */
export interface PageNow {
  readonly atMs: number;
  readonly verdict: Verdict;
  readonly server: {
    readonly host: string;
    readonly version: string;
    readonly bootMs: number;
    readonly isReady: boolean;
    readonly readiness: string;
    readonly udpWorkers: number;
    readonly tcpWorkers: number;
    readonly replacements: number;
    /** Lines of logs that found no room. */
    readonly logDropped: number;
  };
  readonly services: number;
  readonly targets: TargetCounts;
  readonly zones: ZoneCounts;
  /** Other Ringzones that this one agrees with; empty where none is configured. */
  readonly peers: readonly PeerLine[];
  /** More of them that are not in the list. */
  readonly otherPeers: number;
  /** Over the last seconds. */
  readonly rate: RatePoint;
  readonly refusals: readonly RefusalCount[];
  /** Another text: the list of services, of zones, has changed. */
  readonly servicesStamp: string;
  readonly zonesStamp: string;
}

/** SRV records, by the state of their targets. */
export interface TargetCounts {
  readonly up: number;
  readonly down: number;
  readonly drained: number;
  /** Down as seen from here, and named all the same: too few servers see it so. */
  readonly doubted: number;
  /** No verdict yet. */
  readonly trying: number;
  /** Nobody looks after them. */
  readonly unprobed: number;
}

/** `heard`: its opinions count. `silent`: they do not. `asking`: it has been asked, and nothing came of it yet. */
export type PeerWord = 'heard' | 'silent' | 'asking';

export interface PeerLine {
  /** `192.0.2.2#53` */
  readonly peer: string;
  readonly state: PeerWord;
  /** When that question was asked that it answered last; missing: never. */
  readonly heardMs?: number;
  /** Why its opinions do not count. */
  readonly problem?: string;
  /** How many addresses it tells of. */
  readonly opinions: number;
  /** How many drains have come from it, and hold. */
  readonly drains: number;
}

export interface ZoneCounts {
  readonly total: number;
  readonly served: number;
  /** Served, and something is wrong with a copy: it can't be refreshed, or a secondary is behind. */
  readonly troubled: number;
}

/** Event `history`: what was before; event `point`: the next one. */
export type RateHistoryData = readonly RatePoint[];

export interface RecentEvent {
  readonly id: number;
  readonly atMs: number;
  readonly level: Level;
  readonly text: string;
}

export const eventGroups = ['transitions', 'transfers', 'refusals', 'errors'] as const;
export type EventGroup = (typeof eventGroups)[number];

/** Event `recent`: of each group that has something new, newest first. */
export type RecentEvents = Partial<Readonly<Record<EventGroup, readonly RecentEvent[]>>>;

/** A part of a list. */
export interface ListPart<Line> {
  readonly atMs: number;
  /** Of all, and of those that were searched for. */
  readonly total: number;
  readonly found: number;
  /** From 0. */
  readonly page: number;
  readonly pages: number;
  readonly lines: readonly Line[];
}

/** The SRV of one owner. */
export interface ServiceLine {
  readonly owner: string;
  readonly zone: string;
  readonly view?: string;
  /** `shape`; `zone` is as written. */
  readonly order: string;
  readonly reaction: string;
  readonly level: Level;
  /** Secondaries are told of what is not up, by the zone; missing: they are not. */
  readonly published?: PublishedHealth;
  /** Answers in the last minutes. */
  readonly asked: number;
  readonly targets: readonly TargetLine[];
  /** More targets that are not in the list. */
  readonly others: number;
}

/** `doubted`: down as seen from here, and named all the same, for servers must agree on it. */
export type TargetWord = 'up' | 'down' | 'drained' | 'doubted' | 'trying' | 'unprobed';

/** `drained`: the SIP server has told it to send no new calls. `none`: it does not ask there. `silent`: it isn't heard. */
export type OpinionWord = 'up' | 'down' | 'drained' | 'trying' | 'none' | 'silent';

/** How servers that must agree see one address. */
export interface ServersLine {
  /** So many must see it down to take it out. */
  readonly needed: number;
  /** This one first. */
  readonly opinions: readonly ServerOpinion[];
}

export interface ServerOpinion {
  /** `192.0.2.2#53`; missing: this one. */
  readonly peer?: string;
  readonly opinion: OpinionWord;
}

export interface TargetLine {
  readonly target: string;
  readonly port: number;
  readonly transport: string;
  readonly priority: number;
  readonly weight: number;
  readonly state: TargetWord;
  /** Part of the calls among those of its priority, by the weights: 0 to 1. */
  readonly configured: number;
  /** Another priority comes before. */
  readonly isBackup: boolean;
  /** Part of the answers of the last minutes that named it first: 0 to 1; `null`: there were none. */
  readonly given: number | null;
  readonly sinceMs?: number;
  /** What the last probe brought. */
  readonly last?: string;
  readonly latencyMs?: number;
  /** `null`: for ever. */
  readonly drainedUntilMs?: number | null;
  /** The peer that told of the drain; missing: it was ordered here. */
  readonly drainedFrom?: string;
  /** Where servers must agree, of a target with one address. */
  readonly servers?: ServersLine;
  /** Where there are several. */
  readonly addresses: readonly AddressLine[];
}

export interface AddressLine {
  readonly address: string;
  readonly state: TargetWord;
  readonly last: string;
  readonly servers?: ServersLine;
}

/** What secondaries of a zone get of the health of its targets. */
export interface PublishedHealth {
  /** Since when they have it so; missing: nothing is known of it. */
  readonly sinceMs?: number;
  /** Sets of SRV without what is not up; missing: nobody knows. */
  readonly sets?: number;
  /** Since the start not all has been judged: what was not up before it is not up there. */
  readonly isOld?: boolean;
  /** Why they are told nothing. */
  readonly problem?: string;
}

export type ZoneStateWord = 'served' | 'expired' | 'unloaded';

export interface ZoneLine {
  readonly name: string;
  readonly view?: string;
  readonly class?: string;
  readonly type: 'primary' | 'secondary';
  readonly state: ZoneStateWord;
  readonly level: Level;
  readonly serial?: number;
  readonly records?: number;
  /** When this version came to be served. */
  readonly changedAtMs?: number;
  /** Of a secondary zone. */
  readonly copy?: {
    /** When a primary has last vouched for it. */
    readonly refreshedAtMs?: number;
    readonly expiresAtMs?: number;
    /** Looks in a row at which no primary answered. */
    readonly failures: number;
  };
  /** Missing where the health of its targets is not published. */
  readonly published?: PublishedHealth;
  /** Who has its copy from here. */
  readonly secondaries: readonly SecondaryLine[];
  readonly otherSecondaries: number;
}

/**
 * `current`: it fetched what is served. `behind`: what it fetched last is older. `told`: it acknowledged the NOTIFY of what is served; whether
 * it has fetched it isn't known. `silent`: it did not answer the last NOTIFY. `unknown`: nothing has been heard of it since the start.
 */
export type SecondaryWord = 'current' | 'behind' | 'told' | 'silent' | 'unknown';

export interface SecondaryLine {
  /** `192.0.2.53#53`; of one that is not told of changes the address alone. */
  readonly place: string;
  readonly state: SecondaryWord;
  /** What it fetched last, and when it did, or was told. */
  readonly serial?: number;
  readonly atMs?: number;
  /** For how long there has been something newer. */
  readonly behindMs?: number;
  /** What went wrong. */
  readonly problem?: string;
}

/** In which order zones can be listed. */
export const zoneOrders = ['trouble', 'name', 'changed', 'records'] as const;
export type ZoneOrder = (typeof zoneOrders)[number];

/** Shares are of the answers of so many minutes. */
export const shareMinutes = 5;
