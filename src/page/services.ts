/** The targets of each SRV owner: how they are, what they should get, what they got. */
import { element } from './dom.ts';
import { ageElement, formatCount, formatMs, formatShare, formatTime, many, serverNowMs } from './format.ts';
import { mark, targetMark } from './marks.ts';
import { type ServiceLine, shareMinutes, type TargetLine } from './page-data.ts';
import { publishedText } from './published.ts';
import { serversElement } from './servers.ts';

const columns = 6;

/** The rows of one owner. */
export function serviceBody(service: ServiceLine): HTMLTableSectionElement {
  const { owner, zone, view, order, reaction, asked, targets, others, level, published } = service;
  const isIn = owner === zone || owner.endsWith(`.${zone}`);
  const facts = [
    ...(isIn ? [] : [`zone ${zone}`]),
    ...(view === undefined ? [] : [`view ${view}`]),
    order === 'zone' ? 'order as written' : `order ${order}`,
    ...(targets.some(({ state }) => state !== 'unprobed') ? [reaction] : []),
    ...(published === undefined ? [] : [publishedText(published)]),
    asked === 0 ? `not asked for in ${shareMinutes} min` : `${many(asked, 'answer')} in ${shareMinutes} min`,
  ];
  const head = element(
    'tr',
    { role: 'row', class: 'group' },
    element(
      'th',
      { role: 'rowheader', scope: 'rowgroup', colspan: String(columns) },
      mark(level),
      element('span', { class: 'name' }, owner),
      element('span', { class: 'facts' }, facts.join(' · ')),
    ),
  );
  const body = element(
    'tbody',
    { role: 'rowgroup', class: level },
    head,
    ...targets.map((target) => targetRow(target, `${view} ${zone} ${owner}`)),
  );
  if (others > 0) {
    const text = `and ${many(others, 'more record')}: see ringzone ctl health ${zone}`;
    const cell = element('td', { role: 'cell', colspan: String(columns), class: 'muted' }, text);
    body.append(element('tr', { role: 'row' }, cell));
  }
  return body;
}

function targetRow(target: TargetLine, group: string): HTMLTableRowElement {
  const { state, port, transport, priority } = target;
  const name = element(
    'th',
    { role: 'rowheader', scope: 'row', class: 'target' },
    element('span', { class: 'name' }, target.target),
    element('span', { class: 'muted' }, `:${port}${transport === '' ? '' : ` ${transport}`}`),
  );
  return element(
    'tr',
    { role: 'row', class: `is-${state}` },
    element('td', { role: 'cell', class: 'state' }, targetMark(state), since(target)),
    name,
    element('td', { role: 'cell', class: 'number priority', 'data-label': 'Priority' }, String(priority)),
    element('td', { role: 'cell', class: 'number configured', 'data-label': 'Configured' }, configuredText(target)),
    element('td', { role: 'cell', class: 'given', 'data-label': 'Named first' }, ...given(target)),
    element('td', { role: 'cell', class: 'last' }, ...lastReply(target, `${group} ${target.target} ${port}`)),
  );
}

/** For how long it has been so. */
function since({ sinceMs, state }: TargetLine): HTMLElement | undefined {
  if (sinceMs === undefined || state === 'unprobed' || state === 'trying') return undefined;
  return element('span', { class: 'muted' }, ' ', ageElement(sinceMs));
}

function configuredText({ configured, isBackup }: TargetLine): string {
  if (!isBackup) return formatShare(configured);
  return configured === 1 ? 'backup' : `backup ${formatShare(configured)}`;
}

/** What it got as a bar, with a line where it should end. */
function given({ given: part, configured, isBackup, state }: TargetLine): readonly Node[] {
  const bar = element('span', { class: 'bar', 'aria-hidden': 'true' });
  if (part !== null) bar.append(filled(part, state));
  if (!isBackup) bar.append(placed('span', 'wanted', configured));
  const text = part === null ? '–' : formatShare(part);
  return [bar, element('span', { class: 'number' }, text)];
}

function filled(part: number, state: TargetLine['state']): HTMLElement {
  const made = element('span', { class: `filled ${state}` });
  made.style.width = `${part * 100}%`;
  return made;
}

function placed(tag: 'span', name: string, part: number): HTMLElement {
  const made = element(tag, { class: name });
  made.style.left = `${part * 100}%`;
  return made;
}

function lastReply(target: TargetLine, key: string): readonly (Node | string)[] {
  const { last, latencyMs, state, drainedUntilMs, addresses, servers } = target;
  const parts: (Node | string)[] = [];
  if (drainedUntilMs !== undefined) parts.push(drainText(target));
  else if (state === 'unprobed') parts.push('');
  else if (last === undefined || last === '') parts.push('no reply yet');
  else parts.push(last);
  if (latencyMs !== undefined && state === 'up')
    parts.push(element('span', { class: 'muted' }, ` ${formatMs(latencyMs)}`));
  if (servers !== undefined) parts.push(serversElement(servers, key));
  if (addresses.length > 0) {
    const items = addresses.map(({ address, state: word, last: text, servers: of }) =>
      element(
        'li',
        {},
        targetMark(word),
        element('span', { class: 'name' }, ` ${address} `),
        text,
        of === undefined ? undefined : serversElement(of, `${key} ${address}`),
      ),
    );
    parts.push(element('ul', { class: 'addresses' }, ...items));
  }
  return parts;
}

/** Who has taken it out, and for how long. */
function drainText({ drainedUntilMs, drainedFrom }: TargetLine): string {
  const by = drainedFrom === undefined ? 'by an operator' : `by an operator, heard from peer ${drainedFrom}`;
  return typeof drainedUntilMs === 'number' ? `${by}, until ${formatTime(drainedUntilMs, serverNowMs())}` : by;
}

/** What stands where there is no service. */
export function noServices(search: string): HTMLElement {
  if (search !== '') return element('p', { class: 'empty' }, 'No service has that in its name.');
  return element(
    'p',
    { class: 'empty' },
    'No zone has ',
    element('code', {}, 'health'),
    ' or ',
    element('code', {}, 'srv-order'),
    ' in the configuration, so nothing is known of SIP servers. One line of a zone, ',
    element('code', {}, 'health: { probe: sip-options }'),
    ', asks the targets of its SRV records every five seconds.',
  );
}

/** `3 services, 7 targets`. */
export function serviceSummary(total: number, found: number): string {
  return found === total ? many(total, 'service') : `${formatCount(found)} of ${many(total, 'service')}`;
}
