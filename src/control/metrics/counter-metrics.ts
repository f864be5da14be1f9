/**
 * The counters of plane/counters.ts. Those that belong together are one metric with a label; a counter that no row names gets a metric
 * of its own, named after it, so that none is forgotten.
 */
import { Counter, type CounterName } from '../../plane/counters.ts';
import { serverDescriptions, zoneDescriptions } from '../statistics/counter-descriptions.ts';
import type { MetricFamily, MetricsSource, Sample } from './metric-family.ts';

/** A metric and, for each value of its label, the counters that are added up for it. */
interface CounterGroup {
  readonly name: string;
  readonly type?: 'gauge';
  readonly help: string;
  readonly label?: string;
  readonly values: Readonly<Record<string, readonly CounterName[]>>;
}

const groups: readonly CounterGroup[] = [
  {
    name: 'ringzone_request_features_total',
    help: 'Requests that have this',
    label: 'feature',
    values: { edns: ['ReqEdns0'], dnssec_ok: ['dnssecOk'], tsig: ['ReqTSIG'] },
  },
  {
    name: 'ringzone_edns_options_total',
    help: 'EDNS options of requests',
    label: 'option',
    values: {
      nsid: ['NSIDOpt'],
      cookie: ['CookieIn'],
      expire: ['ExpireOpt'],
      keepalive: ['KeepAliveOpt'],
      padding: ['PadOpt'],
      key_tag: ['KeyTagOpt'],
      client_subnet: ['ECSOpt'],
      other: ['OtherOpt'],
    },
  },
  {
    name: 'ringzone_cookies_total',
    help: 'DNS cookies of requests: without a part of ours (new), right (match), made too long ago or later than now (bad_time), of another secret or client (no_match), of an odd length (bad_size)',
    label: 'state',
    values: {
      new: ['CookieNew'],
      match: ['CookieMatch'],
      bad_time: ['CookieBadTime'],
      no_match: ['CookieNoMatch'],
      bad_size: ['CookieBadSize'],
    },
  },
  {
    name: 'ringzone_rate_limited_total',
    help: 'Responses that a rate limit held back (dropped), and those of which the client got TC alone (slipped)',
    label: 'action',
    values: { dropped: ['RateDropped'], slipped: ['RateSlipped'] },
  },
  {
    name: 'ringzone_request_errors_total',
    help: 'Requests with this fault; an oversize datagram is one longer than the receive buffer',
    label: 'reason',
    values: {
      malformed: ['malformed'],
      oversize: ['oversize'],
      edns_version: ['ReqBadEDNSVer'],
      signature: ['ReqBadSIG'],
    },
  },
  {
    name: 'ringzone_requests_ignored_total',
    help: 'Messages that get no response: responses, scraps and the blackhole (not_a_request), and those beyond a limit (dropped)',
    label: 'reason',
    values: { not_a_request: ['ignored'], dropped: ['QryDropped'] },
  },
  {
    name: 'ringzone_query_results_total',
    help: 'Queries by what came of them, as BIND tells them apart',
    label: 'result',
    values: {
      success: ['QrySuccess'],
      referral: ['QryReferral'],
      no_data: ['QryNxrrset'],
      name_error: ['QryNXDOMAIN'],
      servfail: ['QrySERVFAIL'],
      formerr: ['QryFORMERR'],
      failure: ['QryFailure'],
      badcookie: ['QryBADCOOKIE'],
    },
  },
  {
    name: 'ringzone_queries_answered_total',
    help: 'Queries for which there was a zone to answer from',
    label: 'transport',
    values: { udp: ['QryUDP'], tcp: ['QryTCP'] },
  },
  {
    name: 'ringzone_authoritative_answers_total',
    help: 'Answers with AA, and without',
    label: 'authoritative',
    values: { yes: ['QryAuthAns'], no: ['QryNoauthAns'] },
  },
  {
    name: 'ringzone_queries_refused_total',
    help: 'Queries refused because no zone here is asked, or its allow-query says so, by their RD bit',
    label: 'recursion_desired',
    values: { no: ['AuthQryRej'], yes: ['RecQryRej'] },
  },
  {
    name: 'ringzone_response_features_total',
    help: 'Responses that have this; a truncated one sends its client to TCP',
    label: 'feature',
    values: { truncated: ['TruncatedResp'], edns: ['RespEDNS0'], tsig: ['RespTSIG'] },
  },
  {
    name: 'ringzone_response_cache_hits_total',
    help: 'Responses taken from the response cache',
    values: { '': ['cacheHits'] },
  },
  {
    name: 'ringzone_tcp_connections',
    type: 'gauge',
    help: 'TCP connections open now, those with TLS among them',
    values: { '': ['tcpConnections'] },
  },
  {
    name: 'ringzone_tcp_connections_high_water',
    type: 'gauge',
    help: 'The most TCP connections that were open at once',
    values: { '': ['TCPConnHighWater'] },
  },
  {
    name: 'ringzone_tcp_connections_total',
    help: 'TCP connections by what became of them: evicted ones made room for others, timed out ones were idle, too long or did not read',
    label: 'event',
    values: { accepted: ['tcpAccepted'], refused: ['tcpRefused'], evicted: ['tcpEvicted'], timed_out: ['tcpTimedOut'] },
  },
  {
    name: 'ringzone_tcp_accepted_total',
    help: 'TCP connections accepted, by family',
    label: 'family',
    values: { ipv4: ['TCP4Accept'], ipv6: ['TCP6Accept'] },
  },
  {
    name: 'ringzone_tcp_closed_total',
    help: 'Accepted TCP connections that are closed, by family',
    label: 'family',
    values: { ipv4: ['TCP4Close'], ipv6: ['TCP6Close'] },
  },
  {
    name: 'ringzone_tls_handshakes_total',
    help: 'TLS handshakes',
    label: 'result',
    values: { success: ['tlsHandshakes'], failure: ['tlsFailures'] },
  },
  {
    name: 'ringzone_send_errors_total',
    help: 'Responses that the kernel did not take: buffer full, no route, address gone',
    values: { '': ['sendErrors'] },
  },
  {
    name: 'ringzone_receive_errors_total',
    help: 'Calls of receive that failed for want of memory or the like',
    values: { '': ['receiveErrors'] },
  },
  {
    name: 'ringzone_datagrams_dropped_total',
    help: 'Datagrams lost before they were looked at: more came than is read, so they found no room in the socket, or had waited too long',
    label: 'reason',
    values: { full: ['queueFull'], stale: ['queueStale'] },
  },
  {
    name: 'ringzone_bugs_total',
    help: 'Questions answered with SERVFAIL because of a bug of the server: see its log, and report it',
    values: { '': ['assertionFailures'] },
  },
  {
    name: 'ringzone_transfers_out_total',
    help: 'Transfers to others: sent whole, and refused',
    label: 'result',
    values: { success: ['XfrReqDone'], refused: ['XfrRej'] },
  },
  {
    name: 'ringzone_transfers_out_running',
    type: 'gauge',
    help: 'Transfers to others that go on now',
    values: { '': ['transfersOut'] },
  },
  {
    name: 'ringzone_transfers_in_total',
    help: 'Transfers from primaries that ended',
    label: 'result',
    values: { success: ['XfrSuccess'], failure: ['XfrFail'] },
  },
  {
    name: 'ringzone_transfer_requests_sent_total',
    help: 'Transfers that primaries were asked for',
    label: 'type',
    values: { axfr: ['AXFRReqv4', 'AXFRReqv6'], ixfr: ['IXFRReqv4', 'IXFRReqv6'] },
  },
  {
    name: 'ringzone_soa_queries_sent_total',
    help: 'Questions for the serial that a primary has',
    label: 'family',
    values: { ipv4: ['SOAOutv4'], ipv6: ['SOAOutv6'] },
  },
  {
    name: 'ringzone_notifies_sent_total',
    help: 'NOTIFY messages sent, repetitions among them',
    label: 'family',
    values: { ipv4: ['NotifyOutv4'], ipv6: ['NotifyOutv6'] },
  },
  {
    name: 'ringzone_notifies_received_total',
    help: 'NOTIFY messages received',
    label: 'family',
    values: { ipv4: ['NotifyInv4'], ipv6: ['NotifyInv6'] },
  },
  {
    name: 'ringzone_notifies_rejected_total',
    help: 'NOTIFY messages refused',
    values: { '': ['NotifyRej'] },
  },
  {
    name: 'ringzone_updates_total',
    help: 'Updates by what came of them: refused ones were not allowed',
    label: 'result',
    values: {
      done: ['UpdateDone'],
      failed: ['UpdateFail'],
      prerequisite: ['UpdateBadPrereq'],
      refused: ['UpdateRej'],
    },
  },
];

