/** What happened lately. */
import { ElementList, element } from './dom.ts';
import { formatCount, formatTime, serverNowMs } from './format.ts';
import { mark } from './marks.ts';
import type { RecentEvent, RefusalCount } from './page-data.ts';
import { shareMinutes } from './page-data.ts';

export function eventItem({ atMs, level, text }: RecentEvent): HTMLLIElement {
  const time = element(
    'time',
    { datetime: new Date(atMs).toISOString(), title: new Date(atMs).toLocaleString('en-GB') },
    formatTime(atMs, serverNowMs()),
  );
  return element('li', { class: level }, time, mark(level), element('span', { class: 'text' }, text));
}

export function eventList(parent: Element): ElementList<RecentEvent> {
  return new ElementList(parent, ({ id }) => String(id), eventItem);
}

export function refusalItem({ what, total, lately }: RefusalCount): HTMLLIElement {
  const recent = lately === 0 ? '' : `, ${formatCount(lately)} in ${shareMinutes} min`;
  return element('li', {}, element('b', {}, formatCount(total)), ` ${what}${recent}`);
}
