/** What operators have said of targets, on whichever server: the later order holds, on all of them. */
import type { Drain } from '../health/drains.ts';

/** An operator's `drain` or `undrain`. */
export interface DrainOrder {
  readonly kind: 'drain' | 'undrain';
  /** As Drain.name. */
  readonly name: string;
  /** `undefined`: whatever the port. */
  readonly port: number | undefined;
  /** Of a drain, milliseconds since 1970; `undefined`: until it is undrained. */
  readonly untilMs: number | undefined;
  /** Which of two orders is the later one. Milliseconds since 1970 by the clock of who gave it, but always more than all that it had seen. */
  readonly stamp: number;
  /** The peer that told of it; `undefined`: it was given here. Never passed on. */
  readonly from?: string | undefined;
}

/** So many orders are known at a time; the oldest of those that say nothing any more go first. */
const maxOrders = 5000;
/** So many drains of peers are reported. */
const maxHeard = 1000;
/** An order that has ended is remembered so long, for a server that was away and still has it. */
const memoryMs = 30 * 86_400_000;
/** No clock says more; the next one is still a number. */
export const maxStamp = 1e15;

export class DrainOrders {
  private readonly orders = new Map<string, DrainOrder>();

  get size(): number {
    return this.orders.size;
  }

  get all(): readonly DrainOrder[] {
    return [...this.orders.values()];
  }

  /** What is out at this time. */
  drainsAt(wallMs: number): readonly Drain[] {
    return this.all
      .filter((order) => isInForce(order, wallMs))
      .map(({ name, port, untilMs }) => ({ name, port, untilMs }));
  }

  /** What is out at this time because a peer said so, by the name of that peer. Bounded: reports are made often. */
  heardAt(wallMs: number): ReadonlyMap<string, readonly Pick<DrainOrder, 'name' | 'port'>[]> {
    const heard = new Map<string, Pick<DrainOrder, 'name' | 'port'>[]>();
    let count = 0;
    for (const order of this.orders.values()) {
      const { name, port, from } = order;
      if (from === undefined || !isInForce(order, wallMs)) continue;
      const drains = heard.get(from);
      if (drains === undefined) heard.set(from, [{ name, port }]);
      else drains.push({ name, port });
      if (++count === maxHeard) break;
    }
    return heard;
  }

  /** This server's operator drains. */
  drain({ name, port, untilMs }: Drain, wallMs: number): DrainOrder {
    return this.put({ kind: 'drain', name, port, untilMs, stamp: this.nextStamp(wallMs) }, wallMs);
  }

  /** This server's operator ends that. */
  undrain({ name, port }: Pick<Drain, 'name' | 'port'>, wallMs: number): DrainOrder {
    return this.put({ kind: 'undrain', name, port, untilMs: undefined, stamp: this.nextStamp(wallMs) }, wallMs);
  }

  /** Another's order, or one that was kept. False where it isn't later than what is known of the same target and port. */
  take(order: DrainOrder, wallMs: number): boolean {
    const known = this.orders.get(keyOf(order));
    if (known !== undefined && !isLater(order, known)) return false;
    this.put(order, wallMs);
    return true;
  }

  private put(order: DrainOrder, wallMs: number): DrainOrder {
    const key = keyOf(order);
    this.orders.delete(key);
    this.orders.set(key, order);
    if (this.orders.size > maxOrders) this.forget(wallMs);
    return order;
  }

  private nextStamp(wallMs: number): number {
    let latest = wallMs - 1;
    for (const { stamp } of this.orders.values()) latest = Math.max(latest, stamp);
    return Math.min(latest + 1, maxStamp);
  }

  /** First what is long over, then what is over, then the oldest. */
  private forget(wallMs: number): void {
    for (const [key, order] of this.orders)
      if (wallMs - order.stamp > memoryMs && !isInForce(order, wallMs)) this.orders.delete(key);
    for (const [key, order] of this.orders) {
      if (this.orders.size <= maxOrders) return;
      if (!isInForce(order, wallMs)) this.orders.delete(key);
    }
    for (const key of this.orders.keys()) {
      if (this.orders.size <= maxOrders) return;
      this.orders.delete(key);
    }
  }
}

/** `sip1.example.com 5060`, `sip1.example.com *`: an order stands for one of these. */
export function keyOf({ name, port }: Pick<DrainOrder, 'name' | 'port'>): string {
  return `${name} ${port ?? '*'}`;
}

export function isInForce({ kind, untilMs }: DrainOrder, wallMs: number): boolean {
  return kind === 'drain' && (untilMs === undefined || untilMs > wallMs);
}

/** Of two that were given in the same millisecond the drain holds. Its end says nothing: that is rounded whenever it is told. */
function isLater(order: DrainOrder, known: DrainOrder): boolean {
  if (order.stamp !== known.stamp) return order.stamp > known.stamp;
  return order.kind === 'drain' && known.kind === 'undrain';
}
