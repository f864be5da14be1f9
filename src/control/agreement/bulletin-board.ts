import { type BulletinHead, type BulletinItem, formatHead, formatItem } from './bulletin.ts';
import { type DrainOrder, type DrainOrders, keyOf } from './drain-orders.ts';
import type { Opinion } from './opinion.ts';

/** Where somebody stands in what a server has said. */
export interface Standing {
  readonly id: string;
  readonly number: number;
}

/** So many that are no longer asked are remembered; then all is told anew. */
const maxGone = 20_000;

interface Said {
  readonly number: number;
  readonly item: BulletinItem;
}

/** What this server tells others, each thing once, in the order in which it was said last. No clock, no sockets. */
export class BulletinBoard {
  private readonly newId: () => string;
  private id: string;
  private number = 0;
  /** By kind and key; a map goes through its entries in the order in which they were put in. */
  private readonly said = new Map<string, Said>();
  private goneCount = 0;
  private orderCount = 0;

  /** `newId` gives 16 hexadecimal digits that nobody has had before. */
  constructor(newId: () => string) {
    this.newId = newId;
    this.id = newId();
  }

  get standing(): Standing {
    return { id: this.id, number: this.number };
  }

  /** `undefined`: it is no longer asked. Whether that is news. */
  setOpinion(key: string, opinion: Opinion | undefined): boolean {
    const text = `opinion ${key}`;
    const before = this.said.get(text)?.item;
    const known = before?.kind === 'opinion' ? before.opinion : undefined;
    if (known === opinion) return false;
    if (opinion === undefined) this.goneCount++;
    else if (before !== undefined && known === undefined) this.goneCount--;
    this.say(text, { kind: 'opinion', key, opinion });
    if (this.goneCount > maxGone) this.beginAnew();
    return true;
  }

  setOrder(order: DrainOrder): void {
    const text = `order ${keyOf(order)}`;
    if (!this.said.has(text)) this.orderCount++;
    this.say(text, { kind: 'order', order });
  }

  /** Tell of no other orders than these any more; who has heard of others keeps them. */
  keepOrders(orders: Pick<DrainOrders, 'size' | 'all'>): void {
    const { size } = orders;
    if (this.orderCount <= size) return;
    const kept = new Set(orders.all.map((order) => `order ${keyOf(order)}`));
    for (const [text, { item }] of this.said) if (item.kind === 'order' && !kept.has(text)) this.said.delete(text);
    this.orderCount = size;
  }

  /**
   * What was said after `since`, or all where that is not of this run, as texts: the first line, and then the rest until `hasRoom` has none
   * for a text. It is asked of each but the first line, which takes `maxHeadOctets` at most.
   */
  read(since: Standing | undefined, wallMs: number, hasRoom: (text: string) => boolean): readonly string[] {
    const isOwn = since?.id === this.id && since.number <= this.number;
    const from = isOwn ? since.number : 0;
    const texts: string[] = [];
    let through = this.number;
    if (from < this.number) {
      let last = from;
      for (const { number, item } of this.said.values()) {
        if (number <= from) continue;
        if (from > 0 || !isGone(item)) {
          const text = formatItem(item, wallMs);
          if (!hasRoom(text)) {
            through = last;
            break;
          }
          texts.push(text);
        }
        last = number;
      }
    }
    const head: BulletinHead = { id: this.id, from, through, last: this.number };
    return [formatHead(head), ...texts];
  }

  private say(text: string, item: BulletinItem): void {
    this.said.delete(text);
    this.said.set(text, { number: ++this.number, item });
  }

  /** Under another id, so that everybody asks for all. */
  private beginAnew(): void {
    const items = [...this.said].filter(([, { item }]) => !isGone(item));
    this.said.clear();
    this.goneCount = 0;
    this.id = this.newId();
    this.number = 0;
    for (const [text, { item }] of items) this.say(text, item);
  }
}

function isGone(item: BulletinItem): boolean {
  return item.kind === 'opinion' && item.opinion === undefined;
}
