/** How the servers that must agree see a target. */
import { element } from './dom.ts';
import { marked, opinionMarks } from './marks.ts';
import type { ServerOpinion, ServersLine } from './page-data.ts';

/** So many are named in a sentence. */
const maxNamed = 3;

/** In a sentence, and behind it each server with what it sees. `key`: of this place in the page, so that who has opened it finds it open. */
export function serversElement(servers: ServersLine, key: string): HTMLElement {
  const { opinions } = servers;
  const items = opinions.map((each) =>
    element('li', {}, marked(...opinionMarks[each.opinion]), ' ', element('span', { class: 'name' }, nameOf(each))),
  );
  return element(
    'details',
    { class: 'servers', 'data-key': key },
    element('summary', {}, describeServers(servers)),
    element('ul', {}, ...items),
  );
}

/** `seen down by 1 of 3 servers: this one; 2 must agree`, `seen up by 2 of 3 servers; not heard: 192.0.2.3#53`. */
export function describeServers({ needed, opinions }: ServersLine): string {
  const against = opinions.filter(({ opinion }) => opinion === 'down' || opinion === 'drained');
  const silent = opinions.filter(({ opinion }) => opinion === 'silent');
  const unheard = silent.length === 0 ? '' : `; not heard: ${listOf(silent)}`;
  if (against.length === opinions.length) return `seen down by all ${opinions.length} servers`;
  if (against.length > 0)
    return `seen down by ${against.length} of ${opinions.length} servers: ${listOf(against)}; ${needed} must agree${unheard}`;
  const up = opinions.filter(({ opinion }) => opinion === 'up').length;
  if (up === opinions.length) return `seen up by all ${up} servers`;
  return `seen up by ${up} of ${opinions.length} servers${unheard}`;
}

function listOf(opinions: readonly ServerOpinion[]): string {
  const more = opinions.length - maxNamed;
  return opinions.slice(0, maxNamed).map(nameOf).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function nameOf({ peer = 'this one' }: ServerOpinion): string {
  return peer;
}
