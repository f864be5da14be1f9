import type { TsigKey } from '../tsig/tsig-key.ts';
import type { WireName } from '../wire/name.ts';
import type { AccessListId, AccessListTable } from './access/access-list-table.ts';

import type { RateLimit } from './rate-limit/rate-limit.ts';

/** What the operator can set about answers. One immutable object per configuration. */
export interface AnswerSettings {
  /** What we say we can take, and the most we send over UDP (RFC 6891 §6.2.3); 512 to 4096. */
  readonly ednsUdpOctets: number;
  /** Authority and additional in positive answers, in BIND's words. */
  readonly minimalResponses: MinimalResponses;
  /** CH TXT version.bind and version.server; `undefined` switches it off (REFUSED). */
  readonly version: string | undefined;
  /** CH TXT hostname.bind. */
  readonly hostname: string | undefined;
  /** CH TXT id.server, and NSID (RFC 5001). */
  readonly serverId: string | undefined;
  /** The lists that zones and `blackhole` refer to; without it those that are in every table. */
  readonly access?: AccessListTable;
  /** Who gets no response of any kind; none where it is missing. */
  readonly blackhole?: AccessListId;
  /** TSIG keys; a key's number is its index. While the server runs the list only grows, so that a number keeps its meaning. */
  readonly keys?: readonly TsigKey[];
  /** Names of views by their numbers, for what is kept on disk by them; see Config.viewNames. Missing: the default view is the only one. */
  readonly viewNames?: readonly string[];
  /** Numbers of the keys of peers, whose questions by the health name are left to main; missing: nobody has any. */
  readonly peerKeys?: readonly number[] | undefined;
  /** In the order of the configuration; missing: all sets are given as the zone has them, but for policies of SRV. */
  readonly rrsetOrder?: readonly RrsetOrderRule[] | undefined;
  /** Missing: cookies are not looked at. */
  readonly cookies?: CookieSettings | undefined;
  /** The most that is sent over UDP to who has no valid cookie, beside the other bounds; missing: they alone hold. */
  readonly noCookieUdpOctets?: number | undefined;
  /** By the number of the view; missing: nothing is limited. */
  readonly rateLimits?: readonly (RateLimit | undefined)[] | undefined;
}

/** A rule of `rrset-order`: the first that fits a set says how its records are ordered. A set that none fits is given as the zone has it. */
export interface RrsetOrderRule {
  /** Number of the view that it is for. */
  readonly view: number;
  /** ANY (255) is all types. */
  readonly type: number;
  /** Lower case; a wildcard is all names below it. `undefined`: all names. */
  readonly name: WireName | undefined;
  readonly order: RrsetOrder;
}

/** `fixed` is as the zone has them. */
export type RrsetOrder = 'fixed' | 'cyclic' | 'random';

/** DNS cookies (RFC 7873). */
export interface CookieSettings {
  /** Of 16 octets each. The first makes cookies, and all are taken. In a configuration none: one is made where the server runs. */
  readonly secrets: readonly Uint8Array[];
  /** Over UDP nobody who knows cookies is answered without a valid one: they get BADCOOKIE, and a cookie. */
  readonly isRequired: boolean;
}

/** `no-auth-recursive`: the authority section is left out where the question has RD, as phones' and resolvers' have. */
export type MinimalResponses = 'no' | 'yes' | 'no-auth' | 'no-auth-recursive';
