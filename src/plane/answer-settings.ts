import type { TsigKey } from '../tsig/tsig-key.ts';
import type { AccessListId, AccessListTable } from './access/access-list-table.ts';

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
}

/** `no-auth-recursive`: the authority section is left out where the question has RD, as phones' and resolvers' have. */
export type MinimalResponses = 'no' | 'yes' | 'no-auth' | 'no-auth-recursive';
