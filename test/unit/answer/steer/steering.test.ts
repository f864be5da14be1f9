import { describe, expect, test } from 'vitest';
import { firstChoiceBits, firstChoiceEntry } from '../../../../src/plane/steering/first-choice.ts';
import { Reaction, SrvOrder, TargetState } from '../../../../src/plane/steering/steering-policy.ts';
import { Type } from '../../../../src/wire/codes.ts';
import { apex, countBy, owner, type Srv, Steered, srvOf, v6 } from './steered.ts';

const fortySixty = ['10 60 5060 sip1', '10 40 5060 sip2', '20 0 5060 backup'];
const first = (answer: readonly Srv[]): string => (answer[0] as Srv).target.split('.')[0] as string;
/** As Yealink and Cisco do: of the lowest priority the highest weight, always. */
const heaviest = (answer: readonly Srv[]): string =>
  first(answer.toSorted((a, b) => a.priority - b.priority || b.weight - a.weight));
const many = 4000;

function asks(steered: Steered, count = many): readonly (readonly Srv[])[] {
  return Array.from({ length: count }, () => steered.askSrv());
}

function shareOf(
  answers: readonly (readonly Srv[])[],
  choose: (answer: readonly Srv[]) => string,
  target: string,
): number {
  return (countBy(answers, choose).get(target) ?? 0) / answers.length;
}

describe.each([
  ['with the cache', true],
  ['without the cache', false],
])('%s', (_name, cached) => {
  test('zone: as written', () => {
    const steered = new Steered(fortySixty, {}, { cached });
    for (const answer of asks(steered, 50)) expect(answer.map(({ weight }) => weight)).toEqual([60, 40, 0]);
  });

  test('rfc2782: the first by the weights, data unchanged, priorities not mixed', () => {
    const steered = new Steered(fortySixty, { order: SrvOrder.rfc2782 }, { cached });
    const answers = asks(steered);
    expect(Math.abs(shareOf(answers, first, 'sip1') - 0.6)).toBeLessThan(0.015);
    for (const answer of answers) expect((answer[2] as Srv).priority).toBe(20);
    expect(shareOf(answers, heaviest, 'sip1')).toBe(1);
  });

  test('shape: who takes the heaviest shares by the weights', () => {
    const steered = new Steered(fortySixty, { order: SrvOrder.shape }, { cached });
    const answers = asks(steered);
    expect(Math.abs(shareOf(answers, heaviest, 'sip1') - 0.6)).toBeLessThan(0.015);
    expect(Math.abs(shareOf(answers, first, 'sip1') - 0.6)).toBeLessThan(0.015);
    expect((answers[0] as readonly Srv[]).map(({ weight }) => weight)).toEqual([65_535, 256, 0]);
  });

  test('cyclic: by turns', () => {
    const steered = new Steered(['1 1 1 a', '1 1 1 b', '1 1 1 c'], { order: SrvOrder.cyclic }, { cached });
    const counts = countBy(asks(steered, 3000), first);
    for (const target of ['a', 'b', 'c'])
      expect(Math.abs((counts.get(target) ?? 0) - 1000)).toBeLessThan(cached ? 5 : 120);
  });

  test('each record comes first by its weight: 0 beside others, all 0, equal, more than are kept', () => {
    const sets = [
      ['1 0 1 a', '1 3 1 b', '1 0 1 c'],
      ['1 0 1 a', '1 0 1 b', '1 0 1 c'],
      ['1 65535 1 a', '1 1 1 b'],
      Array.from({ length: 20 }, (_, i) => `1 ${i % 5} 1 t${i}`),
    ];
    for (const lines of sets) {
      const counts = countBy(asks(new Steered(lines, { order: SrvOrder.shape }, { cached }), 1000), first);
      const weights = lines.map((line) => Number(line.split(' ')[1]));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      const zeros = weights.filter((weight) => weight === 0).length;
      for (const [i, line] of lines.entries()) {
        const weight = weights[i] as number;
        // RFC 2782: records of weight 0 share one number of the draw, and the first of them in order takes it.
        const isFirstZero = weights.indexOf(0) === i;
        const numbers = sum === 0 ? lines.length : zeros === 0 ? sum : sum + 1;
        const expected = sum === 0 ? 1 : weight === 0 ? Number(isFirstZero) : weight;
        const got = (counts.get(line.split(' ')[3] as string) ?? 0) / 1000;
        expect(Math.abs(got - expected / numbers), `${line} of ${lines.join(', ')}`).toBeLessThan(0.05);
      }
    }
  });

  test('what follows the first is drawn as well', () => {
    const lines = ['1 50 1 a', '1 40 1 b', '1 10 1 c'];
    // What is behind the first is drawn once for each of the answers that are kept, of which each is used 64 times.
    const answers = asks(new Steered(lines, { order: SrvOrder.rfc2782 }, { cached }), 2 * many);
    const behindA = answers.filter((answer) => first(answer) === 'a');
    const second = countBy(behindA, (answer) => first(answer.slice(1)));
    expect(Math.abs((second.get('b') ?? 0) / behindA.length - 0.8)).toBeLessThan(0.1);
  });

  test('sticky: a network meets the same server, the population splits by the weights', () => {
    const steered = new Steered(fortySixty, { order: SrvOrder.sticky }, { cached });
    const { client } = steered;
    client.octets = new Uint8Array(4);
    const choices = Array.from({ length: 3000 }, (_, i) => {
      client.octets.set([10, 1 + (i >> 16), (i >> 8) & 255, i & 255]);
      return steered.askSrv();
    });
    expect(Math.abs(shareOf(choices, first, 'sip1') - 0.6)).toBeLessThan(0.025);
    client.octets.set([10, 1, 0, 7]);
    expect(new Set(asks(steered, 40).map(first)).size).toBe(1);
    expect(choices.every((answer) => (answer[2] as Srv).priority === 20)).toBe(true);
  });

  test('the addresses follow the order', () => {
    const steered = new Steered(fortySixty, { order: SrvOrder.rfc2782 }, { cached });
    for (let i = 0; i < 200; i++) {
      const message = steered.ask();
      const targets = srvOf(message).map(({ target }) => target);
      const hosts = message.additional.filter((record) => record.type === Type.a && !record.owner.startsWith('ns.'));
      const owners = hosts.map((record) => record.owner);
      expect(owners).toEqual(targets);
    }
  });

  test('a change of a state is in the next answer', () => {
    const steered = new Steered(fortySixty, { order: SrvOrder.shape }, { cached });
    asks(steered, 200);
    steered.setTarget(fortySixty[0] as string, TargetState.down);
    expect(shareOf(asks(steered, 500), heaviest, 'sip2')).toBe(1);
    steered.setTarget(fortySixty[0] as string, TargetState.up);
    expect(shareOf(asks(steered, 500), heaviest, 'sip1')).toBeGreaterThan(0.5);
  });
});

