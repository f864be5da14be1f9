import type { Bulletin } from './bulletin.ts';
import type { Standing } from './bulletin-board.ts';
import type { DrainOrder } from './drain-orders.ts';
import { isAgainst, type Opinion } from './opinion.ts';

/** A peer that says more is not believed: it would fill the memory. */
export const maxOpinions = 200_000;

/** What was said up to a number of one run. */
interface Listing extends Standing {
  number: number;
  readonly opinions: Map<string, Opinion>;
}

/** What came of a bulletin. */
export interface Heard {
  /** Keys of which the opinion is another now. */
  readonly changed: ReadonlySet<string>;
  readonly orders: readonly DrainOrder[];
  /** Nothing is missing: this is what the peer thinks at present. */
  readonly isComplete: boolean;
}

/** What is known of one peer's opinions, put together of its bulletins. No clock, no sockets. */
export class PeerView {
  private current: Listing | undefined;
  /** A listing from its beginning, of which parts are missing yet; until it is whole the one before holds. */
  private building: Listing | undefined;

  /** The run that it is in; `undefined`: nothing was heard. */
  get id(): string | undefined {
    return this.current?.id;
  }

  get size(): number {
    return this.current?.opinions.size ?? 0;
  }

  /** From where to ask. */
  get standing(): Standing | undefined {
    const listing = this.building ?? this.current;
    return listing === undefined ? undefined : { id: listing.id, number: listing.number };
  }

  opinionOf(key: string): Opinion | undefined {
    return this.current?.opinions.get(key);
  }

  /** Of whom it sees down, or drained by themselves. */
  *keysAgainst(): Generator<string, void> {
    for (const [key, opinion] of this.current?.opinions ?? []) if (isAgainst(opinion)) yield key;
  }

  /** Take what a peer says. A bulletin that does not go on from where this view stands changes nothing but where to ask from: from 0. */
  take(bulletin: Bulletin): Heard {
    const orders = bulletin.items.flatMap((item) => (item.kind === 'order' ? [item.order] : []));
    const listing = this.listingFor(bulletin);
    if (listing === undefined) {
      this.building = { id: bulletin.id, number: 0, opinions: new Map() };
      return { changed: new Set(), orders, isComplete: false };
    }
    const isNew = listing !== this.current;
    const changed = apply(bulletin, listing.opinions);
    listing.number = bulletin.through;
    const isComplete = bulletin.through === bulletin.last;
    this.building = isNew && !isComplete ? listing : undefined;
    if (!isComplete || !isNew) return { changed: isNew ? new Set() : changed, orders, isComplete };
    const before = this.current?.opinions ?? new Map<string, Opinion>();
    this.current = listing;
    return { changed: differences(before, listing.opinions), orders, isComplete };
  }

  /** What it goes on from; a new listing where it begins at 0; `undefined`: neither. */
  private listingFor({ id, from }: Bulletin): Listing | undefined {
    for (const listing of [this.building, this.current]) {
      if (listing !== undefined && listing.id === id && listing.number === from) return listing;
    }
    return from === 0 ? { id, number: 0, opinions: new Map() } : undefined;
  }
}

function apply({ items }: Bulletin, opinions: Map<string, Opinion>): Set<string> {
  const changed = new Set<string>();
  for (const item of items) {
    if (item.kind !== 'opinion') continue;
    const { key, opinion } = item;
    if (opinions.get(key) === opinion) continue;
    if (opinion === undefined) opinions.delete(key);
    else if (opinions.size < maxOpinions || opinions.has(key)) opinions.set(key, opinion);
    changed.add(key);
  }
  return changed;
}

function differences(before: ReadonlyMap<string, Opinion>, now: ReadonlyMap<string, Opinion>): Set<string> {
  const changed = new Set<string>();
  for (const [key, opinion] of before) if (now.get(key) !== opinion) changed.add(key);
  for (const [key, opinion] of now) if (before.get(key) !== opinion) changed.add(key);
  return changed;
}
