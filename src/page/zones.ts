/** Zones: what is served, and how far its copies are. */

import { formatAge } from '../base/format-age.ts';
import { element } from './dom.ts';
import { ageElement, formatCount, many, serverNowMs } from './format.ts';
import { mark, marked, secondaryLevels } from './marks.ts';
import type { SecondaryLine, ZoneLine } from './page-data.ts';
import { publishedText } from './published.ts';

export function zoneRow(zone: ZoneLine): HTMLTableRowElement {
  const { name, view, type, serial, records, changedAtMs } = zone;
  const of = [...(view === undefined ? [] : [`view ${view}`]), ...(zone.class === undefined ? [] : [zone.class])];
  return element(
    'tr',
    { role: 'row', class: zone.level },
    element(
      'th',
      { role: 'rowheader', scope: 'row', class: 'zone' },
      element('span', { class: 'name' }, name),
      of.length === 0 ? undefined : element('span', { class: 'muted' }, ` ${of.join(', ')}`),
    ),
    element('td', { role: 'cell', class: 'state' }, stateMark(zone)),
    element(
      'td',
      { role: 'cell', class: 'number', 'data-label': 'Serial' },
      serial === undefined ? '–' : String(serial),
    ),
    element(
      'td',
      { role: 'cell', class: 'number', 'data-label': 'Records' },
      records === undefined ? '–' : formatCount(records),
    ),
    element(
      'td',
      { role: 'cell', class: 'number', 'data-label': 'Age' },
      changedAtMs === undefined ? '–' : ageElement(changedAtMs),
    ),
    element(
      'td',
      { role: 'cell', class: 'copies', 'data-label': 'Copies' },
      type === 'secondary' ? copyText(zone) : undefined,
      healthText(zone),
      copies(zone),
    ),
  );
}

function stateMark({ state, type, level }: ZoneLine): HTMLElement {
  if (state === 'served') return element('span', {}, mark(level), ` ${type}`);
  return marked('bad', state === 'expired' ? 'expired' : 'not served');
}

/** Of a secondary zone: when its primary was heard last. */
function copyText({ copy, state }: ZoneLine): HTMLElement | undefined {
  if (copy === undefined) return undefined;
  const { refreshedAtMs, expiresAtMs, failures } = copy;
  const made = element('div', {});
  if (refreshedAtMs === undefined) made.append('not transferred yet');
  else made.append('primary heard ', ageElement(refreshedAtMs, ' ago'));
  if (failures > 0) made.append(`, then no answer ${failures === 1 ? 'once' : `${failures} times`}`);
  if (expiresAtMs !== undefined && state === 'expired') made.append('; expired ', ageElement(expiresAtMs, ' ago'));
  else if (expiresAtMs !== undefined && failures > 0)
    made.append(`; expires in ${formatAge(Math.max(0, expiresAtMs - serverNowMs()))}`);
  return made;
}

/** What of the health of its targets those get who have a copy. */
function healthText({ published }: ZoneLine): HTMLElement | undefined {
  if (published === undefined) return undefined;
  const text = publishedText(published);
  return element('div', {}, published.problem === undefined ? `health: ${text}` : marked('warning', `health: ${text}`));
}

function copies({ secondaries, otherSecondaries }: ZoneLine): HTMLElement | undefined {
  if (secondaries.length === 0) return element('span', { class: 'muted' }, 'none known');
  const items = secondaries.map((line) =>
    element('li', {}, marked(secondaryLevels[line.state], line.place), ' ', ...secondaryText(line)),
  );
  if (otherSecondaries > 0) items.push(element('li', { class: 'muted' }, `and ${formatCount(otherSecondaries)} more`));
  return element('ul', { class: 'secondaries' }, ...items);
}

function secondaryText(line: SecondaryLine): readonly (Node | string)[] {
  const { state, serial, atMs, behindMs, problem } = line;
  switch (state) {
    case 'current':
      return ['current', ...ago(', fetched ', atMs)];
    case 'behind':
      return [`behind: fetched ${serial}`, ...(behindMs === undefined ? [] : [`, newer for ${formatAge(behindMs)}`])];
    case 'told':
      return ['acknowledged NOTIFY', ...ago(' ', atMs), '; not seen fetching'];
    case 'silent':
      return [
        `NOTIFY failed: ${problem ?? 'no answer'}`,
        ...(serial === undefined ? [] : [`; last fetched ${serial}`]),
      ];
    case 'unknown':
      return serial === undefined
        ? ['unknown: not heard of since the start']
        : [`fetched ${serial}`, ...ago(' ', atMs)];
  }
}

function ago(lead: string, atMs: number | undefined): readonly (Node | string)[] {
  return atMs === undefined ? [] : [lead, ageElement(atMs, ' ago')];
}

/** `25 of 10,000 zones`. */
export function zoneSummary(total: number, found: number): string {
  return found === total ? many(total, 'zone') : `${formatCount(found)} of ${many(total, 'zone')}`;
}
