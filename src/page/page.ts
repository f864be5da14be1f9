/** The status page: puts what the server says where it belongs. */
import { formatAge } from '../base/format-age.ts';
import { Connection } from './connection.ts';
import { byId, ElementList, keepTable, setText } from './dom.ts';
import { formatCount, formatRate, formatShare, formatTime, refreshAges, serverNowMs, setServerTime } from './format.ts';
import { LiveList } from './list-part.ts';
import { mark } from './marks.ts';
import {
  type EventGroup,
  eventGroups,
  type ListPart,
  type PageNow,
  type PeerLine,
  type RatePoint,
  type RecentEvent,
  type RecentEvents,
  type RefusalCount,
  type ServiceLine,
  type Verdict,
  type ZoneLine,
} from './page-data.ts';
import { peerRow, peerSummary } from './peers.ts';
import { RateChart } from './rate-chart.ts';
import { eventList, refusalItem } from './recent.ts';
import { noServices, serviceBody, serviceSummary } from './services.ts';
import { zoneRow, zoneSummary } from './zones.ts';

/** As many as the server remembers. */
const maxPoints = 180;
/** These nobody needs to search. */
const fewServices = 5;

const charts = [new RateChart(byId('types'), 'types'), new RateChart(byId('rcodes'), 'rcodes')];
let points: readonly RatePoint[] = [];

const services = new LiveList<ServiceLine>({
  path: 'page/services',
  name: 'services',
  everyMs: 5000,
  leastMs: 250,
  show: showServices,
});
const zones = new LiveList<ZoneLine>({
  path: 'page/zones',
  name: 'zones',
  everyMs: 10_000,
  leastMs: 1000,
  show: showZones,
});

const serviceBodies = new ElementList<ServiceLine>(byId('services'), serviceKey, serviceBody);
const zoneRows = new ElementList<ZoneLine>(byId('zones').querySelector('tbody') as Element, zoneKey, zoneRow);
const peerRows = new ElementList<PeerLine>(
  byId('peers').querySelector('tbody') as Element,
  ({ peer }) => peer,
  peerRow,
);
const refusalCounts = new ElementList<RefusalCount>(byId('refusal-counts'), ({ what }) => what, refusalItem);
const events = Object.fromEntries(eventGroups.map((group) => [group, eventList(byId(group))])) as Record<
  EventGroup,
  ElementList<RecentEvent>
>;

for (const name of ['services', 'peers', 'zones']) keepTable(byId(name));

/** The last transition that was read aloud. */
let announcedId: number | undefined;
let lastAtMs = 0;
let verdict: Verdict | undefined;
let isConnected = false;

function showServices({ lines, total, found }: ListPart<ServiceLine>, search: string): void {
  byId('services').hidden = lines.length === 0;
  byId('services-search-label').hidden = total <= fewServices;
  setText(byId('services-count'), total === 0 ? '' : serviceSummary(total, found));
  byId('services-empty').replaceChildren(...(lines.length === 0 ? [noServices(search)] : []));
  serviceBodies.show(lines);
}

function serviceKey({ zone, view, owner }: ServiceLine): string {
  return `${view} ${zone} ${owner}`;
}

function showZones({ lines, total, found }: ListPart<ZoneLine>, search: string): void {
  setText(byId('zones-count'), zoneSummary(total, found));
  byId('zones-empty').hidden = lines.length > 0;
  setText(byId('zones-empty'), search === '' ? 'No zones are configured.' : 'No zone has that in its name.');
  byId('zones').hidden = lines.length === 0;
  zoneRows.show(lines);
}

function zoneKey({ name, view, class: zoneClass }: ZoneLine): string {
  return `${view} ${zoneClass} ${name}`;
}

