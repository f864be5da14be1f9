/** Extended regular expressions of NAPTR against JavaScript's, in the part of the language that both have. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseEre } from '../../../src/store/check/sip/regexp/ere.ts';
import { EreProgram } from '../../../src/store/check/sip/regexp/ere-program.ts';

const { pattern } = fc.letrec<{ pattern: string; sequence: string; piece: string; atom: string }>((tie) => ({
  pattern: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|')),
  sequence: fc.array(tie('piece'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
  piece: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('^', '$'),
    fc
      .tuple(tie('atom'), fc.constantFrom('', '', '*', '+', '?', '{2}', '{0,2}', '{1,}'))
      .map((parts) => parts.join('')),
  ),
  atom: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '[a-c]', '\\.', '\\+'),
    tie('pattern').map((inner) => `(${inner})`),
  ),
}));
const input = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '+', '.'), maxLength: 6 });

function matches(text: string, program: EreProgram): boolean {
  return program.matches([...text].map((character) => [character.charCodeAt(0)]));
}

test('matches what JavaScript matches', () => {
  fc.assert(
    fc.property(pattern, input, (written, text) => {
      const { ere, fault, doubts } = parseEre(written);
      expect([fault, doubts]).toEqual([undefined, []]);
      const program = ere === undefined ? undefined : EreProgram.from(ere, false);
      fc.pre(program !== undefined);
      expect(matches(text, program)).toBe(new RegExp(written, 's').test(text));
    }),
    { numRuns: 2000 },
  );
});

test('any text is judged, and one without a fault can be run', () => {
  const anything = fc.string({ unit: fc.constantFrom(...'ab1()[]{}|*+?^$.\\,:=-'), maxLength: 40 });
  fc.assert(
    fc.property(anything, input, (written, text) => {
      const { ere, fault } = parseEre(written);
      expect(ere === undefined).toBe(fault !== undefined);
      const program = ere === undefined ? undefined : EreProgram.from(ere, true);
      if (program !== undefined) matches(text, program);
    }),
    { numRuns: 3000 },
  );
});
