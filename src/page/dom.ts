/** Elements. Names in zones may hold any octets: text comes into the page as text, never as markup. */

type Child = Node | string | undefined;

/** Make an element with these attributes; `class` and the like, as in HTML. Those that are `undefined` are left out. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** The element of the document with this id: index.html has it. */
export function byId<Type extends HTMLElement = HTMLElement>(id: string): Type {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no #${id}`);
  return found as Type;
}

const roles: Readonly<Record<string, string>> = {
  table: 'table',
  thead: 'rowgroup',
  tbody: 'rowgroup',
  tr: 'row',
  th: 'columnheader',
};

/** On a phone a table's parts are laid out as blocks, and browsers forget then that it is a table. */
export function keepTable(table: HTMLElement): void {
  for (const part of [table, ...table.querySelectorAll('*')]) {
    const role = roles[part.localName];
    if (role !== undefined) part.setAttribute('role', role);
  }
}

/** Nothing is touched where the text is the same already: screen readers and selections stay where they are. */
export function setText(of: Element, text: string): void {
  if (of.textContent !== text) of.textContent = text;
}

/** What a list of elements was made of. */
interface Made {
  readonly text: string;
  readonly element: Element;
}

/** Keeps the children of an element those of a list, behind what it has already: what is as before stays as it is. */
export class ElementList<Item> {
  private readonly parent: Element;
  private readonly keyOf: (item: Item) => string;
  private readonly make: (item: Item) => Element;
  /** Children that are not of the list. */
  private readonly first: number;
  private made: ReadonlyMap<string, Made> = new Map();

  constructor(parent: Element, keyOf: (item: Item) => string, make: (item: Item) => Element) {
    this.parent = parent;
    this.keyOf = keyOf;
    this.make = make;
    this.first = parent.childElementCount;
  }

  show(items: readonly Item[]): void {
    const next = new Map<string, Made>();
    for (const item of items) {
      const key = this.keyOf(item);
      const text = JSON.stringify(item);
      const before = this.made.get(key);
      next.set(key, before?.text === text ? before : { text, element: this.make(item) });
      if (before !== undefined) keepOpen(before.element, next.get(key)?.element as Element);
    }
    const focused = focusedDetails(this.parent);
    const kept = new Set([...next.values()].map((made) => made.element));
    for (const { element: before } of this.made.values()) if (!kept.has(before)) before.remove();
    const { children } = this.parent;
    let at = this.first;
    for (const wanted of kept) {
      if (children[at] !== wanted) this.parent.insertBefore(wanted, children[at] ?? null);
      at++;
    }
    this.made = next;
    if (focused !== undefined && !this.parent.contains(document.activeElement)) this.focus(focused);
  }

  /** What was made anew takes the focus of what it stands for. */
  private focus(key: string): void {
    const details = detailsIn(this.parent).find(({ dataset }) => dataset.key === key);
    details?.querySelector('summary')?.focus({ preventScroll: true });
  }
}

/** Those that somebody may have opened; `data-key` tells them apart. */
function detailsIn(parent: Element): HTMLDetailsElement[] {
  return [...parent.querySelectorAll<HTMLDetailsElement>('details[data-key]')];
}

function keepOpen(before: Element, after: Element): void {
  if (before === after) return;
  const open = new Set(detailsIn(before).flatMap((details) => (details.open ? [details.dataset.key] : [])));
  for (const details of detailsIn(after)) details.open = open.has(details.dataset.key);
}

function focusedDetails(parent: Element): string | undefined {
  const { activeElement } = document;
  const details = activeElement?.localName === 'summary' ? activeElement.parentElement : null;
  return details !== null && parent.contains(details) ? details.dataset.key : undefined;
}
