import { describe, expect, it } from 'vitest';
import { AnswerVariant } from '../../../../src/answer/steer/answer-variant.ts';
import { type OrderRequest, orderSrv } from '../../../../src/answer/steer/order-srv.ts';
import { RecordOrder } from '../../../../src/answer/steer/record-order.ts';
import { Draws } from '../../../../src/base/draws.ts';
import { u16At } from '../../../../src/base/octets.ts';
import { degradeSet } from '../../../../src/control/published/degrade-set.ts';
import type { PublishWish } from '../../../../src/control/published/publish-wish.ts';
import { Reaction, SrvOrder, TargetState } from '../../../../src/plane/steering/steering-policy.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';

const owner = wireNameFrom('_sip._udp.a.test.');

function rdata(priority: number, weight: number, port: number, target: string): Uint8Array {
  const u16 = (n: number) => [n >> 8, n & 255];
  return Uint8Array.from([...u16(priority), ...u16(weight), ...u16(port), ...wireNameFrom(target)]);
}

function wish(reaction: Reaction, targets: readonly [string, number, TargetState][]): PublishWish {
  const wished = targets.map(([target, port, state]) => ({ target: wireNameFrom(target), port, state }));
  return { owner, reaction, degradedTtlSeconds: 15, targets: wished };
}

const texts = (rdatas: readonly Uint8Array[] = []) =>
  rdatas.map((data) => `${u16At(data, 0)} ${u16At(data, 2)} ${u16At(data, 4)} ${data[7]}`);

describe('a set of which some targets are not up', () => {
  const rdatas = [rdata(10, 60, 5060, 'a.'), rdata(20, 5, 5060, 'B.'), rdata(10, 40, 5061, 'a.')];
  const set = { ttlSeconds: 300, rdatas };

  it('is as it was while nothing in it is down', () => {
    expect(degradeSet(set, wish(Reaction.withdraw, []))).toBeUndefined();
    expect(degradeSet(set, wish(Reaction.withdraw, [['c.', 5060, TargetState.down]]))).toBeUndefined();
    expect(degradeSet(set, wish(Reaction.withdraw, [['a.', 5062, TargetState.down]]))).toBeUndefined();
  });

  it('loses them, whatever the case of their names; the TTL becomes no longer', () => {
    const degraded = degradeSet(set, wish(Reaction.withdraw, [['b.', 5060, TargetState.down]]));
    expect([degraded?.ttlSeconds, texts(degraded?.rdatas)]).toEqual([15, ['10 60 5060 97', '10 40 5061 97']]);
    const short = degradeSet({ ttlSeconds: 5, rdatas }, wish(Reaction.withdraw, [['b.', 5060, TargetState.down]]));
    expect(short?.ttlSeconds).toBe(5);
  });

  it('of a record twice under two priorities one is left when both are demoted', () => {
    const twice = { ttlSeconds: 300, rdatas: [rdata(1, 2, 3, 'a.'), rdata(5, 2, 3, 'a.'), rdata(1, 2, 3, 'b.')] };
    const degraded = degradeSet(twice, wish(Reaction.demote, [['a.', 3, TargetState.down]]));
    expect(texts(degraded?.rdatas)).toEqual(['6 2 3 97', '1 2 3 98']);
  });

  it('of more than 256 records is left alone, as answers leave it', () => {
    const many = Array.from({ length: 257 }, (_, i) => rdata(1, 1, i, 'a.'));
    expect(degradeSet({ ttlSeconds: 1, rdatas: many }, wish(Reaction.withdraw, [['a.', 1, TargetState.down]]))).toBe(
      undefined,
    );
  });
});

it('has the records that answers here have, whatever is down and by whatever reaction', () => {
  const draws = new Draws();
  const pick = (below: number) => draws.below(below);
  const states = Object.values(TargetState);
  for (let run = 0; run < 500; run++) {
    const count = 1 + pick(5);
    const names = Array.from({ length: count }, (_, i) => `t${i}.`);
    const of = names.map(() => states[pick(3)] as TargetState);
    const rdatas = names.map((name) => rdata(pick(8) === 0 ? 65_535 : pick(4), pick(100), 5060, name));
    const reaction = pick(2) === 0 ? Reaction.demote : Reaction.withdraw;
    const wished = names.flatMap((name, i): [string, number, TargetState][] =>
      of[i] === TargetState.up ? [] : [[name, 5060, of[i] as TargetState]],
    );
    const published = degradeSet({ ttlSeconds: 9, rdatas }, wish(reaction, wished))?.rdatas ?? rdatas;
    const answered = answer(rdatas, of, reaction, draws);
    expect(published.map(hex).toSorted()).toEqual(answered.map(hex).toSorted());
  }
});

/** As the answer algorithm gives them. */
function answer(rdatas: readonly Uint8Array[], states: readonly TargetState[], reaction: Reaction, draws: Draws) {
  const set = new RecordOrder();
  set.clear();
  for (const [i, data] of rdatas.entries()) {
    set.priority[i] = u16At(data, 0);
    set.weight[i] = set.configuredWeight[i] = u16At(data, 2);
    set.state[i] = states[i] as TargetState;
    set.add(i);
  }
  const asked: OrderRequest = {
    order: SrvOrder.zone,
    reaction,
    isSigned: false,
    emptyWhenAllDown: false,
    point: 0.5,
    isFirst: false,
    turn: 0,
    variant: new AnswerVariant(),
  };
  orderSrv(set, asked, draws);
  return Array.from({ length: set.pickedCount }, (_, at) => {
    const index = set.at(at);
    const data = (rdatas[index] as Uint8Array).slice();
    data[0] = (set.priority[index] as number) >> 8;
    data[1] = (set.priority[index] as number) & 255;
    return data;
  });
}

function hex(data: Uint8Array): string {
  return Buffer.from(data).toString('hex');
}
