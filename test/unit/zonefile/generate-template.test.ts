// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of $GENERATE
import { expect, test } from 'vitest';
import { expandTemplate, parseTemplate } from '../../../src/zonefile/generate-template.ts';

function expand(text: string, value: number): string {
  const template = parseTemplate(new TextEncoder().encode(text));
  if (typeof template === 'string') return `error: ${template}`;
  const out = new Uint8Array(1000);
  return new TextDecoder().decode(out.subarray(0, expandTemplate(template, value, out)));
}

// The expected texts are those of named-compilezone 9.18.
test.each([
  ['h$', 7, 'h7'],
  ['$a$', 7, '7a7'],
  ['${0,3,d}', 7, '007'],
  ['${10}', 7, '17'],
  ['${-10}', 7, '-3'],
  ['${-5,3,d}', 1, '-04'],
  ['${-5,3,x}', 1, 'fffffffc'],
  ['${-2,0,o}', 1, '37777777777'],
  ['${0,4,x}.${0,4,X}.${0,4,o}', 11, '000b.000B.0013'],
  ['${0,1,n}', 18, '2.1'],
  ['${0,4,n}', 18, '2.1.'],
  ['${0,5,N}', 10, 'A.0.0'],
  ['$$', 7, '$'],
  ['a$${1}b', 7, 'a${1}b'],
  ['a\\$b', 7, 'a\\$b'],
])('%s of %i is %s', (template, value, expected) => {
  expect(expand(template, value)).toBe(expected);
});

test.each(['${0,3,q}', '${0,3,}', '${0,3,d', '${', '${}', '${1,2,d,5}x', '${1,}', '${0,128}'])(
  '%s is refused',
  (template) => {
    expect(expand(template, 1)).toMatch(/^error: /);
  },
);

test('what does not fit is refused, not cut', () => {
  const template = parseTemplate(new TextEncoder().encode('abc$'));
  if (typeof template === 'string') throw new Error(template);
  expect(expandTemplate(template, 1, new Uint8Array(4))).toBe(4);
  expect(expandTemplate(template, 10, new Uint8Array(4))).toBe(-1);
});
