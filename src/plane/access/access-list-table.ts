/** Address match lists as they travel between threads: plain data, resolved (no names, no `localhost`), by number. */

/** Index of a list in the table. */
export type AccessListId = number;

/** The lists that are in every table. */
export const AccessList = { any: 0, none: 1 } as const;

/**
 * All lists of a configuration. While the server runs lists are only appended: an id that a thread reads from the zone set
 * means the same in every table that has it, and a table that hasn't got it yet denies.
 */
export interface AccessListTable {
  readonly lists: readonly (readonly AccessRule[])[];
}

/** One element of a list. The first that matches decides; `negated` ones deny. A list without a match denies. */
export type AccessRule =
  | { readonly kind: 'any'; readonly negated: boolean }
  /** `octets`: 4 or 16, zero behind the first `bits`. */
  | {
      readonly kind: 'prefix';
      readonly negated: boolean;
      readonly family: 4 | 6;
      readonly octets: Uint8Array;
      readonly bits: number;
    }
  /** Index in Config.keys, which keeps its meaning too; -1 for one that was never read, which nobody has. */
  | { readonly kind: 'key'; readonly negated: boolean; readonly key: number }
  /** Whatever comes without TLS. */
  | { readonly kind: 'plain'; readonly negated: boolean }
  /** A list before this one in the table. Where that one denies, or doesn't match, the search goes on behind this rule. */
  | { readonly kind: 'list'; readonly negated: boolean; readonly list: AccessListId };

/** What holds where nothing is configured. */
export const defaultAccessTable: AccessListTable = { lists: [[{ kind: 'any', negated: false }], []] };
