/**
 * The clients, a row each, with where each cell is from. "Not documented" marks a cell that was set to the likeliest value; nothing
 * here was measured on a device.
 *
 * What they have in common where no source says more: no EDNS and 512 octets (no manual of a desk phone mentions EDNS or DNS over TCP);
 * what is in a truncated answer is used; IPv4 where there is any; a silent server is given up at 64*T1 = 32 s (Timers B and F,
 * RFC 3261 §17.1.1.2 and §17.1.2.2).
 */
import type { Profile } from './profile.ts';

/** 64 * T1 with T1 = 500 ms. */
const timerB = 32;

const common = {
  asksNaptr: false,
  transports: ['udp'],
  weights: 'rfc2782',
  readsRecords: Number.POSITIVE_INFINITY,
  ednsOctets: undefined,
  truncation: 'use',
  usesAdditional: true,
  families: 'ipv4-else-ipv6',
  patience: { udp: timerB, stream: timerB },
  triesAllAddresses: true,
} as const satisfies Partial<Profile>;

export const profiles: readonly Profile[] = [
  {
    ...common,
    name: 'yealink',
    title: 'T2 to T5',
    // Transport "DNS-NAPTR" and port 0, else only A is asked: CP969 guide p. 603, T46G guide p. 165.
    asksNaptr: true,
    // The SRV look-ups without NAPTR are not documented further than "SRV".
    transports: ['udp', 'tcp', 'tls'],
    // "The weight of the second record is higher than the first one, so the second record is picked first": T46G guide p. 166, T4X p. 170.
    weights: 'ranking',
    // "If there is no IP address returned in the response, the phone sends out the A query": T2xP guide p. 78.
    usesAdditional: true,
    // "Moves to the next available server after three failed attempts" (retry_counts, T40G guide p. 241): sent at 0, 0.5 and 1.5 s, given
    // up when the fourth would be due. "If TCP is used, then the signaling fails if the connection or the send fails" (CP969 p. 593).
    patience: { udp: 3.5, stream: timerB },
  },
  {
    ...common,
    name: 'cisco',
    title: 'SPA and MPP',
    // "Ranked by weight and priority": 7821 guide p. 302, SPA9000 guide p. 203.
    weights: 'ranking',
    // SIP Timer B and F "default to 16 seconds": SPA300/SPA500 administration guide p. 260.
    patience: { udp: 16, stream: 16 },
    // Several A records give no priority, so no fallback ever: SPA 301 guide p. 101.
    triesAllAddresses: false,
    // Not documented.
    usesAdditional: false,
  },
  {
    ...common,
    name: 'aastra',
    title: 'and Mitel 6700i',
    // "sip dns query type" 1, SRV and A, is the default; NAPTR never switches the transport: 6700i guide p. 665.
    asksNaptr: false,
    // The weight "must be configured but the phones will support this feature in a future release": 6700i guide p. 678.
    weights: 'ignored',
    // "Most often the IP address is included in the response to avoid extra queries": the same page.
    usesAdditional: true,
    // "sip transaction timer", default 4000 ms: 41-001160-03, p. A-96.
    patience: { udp: 4, stream: 4 },
  },
  {
    ...common,
    name: 'snom',
    title: 'desk phones',
    asksNaptr: true,
    transports: ['udp', 'tcp', 'tls'],
    // Random by priority and weight for each request; the next server after 32 s: service.snom.com, pageId=26542083.
    weights: 'rfc2782',
    patience: { udp: 32, stream: 32 },
    // Not documented.
    usesAdditional: false,
  },
  {
    ...common,
    name: 'pjsip',
    title: '2.x softphones',
    // "By querying DNS SRV record and DNS A record": pjsip_resolve(), docs.pjsip.org, group PJSIP_RESOLVE.
    asksNaptr: false,
    weights: 'rfc2782',
    // PJ_DNS_SRV_MAX_ADDR is 8, filled in wire order before anything is sorted: pjlib-util/config.h, srv_resolver.c.
    readsRecords: 8,
    // A buffer of 512 octets, no EDNS, no TCP; answers with TC are discarded: pjproject#2200, a switch since #4319.
    truncation: 'discard',
    // srv_resolver.c reads A and AAAA of the additional section.
    usesAdditional: true,
    // Failover "only limited to TCP (or TLS) connect failure": docs.pjsip.org, dns_failover; pjproject#4477.
    patience: { udp: undefined, stream: timerB },
  },
  {
    ...common,
    name: 'sofia',
    title: 'sofia-sip, FreeSWITCH',
    asksNaptr: true,
    transports: ['udp', 'tcp', 'tls'],
    // Weighted draw: libsofia-sip-ua/nta/nta.c 10850-70; the next destination when Timer B or F fires, 64*T1: nta.c, outgoing_timer_bf.
    weights: 'rfc2782',
    // sresolv tries EDNS and remembers FORMERR (the size is not documented); no TCP at TC: sofia-sip#281.
    ednsOctets: 1232,
    truncation: 'use',
    // sresolv caches what is in the additional section.
    usesAdditional: true,
  },
  {
    ...common,
    name: 'asterisk',
    title: 'with chan_pjsip',
    // Its own resolver in pjsip's place, with NAPTR: res_pjsip/pjsip_resolver.c; libunbound does EDNS and TCP.
    asksNaptr: true,
    transports: ['udp', 'tcp', 'tls'],
    // main/dns_srv.c; the next address after 408 (Timer B) and 503: ast_sip_failover_request, res_pjsip.c.
    weights: 'rfc2782',
    ednsOctets: 1232,
    truncation: 'tcp',
    usesAdditional: false,
  },
  {
    ...common,
    name: 'baresip',
    title: 'and others with libre',
    asksNaptr: true,
    transports: ['udp', 'tcp', 'tls'],
    // ((hash(target) & 0xfff) ^ key of the account) + weight, the highest first: re, src/dns/rrlist.c.
    weights: 'sticky',
    // TC is not looked at; SRV and A in the additional section are used: re, src/dns/client.c, src/sip/request.c.
    truncation: 'use',
    usesAdditional: true,
  },
  {
    ...common,
    name: 'linphone',
    title: 'with belle-sip',
    asksNaptr: false,
    // belle_sip_resolver.c, srv_elect_one: rand() % sum <= cumulative weight, which is one too many.
    weights: 'rfc2782-inclusive',
    // Its resolver library repeats over TCP: belle-sip, src/dns/dns.c.
    truncation: 'tcp',
    usesAdditional: false,
    // UDP does not move to the second SRV, TLS does: linphone-android#1344, linphone-desktop#300.
    patience: { udp: undefined, stream: timerB },
  },
  {
    ...common,
    name: 'naive',
    title: 'takes the first record',
    // Takes the first SRV record, drops priority and weight, never tries another: livekit/sip#810.
    weights: 'wire',
    truncation: 'tcp',
    usesAdditional: false,
    patience: { udp: undefined, stream: undefined },
    triesAllAddresses: false,
  },
  {
    ...common,
    name: 'rfc',
    title: 'RFC 3263, RFC 2782',
    asksNaptr: true,
    // RFC 3263 §4.1 leaves the order to the client.
    transports: ['udp', 'tcp', 'tls'],
    weights: 'rfc2782',
    ednsOctets: 1232,
    truncation: 'tcp',
    // RFC 7984 §4.1: both families; RFC 6724 §2.1 has IPv6 go first.
    families: 'ipv6-and-ipv4',
  },
];

export const profileNames: readonly string[] = profiles.map(({ name }) => name);

export function findProfile(name: string): Profile | undefined {
  return profiles.find((profile) => profile.name === name);
}
