/** Which zones the catalogs give, and whose each one is (RFC 9432 §4.3.1, §5). Knows neither files nor threads. */
import type { CatalogMember } from '../../transfer/catalog/catalog-member.ts';
import { formatName, type WireName } from '../../wire/name.ts';

/** A member, and the catalog that it is served from. */
export interface OwnedMember {
  readonly member: CatalogMember;
  /** Key of the catalog. */
  readonly catalog: string;
}

/** What a new list of a catalog leads to. */
export type MemberEvent =
  | { readonly kind: 'added' | 'modified' | 'deleted'; readonly member: CatalogMember; readonly catalog: string }
  /** Its label is another one: all that is kept of it goes. */
  | { readonly kind: 'reset'; readonly member: CatalogMember; readonly catalog: string }
  | {
      readonly kind: 'moved';
      readonly member: CatalogMember;
      readonly catalog: string;
      readonly from: string;
      readonly isReset: boolean;
    }
  /** Not taken: it is configured by hand, or another catalog's (`owner`). */
  | {
      readonly kind: 'clash';
      readonly member: CatalogMember;
      readonly catalog: string;
      readonly owner: string | undefined;
    };

type List = ReadonlyMap<string, CatalogMember>;

/** A name as the key of maps. */
export function nameKey(apex: WireName): string {
  return formatName(apex).toLowerCase();
}

export class MemberTable {
  /** The last list of each catalog that was not broken, in the order in which catalogs are configured. */
  private lists = new Map<string, List>();
  private readonly owned = new Map<string, OwnedMember>();
  private configured: ReadonlySet<string> = new Set();

  get members(): Iterable<OwnedMember> {
    return this.owned.values();
  }

  /** Whether it is served, from whatever catalog. */
  has(apex: WireName): boolean {
    return this.owned.has(nameKey(apex));
  }

  /** The members of one catalog, and whether each is served from it. */
  listOf(catalog: string): readonly { readonly member: CatalogMember; readonly isOwned: boolean }[] {
    const list = this.lists.get(catalog)?.values() ?? [];
    return [...list].map((member) => ({ member, isOwned: this.ownerOf(nameKey(member.apex)) === catalog }));
  }

  /**
   * The configuration has these zones by hand, and these catalogs. Members that are configured now are given up; they are not
   * deleted, because a zone of the same name takes their place. Members of catalogs that went are no more.
   */
  configure(zones: Iterable<WireName>, catalogs: readonly string[]): void {
    this.configured = new Set([...zones].map(nameKey));
    this.lists = new Map(catalogs.map((catalog) => [catalog, this.lists.get(catalog) ?? new Map()]));
    for (const [key, { catalog }] of this.owned) {
      if (!this.lists.has(catalog) || this.configured.has(key)) this.owned.delete(key);
    }
    for (const catalog of catalogs) this.adopt(catalog);
  }

  /** As it was before a restart. */
  restore(catalog: string, entries: readonly { readonly member: CatalogMember; readonly isOwned: boolean }[]): void {
    if (!this.lists.has(catalog)) return;
    this.lists.set(catalog, listFrom(entries.map(({ member }) => member)));
    for (const { member, isOwned } of entries) {
      const key = nameKey(member.apex);
      if (isOwned && !this.configured.has(key) && !this.owned.has(key)) this.owned.set(key, { member, catalog });
    }
  }

  /** Take a catalog's new list. */
  take(catalog: string, members: readonly CatalogMember[]): readonly MemberEvent[] {
    const before = this.lists.get(catalog);
    if (before === undefined) return [];
    const list = listFrom(members);
    this.lists.set(catalog, list);
    const events: MemberEvent[] = [];
    const freed: string[] = [];
    for (const [key, member] of before) {
      // RFC 9432 §5.3: only the catalog that it came from takes it away.
      if (list.has(key) || this.ownerOf(key) !== catalog) continue;
      this.owned.delete(key);
      freed.push(key);
      events.push({ kind: 'deleted', member, catalog });
    }
    for (const [key, member] of list) {
      const event = this.takeMember(catalog, key, member, before.get(key));
      if (event !== undefined) events.push(event);
    }
    return [...events, ...freed.flatMap((key) => this.adoptFreed(key))];
  }

  private takeMember(
    catalog: string,
    key: string,
    member: CatalogMember,
    before: CatalogMember | undefined,
  ): MemberEvent | undefined {
    const owner = this.owned.get(key);
    if (this.configured.has(key)) return before === undefined ? clash(member, catalog, undefined) : undefined;
    if (owner === undefined) {
      this.owned.set(key, { member, catalog });
      return { kind: 'added', member, catalog };
    }
    if (owner.catalog !== catalog) return this.takeOver(catalog, key, member, owner, before);
    this.owned.set(key, { member, catalog });
    // RFC 9432 §5.4.
    if (owner.member.label !== member.label) return { kind: 'reset', member, catalog };
    return isSameServed(owner.member, member) ? undefined : { kind: 'modified', member, catalog };
  }

  /** RFC 9432 §4.3.1: with the consent of the catalog that has it, as its newest list says. */
  private takeOver(
    catalog: string,
    key: string,
    member: CatalogMember,
    owner: OwnedMember,
    before: CatalogMember | undefined,
  ): MemberEvent | undefined {
    const { newCatalog } = owner.member;
    if (newCatalog === undefined || nameKey(newCatalog) !== catalog) {
      return before === undefined ? clash(member, catalog, owner.catalog) : undefined;
    }
    this.owned.set(key, { member, catalog });
    return { kind: 'moved', member, catalog, from: owner.catalog, isReset: owner.member.label !== member.label };
  }

  /** Another catalog that lists it all the while may have it now. */
  private adoptFreed(key: string): readonly MemberEvent[] {
    if (this.owned.has(key) || this.configured.has(key)) return [];
    for (const [catalog, list] of this.lists) {
      const member = list.get(key);
      if (member === undefined) continue;
      this.owned.set(key, { member, catalog });
      return [{ kind: 'added', member, catalog }];
    }
    return [];
  }

  /** Take what the catalog lists and nobody has. */
  private adopt(catalog: string): void {
    for (const [key, member] of this.lists.get(catalog) ?? []) {
      if (!this.owned.has(key) && !this.configured.has(key)) this.owned.set(key, { member, catalog });
    }
  }

  private ownerOf(key: string): string | undefined {
    return this.owned.get(key)?.catalog;
  }
}

function listFrom(members: readonly CatalogMember[]): List {
  return new Map(members.map((member) => [nameKey(member.apex), member]));
}

function isSameServed(a: CatalogMember, b: CatalogMember): boolean {
  return JSON.stringify(a.groups) === JSON.stringify(b.groups);
}

function clash(member: CatalogMember, catalog: string, owner: string | undefined): MemberEvent {
  return { kind: 'clash', member, catalog, owner };
}