/** Told by other metrics: sums of their samples. */
const told: readonly CounterName[] = ['Requestv4', 'Requestv6', 'ReqTCP', 'Response'];

function familyOf({ name, type = undefined, help, label, values }: CounterGroup): MetricFamily {
  return {
    name,
    type: type ?? 'counter',
    help,
    labels: label === undefined ? [] : [label],
    *samples({ sums }): Generator<Sample> {
      for (const [value, counters] of Object.entries(values)) {
        const sum = counters.reduce((total, counter) => total + sums.named[counter], 0);
        yield { ...(label === undefined ? {} : { labels: { [label]: value } }), value: sum };
      }
    },
  };
}

/** `rateLimitSlipped`, `RateSlipped`: `rate_limit_slipped`, `rate_slipped`. */
function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}

/** Of a counter that no group names. */
function ownGroup(name: CounterName): CounterGroup {
  const described = serverDescriptions[name] ?? zoneDescriptions[name];
  const help =
    described === undefined
      ? `The counter ${name} of \`ctl stats\``
      : `${described.charAt(0).toUpperCase()}${described.slice(1)} (BIND's ${name})`;
  return { name: `ringzone_${snakeCase(name)}_total`, help, values: { '': [name] } };
}

function groupsOfAll(): readonly CounterGroup[] {
  const named = new Set([...told, ...groups.flatMap(({ values }) => Object.values(values).flat())]);
  const others = (Object.keys(Counter) as CounterName[]).filter((name) => !named.has(name));
  return [...groups, ...others.map(ownGroup)];
}

export const counterMetrics: MetricsSource = { title: 'Counters', families: groupsOfAll().map(familyOf) };
