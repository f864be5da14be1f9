/** The fuzzer finds what is wrong: a rule that is broken deep inside, a loop without end, work that grows with the square. */
import { beforeAll, describe, expect, it } from 'vitest';
import { minimize, signatureOf } from './engine/failure.ts';
import { FuzzLoop } from './engine/fuzz-loop.ts';
import { instrument } from './engine/instrument.ts';
import { mutateOctets } from './engine/mutate-octets.ts';
import { beginCounting, endCounting, installStepCounter, StepsExceeded } from './engine/steps.ts';
import { linear, RuleBroken, type Target } from './engine/target.ts';

beforeAll(() => installStepCounter());

/** What the code's last expression is, with its steps counted. */
function load<T>(code: string, name: string): T {
  return new Function(`${instrument(code)}; return ${name};`)() as T;
}

describe('instrumented code', () => {
  it('does the same, and counts its calls and turns', () => {
    const code = `
      function sum(list: number[]): number { let s = 0; for (const one of list) s += one; return s; }
      const twice = (x: number) => (x < 0 ? -x : x) * 2;
      function all(list: number[]) { if (list.length === 0) return 0; else return sum(list.map(twice)); }`;
    const all = load<(list: readonly number[]) => number>(code, 'all');
    beginCounting(1000);
    expect(all([1, -2, 3])).toBe(12);
    // all, twice three times, sum, three turns.
    expect(endCounting()).toBe(8);
    expect(all([])).toBe(0);
  });

  it('ends where a loop would not', () => {
    const spin = load<() => void>('function spin() { for (;;); }', 'spin');
    beginCounting(10_000);
    expect(spin).toThrow(StepsExceeded);
    endCounting();
  });

  it('counts octets that are copied by the runtime', () => {
    const copy = load<(octets: Uint8Array) => void>('const copy = (octets) => { octets.slice(); };', 'copy');
    beginCounting(100_000);
    copy(new Uint8Array(1600));
    expect(endCounting()).toBeGreaterThanOrEqual(100);
  });
});

/** `check` says whether octets are wrong. */
function targetOf(check: (octets: Uint8Array) => boolean): Target {
  return {
    corpus: [Uint8Array.of(0, 0, 0, 0, 0, 0)],
    mutate: mutateOctets,
    maxOctets: 64,
    allowedSteps: linear(1000, 10),
    expected: [],
    run(input) {
      if (check(input)) throw new RuleBroken('the planted bug');
      return 'fine';
    },
  };
}

async function signaturesOf(target: Target, seed: number): Promise<{ signature: string; input: Uint8Array }[]> {
  const found: { signature: string; input: Uint8Array }[] = [];
  const loop = new FuzzLoop(target, {
    seed,
    executions: 60_000,
    endMs: performance.now() + 60_000,
    note: () => undefined,
    tell: () => undefined,
    onFailure: ({ signature, input }) => found.push({ signature, input }),
  });
  await loop.run();
  return found;
}

describe('the loop', () => {
  it('goes step by step to what chance alone would not meet, and makes it small', async () => {
    const code = `function isBad(octets) {
      if (octets[0] !== 255) return false;
      if (octets[1] !== 63) return false;
      if (octets[2] !== 192) return false;
      return true;
    }`;
    const [failure] = await signaturesOf(targetOf(load(code, 'isBad')), 7);
    expect([...(failure?.input ?? [])]).toEqual([255, 63, 192]);
    expect(failure?.signature).toContain('RuleBroken: the planted bug');
  });

  it('tells of work that grows with the square', async () => {
    const code = `function isBad(octets) {
      let n = 0;
      for (const a of octets) for (const b of octets) if (a === b) n++;
      return n < 0;
    }`;
    const found = await signaturesOf(targetOf(load(code, 'isBad')), 7);
    expect(found.map(({ signature }) => signature)).toEqual(['StepsExceeded: more than N steps']);
  });
});

it('minimizes to what is needed', async () => {
  const input = Uint8Array.from({ length: 256 }, (_, i) => i);
  const smallest = await minimize(input, async (octets) => octets.includes(17) && octets.includes(200));
  expect([...smallest]).toEqual([17, 200]);
});

it('takes the same failure for the same', () => {
  expect(signatureOf(new RangeError('offset 17 of "a"'))).toBe(signatureOf(new RangeError('offset 4 of "b"')));
});
