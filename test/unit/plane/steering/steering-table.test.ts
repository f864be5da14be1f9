import { expect, test } from 'vitest';
import { askHost, askPolicy, askTarget, SteeringKey } from '../../../../src/plane/steering/steering-key.ts';
import { Reaction, SrvOrder, TargetState } from '../../../../src/plane/steering/steering-policy.ts';
import { SteeringBuilder, SteeringTable } from '../../../../src/plane/steering/steering-table.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';

const key = new SteeringKey();
const name = (text: string) => wireNameFrom(text);

function askNumbered(i: number, view = 0): void {
  askTarget(key, view, name('_sip._udp.a.test.'), 0, name(`sip${i}.a.test.`), 0, 5060);
}

test('thousands of entries are found, whatever their case, and nothing else is', () => {
  const builder = new SteeringBuilder();
  for (let i = 0; i < 3000; i++) {
    askNumbered(i);
    builder.addState(key, i % 3 === 0 ? TargetState.down : TargetState.up);
  }
  const table = new SteeringTable(builder.build(1));
  for (let i = 0; i < 3000; i++) {
    askTarget(key, 0, name('_SIP._udp.A.test.'), 0, name(`SIP${i}.a.TEST.`), 0, 5060);
    expect(table.stateOf(table.find(key))).toBe(i % 3 === 0 ? TargetState.down : TargetState.up);
    askTarget(key, 0, name('_sip._udp.a.test.'), 0, name(`sip${i}.a.test.`), 0, 5061);
    expect(table.find(key)).toBe(0);
    askNumbered(i, 1);
    expect(table.find(key)).toBe(0);
  }
});

test('a policy comes back as it was given', () => {
  const builder = new SteeringBuilder();
  askPolicy(key, 513, name('a.test.'));
  builder.addPolicy(key, {
    order: SrvOrder.sticky,
    reaction: Reaction.order,
    emptyWhenAllDown: true,
    degradedTtlSeconds: 2_147_483_647,
    prefixBits4: 32,
    prefixBits6: 128,
  });
  askHost(key, 513, name('sip.a.test.'));
  builder.addHost(key, 20);
  const table = new SteeringTable(builder.build(5));
  expect(table.degradedTtlOf(table.find(key))).toBe(20);
  askPolicy(key, 513, name('A.test.'));
  const policy = table.find(key);
  expect([table.orderOf(policy), table.reactionOf(policy), table.isEmptyWhenAllDown(policy)]).toEqual([
    SrvOrder.sticky,
    Reaction.order,
    true,
  ]);
  expect([table.prefixBits4Of(policy), table.prefixBits6Of(policy)]).toEqual([32, 128]);
  expect(table.degradedTtlOf(policy)).toBe(2_147_483_647);
});

test('a change of a state is seen by others, with another generation', () => {
  const builder = new SteeringBuilder();
  askNumbered(1);
  builder.addState(key, TargetState.up);
  const buffer = builder.build(9);
  const [writer, reader] = [new SteeringTable(buffer), new SteeringTable(buffer)];
  const entry = reader.find(key);
  expect([reader.generation(), reader.isAllUp()]).toEqual([9, true]);
  expect(writer.setState(entry, TargetState.drained)).toBe(true);
  writer.publish();
  expect([reader.generation(), reader.isAllUp(), reader.stateOf(entry)]).toEqual([10, false, TargetState.drained]);
  expect(writer.setState(entry, TargetState.drained)).toBe(false);
  writer.setState(entry, TargetState.down);
  writer.setState(entry, TargetState.up);
  expect(reader.isAllUp()).toBe(true);
});

test('an empty table has nothing', () => {
  const table = new SteeringTable(new SteeringBuilder().build(1));
  askNumbered(1);
  expect(table.find(key)).toBe(0);
});
