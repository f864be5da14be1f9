import type { Diagnostic } from '../../base/diagnostic.ts';
import type { AccessListId, AccessListTable } from '../../plane/access/access-list-table.ts';
import type { AnswerSettings } from '../../plane/answer-settings.ts';
import type { ListenAddress, TcpLimits } from '../../plane/messages.ts';
import type { TsigKey } from '../../tsig/tsig-key.ts';
import type { WireName } from '../../wire/name.ts';
import type { AddedZones } from '../added-zones/added-zones.ts';
import type { DnstapConfig } from '../dnstap/dnstap-config.ts';
import type { HealthHook } from '../health/health-plan.ts';
import type { LoggingConfig } from '../log/logging-config.ts';
import type { SteeringSettings } from '../steering/steering-settings.ts';

/** What the operator asked for, checked and complete. */
export interface Config {
  readonly listen: readonly ListenAddress[];
  /** DNS over TLS and XoT (RFC 7858, 9103). */
  readonly tls: TlsConfig | undefined;
  /** UDP workers; `auto` is one per core. */
  readonly workers: number | 'auto';
  /** Becomes this user when the sockets are open. */
  readonly user: string | undefined;
  /**
   * Absolute path of the folder of journals and secondaries' copies; `undefined`: there is none. As read it is the one wished
   * for; the server looks whether it can be had (control/data-dir.ts).
   */
  readonly dataDir: string | undefined;
  /** Whether the operator has named it: then it must be had. */
  readonly isDataDirNamed: boolean;
  /** Absolute path of the control socket; `undefined`: there shall be none. */
  readonly control: string | undefined;
  /** Whether the operator has named it: then it must be had. */
  readonly isControlNamed: boolean;
  /** Statistics and the status page. */
  readonly http: HttpConfig;
  /** After SIGTERM the server is not ready, and answers for so long yet. */
  readonly lameDuckMs: number;
  readonly zones: readonly ZoneConfig[];
  /** In the order in which they are tried; at least one. Without views it is that of everybody, `_default`, number 0. */
  readonly views: readonly ViewConfig[];
  /**
   * The name of each view by its number. While the server runs the list only grows: a number means the same view for as long, whatever
   * comes, goes or changes places.
   */
  readonly viewNames: readonly string[];
  /** Those of the zones that the command line has given beside the file. */
  readonly optionZones?: readonly ZoneConfig[];
  /** Whether `ctl addzone` and `modzone` may be used. */
  readonly allowNewZones: boolean;
  /** What it was made of; missing where there was no file. */
  readonly written?: WrittenValues | undefined;
  /** Those of the zones that `ctl` has added; missing where there was no file. */
  readonly addedZones?: AddedZones | undefined;
  /** Those of the zones that are catalogs of others. */
  readonly catalogs: readonly CatalogConfig[];
  /** TSIG keys; their numbers are indices here. */
  readonly keys: readonly TsigKey[];
  /** Every list that a zone or a setting refers to by its number. */
  readonly access: AccessListTable;
  /** Whom nothing is ever sent to. */
  readonly blackhole: AccessListId;
  /** Transfers at once: to others, from others, and from one of these. */
  readonly transfersOut: number;
  readonly transfersIn: number;
  readonly transfersPerPrimary: number;
  /** Looks at primaries, and notices to others, that begin in a second. */
  readonly serialQueryRate: number;
  readonly notifyRate: number;
  readonly settings: AnswerSettings;
  readonly tcp: TcpLimits;
  readonly logging: LoggingConfig;
  /** Whether questions are logged; `undefined`: yes when the category `queries` is routed, as BIND does. */
  readonly querylog: boolean | undefined;
  /** Whether responses are logged (category `responses`); missing: not, whatever is routed (BIND 9.20). */
  readonly responselog?: boolean | undefined;
  /** Which messages are written as dnstap, and where to; `undefined`: none. */
  readonly dnstap?: DnstapConfig | undefined;
  /** What there is once for all probes of SRV targets; missing: the defaults. */
  readonly probing?: ProbingConfig | undefined;
  /** Other Ringzones that opinions and drains are exchanged with; missing: none. */
  readonly peers?: readonly PeerConfig[] | undefined;
  /** `serve --trial`: beside the server that the configuration is of. Missing: it is that server. */
  readonly isTrial?: boolean | undefined;
  /** Treat warnings about zones as errors, and refuse to start when a zone is refused. */
  readonly strict: boolean;
  /** Problems that do not stop anything. */
  readonly warnings: readonly Diagnostic[];
}

