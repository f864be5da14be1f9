/** The table of statements in docs/named-conf.md, made of the grammar. */
import type { Clause } from '../../../../src/control/named-conf/grammar/contexts.ts';
import { contextOf, topContext } from '../../../../src/control/named-conf/grammar/contexts.ts';

const fates = { keep: 'kept', note: 'passed over, with a note', warn: 'not obeyed, with a warning', refuse: 'refused' };

/** A row for each treatment, in the order in which they first come. */
export function statementTable(): string {
  const clauses = [topContext, ...['options', 'view', 'zone', 'server'].map(contextOf)].flatMap((context) => [
    ...context.values(),
  ]);
  const rows = new Map<string, Set<string>>();
  for (const clause of clauses) {
    const names = rows.get(rowOf(clause)) ?? new Set<string>();
    names.add(clause.name);
    rows.set(rowOf(clause), names);
  }
  const lines = [...rows]
    .map(
      ([row, names]) =>
        `| ${[...names]
          .sort()
          .map((name) => `\`${name}\``)
          .join(', ')} | ${row} |`,
    )
    .sort((a, b) => rankOf(a) - rankOf(b));
  return ['| statements | here | |', '|---|---|---|', ...lines, ''].join('\n');
}

function rowOf({ treatment }: Clause): string {
  if (treatment.kind === 'keep') return `${fates.keep} | `;
  const harmless = treatment.kind === 'note' ? [] : treatment.harmless;
  const but = harmless.length === 0 ? '' : `; \`${harmless.join('`, `')}\` is fine`;
  return `${fates[treatment.kind]} | ${treatment.reason}${but}`;
}

function rankOf(line: string): number {
  return Object.values(fates).findIndex((fate) => line.includes(`| ${fate} |`));
}
