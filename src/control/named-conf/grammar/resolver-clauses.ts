/** What belongs to resolving, which this server does not do. */
import { type ClauseGroup, note, refuse } from './clause-group.ts';

export const resolverClauses: readonly ClauseGroup[] = [
  {
    treatment: note('only a resolver has use for it, and this server answers from its own zones alone'),
    rows: `
Tv managed-keys+ {STRING (static-key|initial-key|static-ds|initial-ds) INT INT INT QUOTED} // deprecated
ov allow-query-cache MATCHES
ov allow-query-cache-on MATCHES
ov allow-recursion MATCHES
ov allow-recursion-on MATCHES
ov attach-cache STRING
ov auth-nxdomain BOOL
o avoid-v4-udp-ports {PORTRANGE} // deprecated
o avoid-v6-udp-ports {PORTRANGE} // deprecated
o bindkeys-file QUOTED
ov clients-per-query INT
ov deny-answer-addresses MATCHES [except-from {STRING}]
ov deny-answer-aliases {STRING} [except-from {STRING}]
ov disable-algorithms+ STRING {STRING}
ov disable-ds-digests+ STRING {STRING}
ov disable-empty-zone+ STRING
ov dns64-contact STRING
ov dns64-server STRING
ov dnssec-accept-expired BOOL
ov dnssec-must-be-secure+ STRING BOOL // deprecated
ov dnssec-validation (yes|no|auto)
ov dual-stack-servers [port INT] {(QUOTED [port INT]|IP4 [port INT]|IP6 [port INT])}
ovS edns-udp-size INT
ov empty-contact STRING
ov empty-server STRING
ov empty-zones-enable BOOL
ov fetch-quota-params INT FIXED FIXED FIXED
ov fetches-per-server INT [(drop|fail)]
ov fetches-per-zone INT [(drop|fail)]
ov ipv4only-contact STRING
ov ipv4only-enable BOOL
ov ipv4only-server STRING
ov lame-ttl DURATION
ov max-cache-size (default|unlimited|SIZE|PERCENT)
ov max-cache-ttl DURATION
ov max-clients-per-query INT
ov max-ncache-ttl DURATION
ov max-query-count INT
ov max-query-restarts INT
ov max-recursion-depth INT
ov max-recursion-queries INT
o max-rsa-exponent-size INT
ov max-stale-ttl DURATION
ov min-cache-ttl DURATION
ov min-ncache-ttl DURATION
ov nta-lifetime DURATION
ov nta-recheck DURATION
ov preferred-glue STRING
ov prefetch INT [INT]
ov qname-minimization (strict|relaxed|disabled|off)
ovS query-source ([address] (IP4|*|none) [port (INT|*)]|port (INT|*) [address (IP4|*)])
ovS query-source-v6 ([address] (IP6|*|none) [port (INT|*)]|port (INT|*) [address (IP6|*)])
o recursing-file QUOTED
o recursive-clients INT
ovS request-nsid BOOL
ov resolver-nonbackoff-tries INT // deprecated
ov resolver-query-timeout INT
ov resolver-retry-interval INT // deprecated
ov root-delegation-only [exclude {STRING}] // deprecated
ov root-key-sentinel BOOL
o secroots-file QUOTED
ov servfail-ttl DURATION
ov stale-answer-client-timeout (disabled|off|INT)
ov stale-answer-enable BOOL
ov stale-answer-ttl DURATION
ov stale-cache-enable BOOL
ov stale-refresh-time DURATION
ov synth-from-dnssec BOOL
ov trust-anchor-telemetry BOOL
o use-v4-udp-ports {PORTRANGE} // deprecated
o use-v6-udp-ports {PORTRANGE} // deprecated
ov v6-bias INT
ov validate-except {STRING}
ov zero-no-soa-ttl-cache BOOL
S bogus BOOL
S edns BOOL
S edns-version INT
S padding INT
S tcp-keepalive BOOL
S tcp-only BOOL
Tv trust-anchors+ {STRING (static-key|initial-key|static-ds|initial-ds) INT INT INT QUOTED}
Tv trusted-keys+ {STRING INT INT INT QUOTED} // deprecated
fhu delegation-only BOOL // deprecated
t server-addresses {(IP4|IP6)}
t server-names {STRING}
ov resolver-use-dns64 BOOL // 9.20
`,
  },
  {
    treatment: refuse(
      'this server answers from its own zones alone; whoever asks it for other names would get REFUSED',
      ['{}'],
    ),
    rows: `
ovpsftu forward (first|only)
ovpsftu forwarders [port INT] [tls STRING] {(IP4|IP6) [port INT] [tls STRING]}
`,
  },
];
