/** What servers tell each other: whatever happens and however it is cut into parts, the other ends up with the same. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agreedState } from '../../../../src/control/agreement/agreed-state.ts';
import {
  type Bulletin,
  type BulletinItem,
  formatHead,
  formatItem,
  parseBulletin,
} from '../../../../src/control/agreement/bulletin.ts';
import { BulletinBoard } from '../../../../src/control/agreement/bulletin-board.ts';
import { type DrainOrder, DrainOrders } from '../../../../src/control/agreement/drain-orders.ts';
import { type Opinion, opinionWords } from '../../../../src/control/agreement/opinion.ts';
import { formatQuestion, parseQuestion } from '../../../../src/control/agreement/peer-question.ts';
import { PeerView } from '../../../../src/control/agreement/peer-view.ts';
import { TargetState } from '../../../../src/plane/steering/steering-policy.ts';

const wallMs = 1_700_000_000_000;
const opinion = fc.constantFrom(...opinionWords);
const key = fc.integer({ min: 0, max: 30 }).map((i) => `sip-options 192.0.2.${i} 5060 udp`);
const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((number) => number.toString(16).padStart(16, '0'));
const count = fc.integer({ min: 0, max: 1e15 - 1 });
const standing = fc.option(fc.record({ id, number: count }), { nil: undefined });

const order: fc.Arbitrary<DrainOrder> = fc
  .record({
    kind: fc.constantFrom('drain', 'undrain'),
    name: fc.constantFrom('sip1.example.com', 'sip2.example.com', '\\032x.test'),
    port: fc.option(fc.integer({ min: 0, max: 65_535 }), { nil: undefined }),
    seconds: fc.option(fc.integer({ min: 0, max: 1e6 }), { nil: undefined }),
    stamp: fc.integer({ min: 0, max: 100 }),
  })
  .map(({ seconds, kind, ...rest }) => {
    const untilMs = kind === 'undrain' || seconds === undefined ? undefined : wallMs + 1000 * seconds;
    return { ...rest, kind: kind as DrainOrder['kind'], untilMs };
  });

const item: fc.Arbitrary<BulletinItem> = fc.oneof(
  fc.record({ kind: fc.constant('opinion' as const), key, opinion: fc.option(opinion, { nil: undefined }) }),
  order.map((each) => ({ kind: 'order' as const, order: each })),
);

test('texts mean what was said', () => {
  fc.assert(
    fc.property(id, fc.array(item), fc.array(count, { minLength: 3, maxLength: 3 }), (run, items, numbers) => {
      const [from = 0, through = 0, last = 0] = numbers.toSorted((a, b) => a - b);
      const head = { id: run, from, through, last };
      const texts = [formatHead(head), ...items.map((each) => formatItem(each, wallMs))];
      for (const text of texts) expect(text.length).toBeLessThan(256);
      expect(parseBulletin(texts, wallMs)).toEqual({ ...head, items });
    }),
  );
});

test('a name asks what was meant', () => {
  fc.assert(
    fc.property(standing, standing, id, (since, asker, nonce) => {
      const name = formatQuestion({ since, asker }, nonce);
      // RFC 4343, and resolvers that mix cases.
      const shouted = name.map((octet) => (octet >= 0x61 && octet <= 0x7a ? octet - 0x20 : octet));
      expect(parseQuestion(shouted)).toEqual({ since, asker });
    }),
  );
});

type Step =
  | { readonly kind: 'say'; readonly key: string; readonly opinion: Opinion | undefined }
  | { readonly kind: 'restart' }
  /** The peer asks, and there is room for so many texts. `isLost`: it does not hear the answer. */
  | { readonly kind: 'ask'; readonly room: number; readonly isLost: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('say' as const), key, opinion: fc.option(opinion, { nil: undefined }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      room: fc.integer({ min: 1, max: 12 }),
      isLost: fc.boolean(),
    }),
  },
);

/** A server and its peer. */
class Pair {
  readonly view = new PeerView();
  private runs = 0;
  private model = new Map<string, Opinion>();
  private board = this.newBoard();