/** Keys and values as ringzone.yaml has them, and where relative paths in them start; without the zones that `ctl` has added. */
export interface WrittenValues {
  readonly value: unknown;
  readonly folder: string;
}

/** Who sees the zones of a view: the first one that fits a message, in the order of Config.views, answers it. */
export interface ViewConfig {
  /** Index of its name in Config.viewNames; not its place in the order. */
  readonly number: number;
  readonly name: string;
  /** For the sender's address and TSIG key. */
  readonly matchClients: AccessListId;
  /** For the address that was asked. */
  readonly matchDestinations: AccessListId;
  /** Only messages with the RD bit. */
  readonly matchRecursiveOnly: boolean;
}

export interface ZoneConfig {
  /** Number and name of its view. The default view has number 0, and no name here: logs don't show it. */
  readonly view: number;
  readonly viewName?: string | undefined;
  /** As a person wrote it, without the final dot (`.` for the root). */
  readonly name: string;
  readonly apex: WireName;
  readonly class: number;
  readonly type: 'primary' | 'secondary';
  /** Primary: absolute path of the master file. Secondary: `undefined`, its copy is in the data folder. */
  readonly file: string | undefined;
  /** Reload by itself when the file has changed and is quiet. */
  readonly watch: boolean;
  readonly allowQuery: AccessListId;
  readonly allowTransfer: AccessListId;
  /** Whose NOTIFY is heard besides the primaries'. */
  readonly allowNotify: AccessListId;
  /** `undefined`: a static zone. */
  readonly update: UpdateAccess | undefined;
  /** Secondary: where to transfer from, in this order. */
  readonly primaries: readonly Remote[];
  readonly alsoNotify: readonly Remote[];
  /** `yes`: the NS set and `alsoNotify`; `explicit`: only `alsoNotify`; `primary-only`: as `yes` for primary zones, else as `no`. */
  readonly notify: NotifyMode;
  /** From one round of notices to the next; what changes meanwhile is told in that. */
  readonly notifyDelayMs: number;
  /** Where questions to primaries and transfers from them come from, and where notices do. */
  readonly transferSource: SourceAddresses;
  readonly notifySource: SourceAddresses;
  /** Primary: make IXFR out of what a reload changed. Secondary: out of what an AXFR changed. */
  readonly ixfrFromDifferences: boolean;
  readonly limits: TransferLimits;
  readonly transferTimes: TransferTimes;
  /** Bound on this zone's journal, in octets. */
  readonly journalOctets: number;
  /** An IXFR longer than this percentage of the zone is sent as AXFR; `undefined`: never for that. */
  readonly maxIxfrRatio: number | undefined;
  /** Verify the zone's message digest (RFC 8976) where it has one. */
  readonly zonemdVerify: boolean;
  /** The generated catalog that lists the zone (RFC 9432). */
  readonly catalog: CatalogEntry | undefined;
  /** What is said of its SRV; missing where nothing is. */
  readonly steering?: SteeringSettings | undefined;
  /** A catalog whose content this server makes, of the zones that name it. Its type is primary. */
  readonly isGenerated: boolean;
}

export interface CatalogEntry {
  /** Apex of the catalog, as it was written. */
  readonly apex: WireName;
  /** For the consumers of the catalog (RFC 9432 §4.3.2). */
  readonly groups: readonly string[];
}

/** A zone of `zones` whose members this server serves (RFC 9432). */
export interface CatalogConfig {
  /** That of its members, too. */
  readonly view: number;
  readonly viewName?: string | undefined;
  readonly name: string;
  readonly apex: WireName;
  /** What each member is served like, but for name and apex. */
  readonly members: ZoneConfig;
  /** The same for members of a group, by its name. */
  readonly groups: ReadonlyMap<string, ZoneConfig>;
}

