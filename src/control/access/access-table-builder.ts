import {
  AccessList,
  type AccessListId,
  type AccessListTable,
  type AccessRule,
  defaultAccessTable,
} from '../../plane/access/access-list-table.ts';

/** Gives lists their numbers: equal ones the same, new ones behind those of the table before. */
export class AccessTableBuilder {
  private readonly lists: (readonly AccessRule[])[];
  private readonly ids = new Map<string, AccessListId>();

  constructor(before: AccessListTable = defaultAccessTable) {
    this.lists = [...before.lists];
    for (const [id, rules] of this.lists.entries()) if (!this.ids.has(textOf(rules))) this.ids.set(textOf(rules), id);
  }

  get table(): AccessListTable {
    return { lists: this.lists };
  }

  /** The number of the list with these rules; lists that they refer to are in the table already. */
  add(written: readonly AccessRule[]): AccessListId {
    const rules = simplified(written);
    const [first] = rules;
    if (rules.length === 1 && first?.kind === 'list' && !first.negated) return first.list;
    const text = textOf(rules);
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    const id = this.lists.length;
    this.lists.push(rules);
    this.ids.set(text, id);
    return id;
  }
}

/** Without what never matches, what nothing comes to, and a denial at the end, where denied is who comes to. */
function simplified(written: readonly AccessRule[]): readonly AccessRule[] {
  const rules: AccessRule[] = [];
  for (const rule of written) {
    if (rule.kind === 'list' && rule.list === AccessList.none) continue;
    const isAny = rule.kind === 'any' || (rule.kind === 'list' && rule.list === AccessList.any);
    rules.push(isAny ? { kind: 'any', negated: rule.negated } : rule);
    if (isAny) break;
  }
  while (rules.at(-1)?.negated === true) rules.pop();
  return rules;
}

function textOf(rules: readonly AccessRule[]): string {
  return JSON.stringify(rules, (_, value) => (value instanceof Uint8Array ? [...value] : value));
}
