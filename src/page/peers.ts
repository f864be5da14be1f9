/** Other Ringzones that this one agrees with on who is down, and on drains. */
import { element } from './dom.ts';
import { ageElement, formatCount, many } from './format.ts';
import { marked, peerMarks } from './marks.ts';
import type { PeerLine } from './page-data.ts';

export function peerRow({ peer, state, heardMs, problem, opinions, drains }: PeerLine): HTMLTableRowElement {
  const facts = [
    ...(problem === undefined ? [] : [`${problem}: its opinions do not count`]),
    ...(drains === 0 ? [] : [`${many(drains, 'drain')} from it`]),
  ];
  return element(
    'tr',
    { role: 'row', class: `is-${state}` },
    element('th', { role: 'rowheader', scope: 'row', class: 'peer' }, element('span', { class: 'name' }, peer)),
    element('td', { role: 'cell', class: 'state' }, marked(...peerMarks[state])),
    element(
      'td',
      { role: 'cell', class: 'number', 'data-label': 'Last heard' },
      heardMs === undefined ? 'never' : ageElement(heardMs, ' ago'),
    ),
    element('td', { role: 'cell', class: 'number', 'data-label': 'Addresses' }, formatCount(opinions)),
    element('td', { role: 'cell', class: 'facts' }, facts.join('; ')),
  );
}

/** `2 of 3 heard` */
export function peerSummary(peers: readonly PeerLine[], others: number): string {
  const heard = peers.filter(({ state }) => state === 'heard').length;
  const more = others === 0 ? '' : `; ${formatCount(others)} more are heard, or asked`;
  return `${formatCount(heard)} of ${formatCount(peers.length)} heard${more}`;
}