test.each([true, false])('what is given first is known, out of the cache too (%s)', (cached) => {
  const steered = new Steered(fortySixty, { order: SrvOrder.shape }, { cached });
  const counts = new Map<number, number>();
  const answers = Array.from({ length: 500 }, () => {
    const answer = steered.askSrv();
    const entry = firstChoiceEntry(steered.answerer.firstChoice);
    counts.set(entry, (counts.get(entry) ?? 0) + 1);
    return answer;
  });
  expect(firstChoiceBits(steered.answerer.firstChoice)).toBe(SrvOrder.shape << 1);
  for (const [i, target] of ['sip1', 'sip2'].entries()) {
    const entry = steered.entryOf(fortySixty[i] as string);
    expect(counts.get(entry)).toBe(answers.filter((answer) => first(answer) === target).length);
  }
  steered.setTarget(fortySixty[2] as string, TargetState.down);
  steered.askSrv();
  expect(firstChoiceBits(steered.answerer.firstChoice)).toBe((SrvOrder.shape << 1) | 1);
  steered.ask(`sip1.${apex}`, Type.a);
  expect(steered.answerer.firstChoice).toBe(0);
});

describe('what is down', () => {
  const answerWith = (policy: ConstructorParameters<typeof Steered>[1], states: Record<number, TargetState>) => {
    const steered = new Steered(fortySixty, policy);
    for (const [index, state] of Object.entries(states)) steered.setTarget(fortySixty[Number(index)] as string, state);
    return steered.ask();
  };
  const texts = (message: ReturnType<Steered['ask']>): readonly string[] =>
    message.answer.map(({ rdataText, ttl }) => `${ttl} ${rdataText.replace(`.${apex}`, '')}`);

  test('demote: behind the last priority, with the degraded TTL', () => {
    expect(texts(answerWith({}, { 0: TargetState.down }))).toEqual([
      '15 10 40 5060 sip2',
      '15 20 0 5060 backup',
      '15 21 60 5060 sip1',
    ]);
  });

  test('withdraw: left out', () => {
    const policy = { reaction: Reaction.withdraw };
    expect(texts(answerWith(policy, { 0: TargetState.down }))).toEqual(['15 10 40 5060 sip2', '15 20 0 5060 backup']);
  });

  test('order: last in the message, nothing else', () => {
    const policy = { reaction: Reaction.order, order: SrvOrder.rfc2782 };
    expect(texts(answerWith(policy, { 0: TargetState.down }))).toEqual([
      '15 10 40 5060 sip2',
      '15 20 0 5060 backup',
      '15 10 60 5060 sip1',
    ]);
  });

  test('a drained target is left out whatever the reaction', () => {
    expect(texts(answerWith({ order: SrvOrder.shape }, { 0: TargetState.drained }))).toEqual([
      '15 10 40 5060 sip2',
      '15 20 0 5060 backup',
    ]);
  });

  test('a backup that is down changes nothing before it', () => {
    expect(texts(answerWith({ order: SrvOrder.zone }, { 2: TargetState.down })).slice(0, 2)).toEqual([
      '15 10 60 5060 sip1',
      '15 10 40 5060 sip2',
    ]);
  });

  test('all: as configured, or nothing', () => {
    const all = { 0: TargetState.down, 1: TargetState.down, 2: TargetState.drained };
    expect(texts(answerWith({}, all))).toEqual(['15 10 60 5060 sip1', '15 10 40 5060 sip2', '15 20 0 5060 backup']);
    const empty = answerWith({ emptyWhenAllDown: true }, all);
    expect([empty.rcode, empty.answer.length, empty.authority.map(({ type }) => type)]).toEqual([0, 0, [Type.soa]]);
  });

  test('an address is left out of additional and of answers, unless all of them are down', () => {
    const steered = new Steered(['1 1 5060 two'], {}, { more: 'two A 192.0.2.99' });
    const addresses = () => steered.ask(`two.${apex}`, Type.a).answer.map(({ rdataText }) => rdataText);
    expect(addresses()).toEqual(['192.0.2.10', '192.0.2.99']);
    steered.setAddress('two', [192, 0, 2, 10], TargetState.down);
    const message = steered.ask(`two.${apex}`, Type.a);
    expect(message.answer.map(({ rdataText, ttl }) => `${ttl} ${rdataText}`)).toEqual(['15 192.0.2.99']);
    expect(steered.ask().additional.map(({ rdataText }) => rdataText)).toContain('2001:db8::a');
    steered.setAddress('two', v6(10), TargetState.down);
    expect(steered.ask(`two.${apex}`, Type.aaaa).answer).toHaveLength(1);
  });
});

test('a signed set keeps its data', () => {
  const signature = `_sip._udp RRSIG SRV 8 4 300 20300101000000 20200101000000 1 ${apex} c2ln`;
  const steered = new Steered(fortySixty, { order: SrvOrder.shape }, { more: signature });
  steered.setTarget(fortySixty[1] as string, TargetState.drained);
  for (let i = 0; i < 50; i++) {
    const answer = steered.askSrv();
    expect(answer.map(({ weight }) => weight)).toEqual([60, 0, 40]);
    expect(answer.map(({ priority }) => priority)).toEqual([10, 20, 10]);
  }
});

test('names without a policy are answered as the zone has them, and kept', () => {
  const steered = new Steered(fortySixty, { order: SrvOrder.cyclic });
  steered.answerer.steer(undefined);
  for (let i = 0; i < 20; i++) expect(first(steered.askSrv(owner))).toBe('sip1');
});
