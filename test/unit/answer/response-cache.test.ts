import { describe, expect, it, vi } from 'vitest';
import { Answerer } from '../../../src/answer/answerer.ts';
import { Transport } from '../../../src/answer/outcome.ts';
import { ResponseCache } from '../../../src/answer/response-cache.ts';
import { buildQuery } from '../../interop/lib/dns-client.ts';
import { Served } from './served.ts';

const names = Array.from({ length: 4000 }, (_, i) => `host${i}.cache.test.`);

function serveCached() {
  const served = new Served([
    { apex: 'cache.test.', text: '@ 60 SOA a a 1 1 1 1 1\n@ 60 NS ns.b.\n* 60 A 192.0.2.1\n' },
  ]);
  const cache = new ResponseCache(served.reader);
  const answerer = new Answerer(served.reader, served.settings, cache);
  const find = vi.spyOn(cache, 'find');
  const out = new Uint8Array(4096);
  /** Ask for all names; returns for how many the cache has the response. */
  const ask = (asked: readonly string[]): number => {
    find.mockClear();
    served.reader.enter();
    for (const name of asked) {
      const query = buildQuery({ name, type: 'A' });
      answerer.answer(query, 0, query.length, Transport.udp, 0, out, 0);
    }
    served.reader.leave();
    return find.mock.results.filter(({ value }) => value === true).length;
  };
  return { ask, cache };
}

describe('the response cache', () => {
  it('has a place for nearly all of half as many questions as it has slots', () => {
    const { ask } = serveCached();
    for (let i = 0; i < 3; i++) ask(names);
    expect(ask(names)).toBeGreaterThan(3600);
  });

  it('has nothing of before once it is cleared, and keeps anew', () => {
    const { ask, cache } = serveCached();
    const few = names.slice(0, 50);
    for (let i = 0; i < 3; i++) ask(few);
    expect(ask(few)).toBe(50);
    cache.clear();
    expect(ask(few)).toBe(0);
    ask(few);
    expect(ask(few)).toBe(50);
  });

  it('keeps what is asked often through a flood of names that nobody asks twice', () => {
    const { ask } = serveCached();
    const often = names.slice(0, 200);
    for (let i = 0; i < 3; i++) ask(often);
    ask(Array.from({ length: 20_000 }, (_, i) => `flood${i}.cache.test.`));
    expect(ask(often)).toBeGreaterThan(195);
  });
});
