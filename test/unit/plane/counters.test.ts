import { describe, expect, it } from 'vitest';
import { ControlWords } from '../../../src/plane/control-words.ts';
import { Counter, CounterBlock, createCounters, sumCounter, sumCounters } from '../../../src/plane/counters.ts';

describe('counters', () => {
  it('are summed over the workers, by name and by number', () => {
    const counters = createCounters(3);
    const blocks = [0, 1, 2].map((i) => new CounterBlock(counters, i));
    for (const block of blocks) {
      block.add(Counter.Requestv4);
      block.addRcode(3);
      block.addOpcode(5);
      block.addQtype(33);
    }
    blocks[1]?.addCount(Counter.QryDropped, 40);
    const sums = sumCounters(counters);
    expect(sums.named.Requestv4).toBe(3);
    expect(sums.named.QryDropped).toBe(40);
    expect(sums.named.QryTCP).toBe(0);
    expect(sums.rcodes[3]).toBe(3);
    expect(sums.opcodes[5]).toBe(3);
    expect(sums.qtypes[33]).toBe(3);
    expect(sumCounter(new Float64Array(counters), Counter.QryDropped)).toBe(40);
  });

  it('count codes without a place of their own in the last one, and nowhere else', () => {
    const counters = createCounters(2);
    const block = new CounterBlock(counters, 0);
    block.addQtype(255);
    block.addQtype(256);
    block.addQtype(65_535);
    block.addRcode(22);
    block.addRcode(4095);
    block.addOpcode(15);
    const sums = sumCounters(counters);
    expect([sums.qtypes[255], sums.qtypes[256], sums.qtypes.length]).toEqual([1, 2, 257]);
    expect([sums.rcodes[22], sums.rcodes[23], sums.rcodes.length]).toEqual([1, 1, 24]);
    expect(sums.opcodes[15]).toBe(1);
    const total = [...new Float64Array(counters)].reduce((sum, count) => sum + count, 0);
    expect(total).toBe(6);
  });

  it('count sizes of messages in buckets of 16 octets, by transport and family', () => {
    const counters = createCounters(1);
    const block = new CounterBlock(counters, 0);
    for (const octets of [0, 15, 16, 287, 288, 65_535]) block.addRequestSize(0, 4, octets);
    block.addRequestSize(1, 6, 40);
    for (const octets of [4095, 4096, 65_535]) block.addResponseSize(1, 4, octets);
    const { sizes } = sumCounters(counters);
    const filled = (counts: readonly number[] = []) =>
      Object.fromEntries([...counts.entries()].filter(([, n]) => n > 0));
    const find = (transport: string, family: number) =>
      sizes.find((size) => size.transport === transport && size.family === family);
    expect(filled(find('udp', 4)?.requests)).toEqual({ 0: 2, 1: 1, 17: 1, 18: 2 });
    expect(filled(find('tcp', 6)?.requests)).toEqual({ 2: 1 });
    expect(filled(find('tcp', 4)?.responses)).toEqual({ 255: 1, 256: 2 });
    expect([...new Float64Array(counters)].reduce((sum, count) => sum + count, 0)).toBe(10);
  });

  it('of a replaced worker go on, but its connections are gone', () => {
    const counters = createCounters(1);
    const first = new CounterBlock(counters, 0);
    first.add(Counter.QryTCP);
    first.set(Counter.tcpConnections, 7);
    first.addCount(Counter.TCP4Accept, 9);
    first.addCount(Counter.TCP4Close, 2);
    const second = new CounterBlock(counters, 0);
    expect(second.get(Counter.tcpConnections)).toBe(0);
    expect(second.get(Counter.QryTCP)).toBe(1);
    expect(second.get(Counter.TCP4Close)).toBe(9);
  });

  it('have distinct places', () => {
    const places = Object.values(Counter);
    expect(new Set(places).size).toBe(places.length);
    expect(Math.max(...places)).toBeLessThan(96);
  });
});

describe('control words', () => {
  it('are seen through another view of the same memory', () => {
    const main = new ControlWords();
    const worker = new ControlWords(main.buffer);
    expect([worker.isStopping(), worker.isQueryLogOn(), worker.settingsGeneration()]).toEqual([false, false, 0]);
    main.setStopping(true);
    main.setQueryLog(true);
    main.raiseSettingsGeneration();
    expect([worker.isStopping(), worker.isQueryLogOn(), worker.settingsGeneration()]).toEqual([true, true, 1]);
    main.setQueryLog(false);
    expect(worker.isQueryLogOn()).toBe(false);
  });
});
