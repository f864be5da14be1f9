/** What shall be published of the health of a zone's targets: said by main, kept with the zone's journal, put into effect by the loader. */
import { Reaction, TargetState } from '../../plane/steering/steering-policy.ts';

/** Of one set of SRV. Names are in wire format and lower case. */
export interface PublishWish {
  readonly owner: Uint8Array;
  readonly reaction: Reaction;
  /** Bound on the TTL of the set. */
  readonly degradedTtlSeconds: number;
  /** Those that are not up; at least one. */
  readonly targets: readonly WishedTarget[];
}

export interface WishedTarget {
  readonly target: Uint8Array;
  readonly port: number;
  readonly state: TargetState;
}

/** As JSON: names as base64. */
export interface StoredWish {
  readonly owner: string;
  readonly reaction: number;
  readonly ttl: number;
  readonly targets: readonly (readonly [target: string, port: number, state: number])[];
}

export function storeWishes(wishes: readonly PublishWish[]): readonly StoredWish[] {
  return wishes.map(({ owner, reaction, degradedTtlSeconds, targets }) => ({
    owner: textOf(owner),
    reaction,
    ttl: degradedTtlSeconds,
    targets: targets.map(({ target, port, state }) => [textOf(target), port, state] as const),
  }));
}

/** What makes no sense is left out. */
export function readWishes(stored: unknown): readonly PublishWish[] {
  if (!Array.isArray(stored)) return [];
  return (stored as readonly StoredWish[]).flatMap((wish): PublishWish[] => {
    const { owner, reaction, ttl, targets } = wish ?? {};
    if (typeof owner !== 'string' || !isOneOf(reaction, Reaction) || !Number.isInteger(ttl) || !Array.isArray(targets))
      return [];
    const good = targets.filter(
      ([target, port, state]) => typeof target === 'string' && Number.isInteger(port) && isOneOf(state, TargetState),
    );
    return [
      {
        owner: octetsOf(owner),
        reaction: reaction as Reaction,
        degradedTtlSeconds: ttl,
        targets: good.map(([target, port, state]) => ({
          target: octetsOf(target),
          port,
          state: state as TargetState,
        })),
      },
    ];
  });
}

/**
 * Before health has had the time to judge anew: who was not up when the server ended is not, until something else is known of it.
 */
export function joinWishes(before: readonly PublishWish[], now: readonly PublishWish[]): readonly PublishWish[] {
  const joined = new Map(before.map((wish) => [textOf(wish.owner), wish]));
  for (const wish of now) {
    const text = textOf(wish.owner);
    const known = joined.get(text);
    joined.set(text, known === undefined ? wish : { ...wish, targets: joinTargets(known.targets, wish.targets) });
  }
  return [...joined.values()];
}

function joinTargets(before: readonly WishedTarget[], now: readonly WishedTarget[]): readonly WishedTarget[] {
  const keyOf = ({ target, port }: WishedTarget) => `${textOf(target)} ${port}`;
  return [...new Map([...before, ...now].map((target) => [keyOf(target), target])).values()];
}

function isOneOf(value: unknown, words: Readonly<Record<string, number>>): boolean {
  return Object.values(words).includes(value as number);
}

function textOf(name: Uint8Array): string {
  return Buffer.from(name).toString('base64');
}

function octetsOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'base64'));
}