  apply(next: Step): void {
    if (next.kind === 'say') {
      this.board.setOpinion(next.key, next.opinion);
      if (next.opinion === undefined) this.model.delete(next.key);
      else this.model.set(next.key, next.opinion);
    } else if (next.kind === 'restart') {
      this.board = this.newBoard();
      this.model = new Map();
    } else this.ask(next.room, next.isLost);
  }

  /** Whether nothing is missing now. What has changed is told of, and nothing else. */
  ask(room: number, isLost = false): boolean {
    let left = room;
    const texts = this.board.read(this.view.standing, wallMs, () => --left >= 0);
    expect(texts.length).toBeLessThanOrEqual(room + 1);
    const bulletin = parseBulletin(texts, wallMs) as Bulletin;
    if (isLost) return false;
    const before = this.opinions();
    const { changed, isComplete } = this.view.take(bulletin);
    const after = this.opinions();
    for (const each of new Set([...before.keys(), ...after.keys()]))
      if (before.get(each) !== after.get(each)) expect(changed).toContain(each);
    if (isComplete) expect(after).toEqual(this.model);
    return isComplete;
  }

  private opinions(): Map<string, Opinion> {
    const all = Array.from({ length: 31 }, (_, i) => `sip-options 192.0.2.${i} 5060 udp`);
    return new Map(
      all.flatMap((each) => {
        const known = this.view.opinionOf(each);
        return known === undefined ? [] : [[each, known]];
      }),
    );
  }

  private newBoard(): BulletinBoard {
    return new BulletinBoard(() => (++this.runs).toString(16).padStart(16, '0'));
  }
}

test('a peer comes to know all, through lost answers, small parts and restarts', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const pair = new Pair();
      for (const each of steps) pair.apply(each);
      // As many parts as there can be entries, and one to begin anew.
      let isComplete = false;
      for (let i = 0; i < 70 && !isComplete; i++) isComplete = pair.ask(1);
      expect(isComplete).toBe(true);
    }),
  );
});

test('orders come to the same on all servers, in whatever order they are heard', () => {
  fc.assert(
    fc.property(fc.array(order, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (orders, draws) => {
      const unique = [
        ...new Map(orders.map((each) => [`${each.name} ${each.port} ${each.stamp} ${each.kind}`, each])).values(),
      ];
      const shuffled = unique
        .map((each) => ({ each, draw: draws.next().value as number }))
        .toSorted((a, b) => a.draw - b.draw)
        .map(({ each }) => each);
      const [one, two] = [new DrainOrders(), new DrainOrders()];
      for (const each of unique) one.take(each, wallMs);
      for (const each of shuffled) two.take(each, wallMs);
      const text = (of: DrainOrders) => of.all.map((each) => JSON.stringify(each)).sort();
      expect(text(one)).toEqual(text(two));
      const latest = Math.max(0, ...unique.map(({ stamp }) => stamp));
      // A clock that is behind makes an order no earlier.
      expect(one.undrain({ name: 'sip1.example.com', port: undefined }, 5).stamp).toBeGreaterThanOrEqual(
        Math.max(5, latest),
      );
    }),
  );
});

describe('an agreement', () => {
  const isAgainst = (each: Opinion) => each === 'down' || each === 'drained';

  test('takes out exactly whom enough servers see down', () => {
    fc.assert(
      fc.property(
        opinion,
        fc.array(opinion, { maxLength: 6 }),
        fc.integer({ min: 2, max: 8 }),
        (own, others, needed) => {
          const against = [own, ...others].filter(isAgainst).length;
          expect(agreedState(own, others, needed) !== TargetState.up).toBe(against >= needed);
        },
      ),
    );
  });

  test('never takes out more with fewer opinions, or where more must agree', () => {
    fc.assert(
      fc.property(
        opinion,
        fc.array(opinion, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 2, max: 8 }),
        (own, others, needed) => {
          if (agreedState(own, others, needed) !== TargetState.up) return;
          expect(agreedState(own, others.slice(1), needed)).toBe(TargetState.up);
          expect(agreedState(own, others, needed + 1)).toBe(TargetState.up);
        },
      ),
    );
  });

  test('of one is what this server sees', () => {
    fc.assert(
      fc.property(opinion, fc.array(opinion), (own, others) => {
        expect(agreedState(own, others, 1) !== TargetState.up).toBe(isAgainst(own));
      }),
    );
  });
});
