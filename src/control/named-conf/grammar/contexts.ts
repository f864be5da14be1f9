/** What may stand where: the blocks of a named.conf and their statements. */
import { blockClauses } from './block-clauses.ts';
import { type ClauseGroup, keep, type Treatment } from './clause-group.ts';
import { keptClauses } from './kept-clauses.ts';
import { otherClauses } from './other-clauses.ts';
import { resolverClauses } from './resolver-clauses.ts';

export interface Clause {
  readonly name: string;
  /** Letters, see clause-group.ts; of the smaller blocks none. */
  readonly places: string;
  readonly isRepeatable: boolean;
  /** In the notation of notation.ts. */
  readonly grammar: string;
  /** In BIND; `9.20`: not before. */
  readonly age: 'current' | 'deprecated' | 'obsolete' | '9.20';
  readonly treatment: Treatment;
}

/** The statements of one kind of block, by name. */
export type Context = ReadonlyMap<string, Clause>;

const clauses = [keptClauses, resolverClauses, otherClauses].flat().flatMap(clausesOf);

const contextLetters = { top: 'T', options: 'o', view: 'v', server: 'S', zone: 'psmhfrtudi' } as const;

const contexts = new Map<string, Context>([
  ...Object.entries(contextLetters).map(([name, letters]): [string, Context] => {
    const isHere = ({ places }: Clause) => [...places].some((place) => letters.includes(place));
    return [name, new Map(clauses.filter(isHere).map((clause) => [clause.name, clause]))];
  }),
  ...Object.entries(blockClauses).map(([name, rows]): [string, Context] => {
    const group = { treatment: keep, rows: rows.replace(/^(?=\S)/gm, '- ') };
    return [name, new Map(clausesOf(group).map((clause) => [clause.name, clause]))];
  }),
]);

export const topContext: Context = contextOf('top');

/** The context of the block that a statement of this name has. */
export function contextOf(name: string): Context {
  const context = contexts.get(name);
  if (context === undefined) throw new Error(`no context ${name}`);
  return context;
}

/** The kinds of block in which a statement is known. */
export function placesOf(name: string): readonly string[] {
  return [...contexts]
    .filter(([, context]) => context.has(name))
    .map(([place]) => (place === 'top' ? 'the file' : place));
}

function clausesOf({ treatment, rows }: ClauseGroup): readonly Clause[] {
  return rows
    .trim()
    .split('\n')
    .map((row) => {
      const [code = '', remark = ''] = row.split(' // ');
      const [places = '', word = '', ...grammar] = code.split(' ');
      const age = (remark === '' ? 'current' : remark) as Clause['age'];
      const name = word.replace(/\+$/, '');
      return { name, places, isRepeatable: word.endsWith('+'), grammar: grammar.join(' '), age, treatment };
    });
}
