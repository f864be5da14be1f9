/** Whatever stands in a named.conf, reading it ends soon, in diagnostics or a configuration; and what is converted means the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNamedConfig } from '../../../src/control/named-conf/parse-named-config.ts';
import { convertNamedConf } from '../../../src/control/named-conf/yaml/convert-named-conf.ts';

const corpus = join(import.meta.dirname, '../../named-conf');
const texts = ['good', 'bad', 'convert'].flatMap((kind) =>
  readdirSync(join(corpus, kind))
    .filter((name) => name.endsWith('.conf'))
    .map((name) => readFileSync(join(corpus, kind, name), 'utf8')),
);
const pieces = [
  '{',
  '}',
  ';',
  '!',
  '"',
  '/*',
  '*/',
  '//',
  '#',
  '\\',
  '\n',
  '\0',
  '\uFEFF',
  '{ { {',
  '};',
  'view "v" {',
  'options {',
  'any;',
];

const cut = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat(12),
  insert: fc.oneof(fc.constant(''), fc.constantFrom(...pieces), fc.string({ maxLength: 4 })),
});

/** A text of the corpus with some holes and some things too many. */
const mutated = fc.tuple(fc.constantFrom(...texts), fc.array(cut, { minLength: 1, maxLength: 6 })).map(([text, cuts]) =>
  cuts.reduce((result, { at, remove, insert }) => {
    const start = Math.floor(at * result.length);
    return result.slice(0, start) + insert + result.slice(start + remove);
  }, text),
);

test('damaged files are read, and converted where they are still good', () => {
  fc.assert(
    fc.property(mutated, (text) => {
      const served = parseNamedConfig(text, 'named.conf');
      // It throws where the result means something else.
      const converted = convertNamedConf(text, 'named.conf');
      expect(converted.ok).toBe(served.ok);
      if (!served.ok) expect(served.error.length).toBeGreaterThan(0);
    }),
    { numRuns: 400 },
  );
}, 30_000);

describe('what is meant to hurt', () => {
  const many = 100_000;
  const cases: Readonly<Record<string, string>> = {
    'a long comment': `/*${'a\n'.repeat(10 * many)}*/`,
    'a long text': `options { version "${'\\"'.repeat(10 * many)}"; };`,
    'a long word': '/'.repeat(2).concat('\n', 'a/'.repeat(many)),
    'lists in lists': `acl a ${'{ '.repeat(many)}${'};'.repeat(many)}`,
    'blocks in blocks': 'view a { zone b { '.repeat(many / 2),
    'texts of plug-ins': `plugin query "a" ${'{ '.repeat(many)}`,
    'negations of negations': `acl a { ${'!'.repeat(many)}any; };`,
    'nothing but unknown words': 'foo; '.repeat(many),
    'nothing but semicolons': ';'.repeat(many),
  };

  test.each(Object.entries(cases))(
    '%s',
    (_, text) => {
      const result = parseNamedConfig(text, 'named.conf');
      expect(result.ok ? 0 : result.error.length).toBeLessThan(1000);
    },
    30_000,
  );
});
