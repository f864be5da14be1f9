/** A list of which the server gives a part: searched, sorted, page by page, asked for again when something changes. */
import { byId, setText } from './dom.ts';
import { formatCount } from './format.ts';
import type { ListPart } from './page-data.ts';

/** After typing. */
const typingMs = 200;
/** Where the server can't be asked, for so long. */
const failedMs = 3000;

export interface ListShown<Line> {
  readonly path: string;
  /** Ids begin with it. */
  readonly name: string;
  /** Without news it is asked for after so long, and with news not sooner than that. */
  readonly everyMs: number;
  readonly leastMs: number;
  show(part: ListPart<Line>, search: string): void;
}

export class LiveList<Line> {
  private readonly shown: ListShown<Line>;
  private readonly search: HTMLInputElement;
  private readonly order: HTMLSelectElement | null;
  private readonly pages: HTMLElement;
  private page = 0;
  private stamp = '';
  private askedMs = Number.NEGATIVE_INFINITY;
  private typing = 0;
  /** Of the newest question: answers to older ones are not shown. */
  private asked = 0;
  private isAsking = false;

  constructor(shown: ListShown<Line>) {
    this.shown = shown;
    this.search = byId<HTMLInputElement>(`${shown.name}-search`);
    this.order = document.querySelector<HTMLSelectElement>(`#${shown.name}-order`);
    this.pages = byId(`${shown.name}-pages`);
    this.search.addEventListener('input', () => {
      clearTimeout(this.typing);
      this.typing = window.setTimeout(() => this.turnTo(0), typingMs);
    });
    this.order?.addEventListener('change', () => this.turnTo(0));
    this.button('before').addEventListener('click', () => this.turnTo(this.page - 1));
    this.button('after').addEventListener('click', () => this.turnTo(this.page + 1));
  }

  /** Called often: asks where there is news, or it has been long. */
  refresh(stamp: string): void {
    const sinceMs = performance.now() - this.askedMs;
    const isDue = sinceMs >= this.shown.everyMs || (stamp !== this.stamp && sinceMs >= this.shown.leastMs);
    if (!isDue || this.isAsking) return;
    this.stamp = stamp;
    void this.ask();
  }

  private turnTo(page: number): void {
    this.page = Math.max(0, page);
    void this.ask();
  }

  private async ask(): Promise<void> {
    const number = ++this.asked;
    const { value } = this.search;
    const query = new URLSearchParams({ search: value, page: String(this.page), order: this.order?.value ?? '' });
    this.askedMs = performance.now();
    this.isAsking = true;
    try {
      const response = await fetch(`${this.shown.path}?${query}`, { signal: AbortSignal.timeout(10_000) });
      if (!response.ok) throw new Error(String(response.status));
      const part = (await response.json()) as ListPart<Line>;
      if (number !== this.asked) return;
      this.page = part.page;
      this.showPages(part);
      this.shown.show(part, value.trim());
    } catch {
      // What is shown stays; that nobody answers is said at the top.
      this.askedMs = performance.now() + failedMs - this.shown.everyMs;
    } finally {
      if (number === this.asked) this.isAsking = false;
    }
  }

  private showPages({ page, pages }: ListPart<Line>): void {
    this.pages.hidden = pages < 2;
    setText(this.pages.querySelector('.where') as Element, `Page ${formatCount(page + 1)} of ${formatCount(pages)}`);
    // Not disabled: who has just pressed one keeps the focus.
    this.button('before').setAttribute('aria-disabled', String(page === 0));
    this.button('after').setAttribute('aria-disabled', String(page >= pages - 1));
  }

  private button(name: 'before' | 'after'): HTMLButtonElement {
    return this.pages.querySelector(`.${name}`) as HTMLButtonElement;
  }
}