export type NotifyMode = 'yes' | 'no' | 'explicit' | 'primary-only';

/** Bounds on what a secondary takes, and on the timers of its SOA. Records and octets may be `Infinity`. */
export interface TransferLimits {
  readonly maxRecords: number;
  readonly maxTransferOctets: number;
  readonly minRefreshSeconds: number;
  readonly maxRefreshSeconds: number;
  readonly minRetrySeconds: number;
  readonly maxRetrySeconds: number;
}

/** How long a transfer may take from its beginning, and without an octet: from primaries, and to others. */
export interface TransferTimes {
  readonly inMs: number;
  readonly idleInMs: number;
  readonly outMs: number;
  readonly idleOutMs: number;
}

/** One for each family; `undefined`: the system's choice. */
export interface SourceAddresses {
  readonly ipv4: string | undefined;
  readonly ipv6: string | undefined;
}

/** Who may change a zone by UPDATE (RFC 2136). */
export type UpdateAccess =
  | { readonly kind: 'list'; readonly list: AccessListId }
  /** The first rule that matches decides; without a match it is denied. */
  | { readonly kind: 'policy'; readonly rules: readonly UpdateRule[] };

/** BIND's update-policy rule. */
export interface UpdateRule {
  readonly action: 'grant' | 'deny';
  /** Name of the key, lower case, or a wildcard that stands for it; `*.` for every key. */
  readonly identity: WireName;
  readonly match: UpdateMatch;
  /** Lower case. `undefined` for `zonesub` and the self matches. */
  readonly name: WireName | undefined;
  /** RR types; none: all but NS, SOA, RRSIG, NSEC and NSEC3. ANY (255) stands for all but NSEC and NSEC3. */
  readonly types: readonly number[];
}

export type UpdateMatch = 'name' | 'subdomain' | 'zonesub' | 'wildcard' | 'self' | 'selfsub' | 'selfwild';

/** A server that zones are transferred from, or that is notified. */
export interface Remote {
  /** Without brackets. */
  readonly address: string;
  readonly port: number;
  /** Name of the TSIG key, as it stands in `keys`. */
  readonly key: string | undefined;
  /** Over TLS (RFC 9103). */
  readonly tls: RemoteTls | undefined;
  /** This host's address from which it is spoken to; missing: the system's choice. See `withSource`. */
  readonly source?: string | undefined;
}

/** RFC 8310: strict authenticates the server, opportunistic encrypts only. */
export interface RemoteTls {
  /** Name in its certificate; `undefined`: its address. */
  readonly hostname: string | undefined;
  /** Absolute path of the authorities' certificates; `undefined`: the system's. */
  readonly caFile: string | undefined;
  readonly mode: 'strict' | 'opportunistic';
}

/** Another Ringzone, and the key that both sign with, by its name in `keys`. */
export interface PeerConfig {
  readonly address: string;
  readonly port: number;
  readonly key: string;
}

export interface ProbingConfig {
  /** Who is asked for targets outside the served zones, `192.0.2.1:53`; none: the system's. */
  readonly resolvers: readonly string[];
  /** Bound on probes that begin in a second. */
  readonly probesPerSecond: number;
  /** Who is told of changes. */
  readonly hook: HealthHook | undefined;
}

export interface HttpConfig {
  /** None: there is no HTTP. */
  readonly listen: readonly HttpListen[];
  /** Whether the operator has named them: then they must be had. */
  readonly isNamed: boolean;
}

export interface HttpListen {
  readonly address: ListenAddress;
  /** Who may ask. */
  readonly allow: AccessListId;
  /** Names, lower case, by which browsers may ask for it beside its addresses, localhost and the machine's name. */
  readonly hosts?: readonly string[];
}

/** Paths are absolute. */
export interface TlsConfig {
  readonly listen: readonly ListenAddress[];
  /** `ephemeral`: one that we make for ourselves at each start. */
  readonly certificate: CertificateFiles | 'ephemeral';
}

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}
