import type { WireName } from '../../wire/name.ts';

/** A zone that a catalog lists (RFC 9432 §4.1). */
export interface CatalogMember {
  /** As the catalog writes it. */
  readonly apex: WireName;
  /** The member node's own label (`<unique-N>`), in presentation format and lower case. */
  readonly label: string;
  /** Values of its group property (§4.3.2), in canonical order. */
  readonly groups: readonly string[];
  /** The catalog that may take it over (§4.3.1). */
  readonly newCatalog: WireName | undefined;
}
