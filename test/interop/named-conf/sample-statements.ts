/** A bad form of every statement of the grammar. */
import type { Clause } from '../../../src/control/named-conf/grammar/contexts.ts';
import { type Shape, shapeOf } from '../../../src/control/named-conf/grammar/notation.ts';

/** What no statement takes where the terminal stands. */
const wrong: Readonly<Record<string, string>> = {
  BOOL: 'maybe',
  INT: 'ten',
  STRING: '{ }',
  QUOTED: 'sample',
  DURATION: '1x',
  SIZE: '10X',
  PERCENT: '50',
  FIXED: 'half',
  IP4: 'localhost',
  IP6: 'localhost',
  PREFIX: 'localhost',
  CLASS: 'in',
  ELEMENT: '!',
  RRTYPES: 'A AAAA',
};

/** Undefined: there is nothing that can be wrong with it. */
export function badStatement({ name, grammar }: Clause): string | undefined {
  if (grammar === '') return `${name} more;`;
  const text = sampleOf(shapeOf(grammar));
  return text.trim() === '' || grammar.includes('ANYTHING') ? undefined : `${name} ${text};`;
}

/** Text of the shape, without what may be missing. */
function sampleOf(shape: Shape): string {
  switch (shape.kind) {
    case 'sequence':
      return shape.parts.map(sampleOf).join(' ');
    case 'choice':
      return '{ none; of; these; }';
    case 'optional':
      return '';
    case 'list':
      return `{ ${sampleOf(shape.item)}; }`;
    case 'word':
      return shape.word;
    case 'terminal':
      return wrong[shape.name] ?? shape.name;
    case 'block':
      return '{ nonsense; }';
  }
}