function showNow(now: PageNow): void {
  setServerTime(now.atMs);
  lastAtMs = now.atMs;
  const { server, targets, rate } = now;
  showVerdict(now.verdict);
  setText(byId('host'), server.host);
  showFigures(now);
  setText(byId('version'), versionText(now));
  showPeers(now);
  const probed = targets.up + targets.down + targets.drained + targets.doubted + targets.trying;
  setText(byId('figure-targets'), probed === 0 ? 'not probed' : `${formatCount(targets.up)} of ${formatCount(probed)}`);
  refusalCounts.show(now.refusals);
  drawRates([...points.slice(-maxPoints), rate]);
  refreshAges();
  services.refresh(now.servicesStamp);
  zones.refresh(now.zonesStamp);
}

/** Nothing where there are none. */
function showPeers({ peers, otherPeers }: PageNow): void {
  byId('peers-section').hidden = peers.length === 0;
  if (peers.length > 0) setText(byId('peers-count'), peerSummary(peers, otherPeers));
  peerRows.show(peers);
}

function showFigures({ atMs, server, zones: counts, rate }: PageNow): void {
  const answered = sumOf(Object.values(rate.rcodes));
  const { NOERROR = 0, NXDOMAIN = 0 } = rate.rcodes;
  setText(byId('figure-queries'), formatRate(sumOf(Object.values(rate.types))));
  setText(byId('figure-failed'), answered === 0 ? '–' : formatShare((answered - NOERROR - NXDOMAIN) / answered));
  setText(byId('figure-zones'), `${formatCount(counts.served)} of ${formatCount(counts.total)}`);
  setText(byId('figure-uptime'), formatAge(atMs - server.bootMs));
}

function sumOf(rates: readonly number[]): number {
  return rates.reduce((sum, rate) => sum + rate, 0);
}

function versionText({ server }: PageNow): string {
  const { version, udpWorkers, tcpWorkers, replacements, logDropped } = server;
  const parts = [
    version,
    `${udpWorkers} UDP and ${tcpWorkers} TCP workers`,
    ...(replacements === 0 ? [] : [`${formatCount(replacements)} workers replaced`]),
    ...(logDropped === 0 ? [] : [`${formatCount(logDropped)} lines of logs lost`]),
  ];
  return parts.join(' · ');
}

function showVerdict(next: Verdict): void {
  const before = verdict;
  verdict = next;
  const { level, title, text } = next;
  byId('state').className = level;
  if (before?.level !== level || byId('verdict-mark').childElementCount === 0)
    byId('verdict-mark').replaceChildren(mark(level));
  setText(byId('verdict'), title);
  setText(byId('verdict-text'), text);
  setText(document.querySelector('title') as Element, `${title} – Ringzone ${byId('host').textContent}`);
  if (before !== undefined && before.title !== title) announce(`${title}. ${text}`);
}

function showRecent(recent: RecentEvents): void {
  for (const group of eventGroups) {
    const list = recent[group];
    if (list !== undefined) events[group].show(list);
  }
  const newest = recent.transitions?.[0];
  if (newest === undefined) return;
  if (announcedId !== undefined && newest.id !== announcedId) announce(newest.text);
  announcedId = newest.id;
}

function showConnected(connected: boolean): void {
  if (connected === isConnected) return;
  isConnected = connected;
  document.body.classList.toggle('lost', !connected);
  setText(byId('link'), connected ? 'live' : 'no connection');
  if (connected) {
    // What it was before may be long ago: `now` follows.
    verdict = undefined;
    return;
  }
  const text =
    lastAtMs === 0 ? 'It does not answer.' : `Below is how it was at ${formatTime(lastAtMs, serverNowMs())}.`;
  showVerdict({ level: 'unknown', title: 'No connection to Ringzone', text });
}

function announce(text: string): void {
  setText(byId('announcer'), text);
}

function drawRates(shown: readonly RatePoint[]): void {
  for (const chart of charts) chart.show(shown);
}

new Connection({
  now: showNow,
  history: (history) => {
    points = history;
  },
  point: (point) => {
    points = [...points, point].slice(-maxPoints);
  },
  recent: showRecent,
  connected: showConnected,
}).start();
