/** Four servers, lines between them that break, and a target that some see and some don't: out is whom enough of those that are heard see down. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultHealthSettings } from '../../../../src/control/health/health-plan.ts';
import { Fleet } from '../../../unit/control/agreement/fleet.ts';
import { alive, silent, target } from '../../../unit/control/health/fake-world.ts';

const sip = '192.0.2.11';
const size = 4;

type Step =
  | { readonly kind: 'sight'; readonly node: number; readonly isUp: boolean }
  | { readonly kind: 'line'; readonly a: number; readonly b: number; readonly isCut: boolean }
  | { readonly kind: 'pass'; readonly seconds: number };

const node = fc.integer({ min: 0, max: size - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('sight' as const), node, isUp: fc.boolean() }),
  fc.record({ kind: fc.constant('line' as const), a: node, b: node, isCut: fc.boolean() }),
  fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 30 }) }),
);

function apply(fleet: Fleet, next: Exclude<Step, { kind: 'pass' }>): void {
  if (next.kind === 'sight') fleet.node(next.node).outcomes.set(sip, next.isUp ? alive : silent);
  else if (next.isCut && next.a !== next.b) fleet.cut(next.a, next.b);
  else fleet.mend();
}

/** Whether each server answers by what it sees itself and what those see that it hears. */
function isRight(fleet: Fleet, needed: number): boolean {
  const sees = fleet.nodes.map((each) => each.report()[0]?.addresses[0]?.state === 'inactive');
  return fleet.nodes.every((each, number) => {
    const heard = each.agreement.reports().map(({ isHeard }) => isHeard);
    const others = sees.filter((_, other) => other !== number).filter((_, i) => heard[i]);
    const against = [sees[number], ...others].filter(Boolean).length;
    return (each.report()[0]?.state === 'inactive') === against >= needed;
  });
}

test('whatever breaks, and in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: size }),
      fc.array(step, { minLength: 1, maxLength: 10 }),
      async (needed, steps) => {
        const fleet = new Fleet(size);
        const settings = { ...defaultHealthSettings, agree: needed };
        fleet.start([target('sip1.example.com', { addresses: [sip], settings })]);
        await fleet.pass(2000);
        for (const next of steps) {
          if (next.kind === 'pass') await fleet.pass(1000 * next.seconds);
          else apply(fleet, next);
        }
        // Lines that are cut are noticed, and news are everywhere that can be reached.
        await fleet.pass(15_000);
        // A verdict may just be on its way.
        if (!isRight(fleet, needed)) await fleet.pass(300);
        expect(isRight(fleet, needed)).toBe(true);
      },
    ),
    { numRuns: 25 },
  );
}, 60_000);
