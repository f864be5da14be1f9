/** What is passed over with a word, or refused because passing over it would be dangerous. */
import { type ClauseGroup, note, refuse, warn } from './clause-group.ts';

export const otherClauses: readonly ClauseGroup[] = [
  {
    treatment: warn('rndc speaks a protocol of its own: use ringzone ctl, whose words are the same'),
    rows: `
T controls+ BLOCK
`,
  },
  {
    treatment: refuse('zones from other back ends, and plug-ins, cannot be had', ['rbt']),
    rows: `
Tv dlz+ STRING BLOCK
psmu database STRING
Tv dyndb+ STRING QUOTED {ANYTHING}
Tv plugin+ (query) STRING [{ANYTHING}]
psr dlz STRING
`,
  },
  {
    treatment: note('this release serves signed zone files, but does not sign'),
    rows: `
T dnssec-policy+ STRING BLOCK
T key-store+ STRING BLOCK // 9.20
ovps dnskey-sig-validity INT
ovps dnssec-dnskey-kskonly BOOL
ovps dnssec-loadkeys-interval INT
ovp dnssec-secure-to-insecure BOOL
ovps dnssec-update-mode (maintain|no-resign)
ovps key-directory QUOTED
ovps parental-source (IP4|*) [port (INT|*)] [dscp INT]
ovps parental-source-v6 (IP6|*) [port (INT|*)] [dscp INT]
ovps sig-signing-nodes INT
ovps sig-signing-signatures INT
ovps sig-signing-type INT
ovps sig-validity-interval INT [INT]
ovps update-check-ksk BOOL
T parental-agents+ STRING [port INT] [dscp INT] [source (IP4|*)] [source-v6 (IP6|*)] REMOTES
ps parental-agents [port INT] [dscp INT] [source (IP4|*)] [source-v6 (IP6|*)] REMOTES
ps checkds (explicit|BOOL) // 9.20
`,
  },
  {
    treatment: note('DNS over HTTPS is not served'),
    rows: `
T http+ STRING BLOCK
o http-listener-clients INT
o http-port INT
o http-streams-per-connection INT
o https-port INT
`,
  },
  {
    treatment: warn('updates are not forwarded to the primary: a secondary refuses them', ['{none}']),
    rows: `
ovsm allow-update-forwarding MATCHES
`,
  },
  {
    treatment: note('this server decides that for itself'),
    rows: `
ovpsm alt-transfer-source (IP4|*) [port (INT|*)] [dscp INT] // deprecated
ovpsm alt-transfer-source-v6 (IP6|*) [port (INT|*)] [dscp INT] // deprecated
o dscp INT // obsolete
ov glue-cache BOOL // deprecated
o heartbeat-interval INT // deprecated
o keep-response-order MATCHES
ovpsmru masterfile-style (full|relative)
ovpsmrtu max-records-per-type INT
ovpsmrtu max-types-per-name INT
ov message-compression BOOL
ovsmu multi-master BOOL
ov no-case-compress MATCHES
ovSsm request-expire BOOL
o startup-notify-rate INT
o tcp-advertised-timeout INT
o tcp-initial-timeout INT
o tcp-keepalive-timeout INT
o tkey-dhkey QUOTED INT // deprecated
o tkey-domain QUOTED // deprecated
ovS transfer-format (many-answers|one-answer)
o transfer-message-size INT
ovsm try-tcp-refresh BOOL
o update-quota INT
ovsmu use-alt-transfer-source BOOL // deprecated
ovpsm zero-no-soa-ttl BOOL
S transfers INT
o sig0checks-quota INT // 9.20
o sig0checks-quota-exempt MATCHES // 9.20
o sig0key-checks-limit INT // 9.20
o sig0message-checks-limit INT // 9.20
ovsmu min-transfer-rate-in INT INT // 9.20
o tcp-reuse-timeout INT // 9.20
`,
  },
  {
    treatment: note('no cookies (RFC 7873) are sent to other servers'),
    rows: `
ovS send-cookie BOOL
S require-cookie BOOL // 9.20
`,
  },
  {
    treatment: refuse('this release does not sign zones: their signatures would expire', ['off']),
    rows: `
ovps auto-dnssec (allow|maintain|off) // deprecated
`,
  },
  {
    treatment: note('it is about the process, its memory or its files, which are other here'),
    rows: `
o automatic-interface-scan BOOL
o coresize (default|unlimited|SIZE) // deprecated
o datasize (default|unlimited|SIZE) // deprecated
o dump-file QUOTED
o files (default|unlimited|SIZE) // deprecated
o flush-zones-on-shutdown BOOL
o geoip-directory (QUOTED|none)
o interface-interval DURATION
ov lmdb-mapsize SIZE
o lock-file (QUOTED|none)
o managed-keys-directory QUOTED
o match-mapped-addresses BOOL
o memstatistics BOOL
o memstatistics-file QUOTED
ov new-zones-directory QUOTED
ovps nsec3-test-zone BOOL
o pid-file (QUOTED|none)
o random-device (QUOTED|none) // obsolete
o reserved-sockets INT // deprecated
o reuseport BOOL
o session-keyalg STRING
o session-keyfile (QUOTED|none)
o session-keyname STRING
o stacksize (default|unlimited|SIZE) // deprecated
o statistics-file QUOTED
ov suppress-initial-notify BOOL // obsolete
o tcp-listen-queue INT
o tcp-receive-buffer INT
o tcp-send-buffer INT
o udp-receive-buffer INT
o udp-send-buffer INT
`,
  },
  {
    treatment: note('zones are checked as named-checkzone does by default'),
    rows: `
ovp check-dup-records (fail|warn|ignore)
ovp check-integrity BOOL
ovp check-mx (fail|warn|ignore)
ovp check-mx-cname (fail|warn|ignore)
ov check-names+ (primary|master|secondary|slave|response) (fail|warn|ignore)
ovp check-sibling BOOL
ovp check-spf (warn|ignore)
ovp check-srv-cname (fail|warn|ignore)
ovp check-wildcard BOOL
psmhu check-names (fail|warn|ignore)
ovp check-svcb BOOL // 9.20
`,
  },
  {
    treatment: note('nothing is dialled'),
    rows: `
ovpsu dialup (notify|notify-passive|passive|refresh|BOOL) // deprecated
`,
  },
  {
    treatment: refuse('it changes answers, and this server cannot', ['{}']),
    rows: `
ov dns64+ PREFIX BLOCK
ov nxdomain-redirect STRING
ov response-policy {zone STRING [add-soa BOOL] [log BOOL] [max-policy-ttl DURATION] [min-update-interval DURATION] [policy (cname|disabled|drop|given|no-op|nodata|nxdomain|passthru|tcp-only QUOTED)] [recursive-only BOOL] [nsip-enable BOOL] [nsdname-enable BOOL]} [add-soa BOOL] [break-dnssec BOOL] [max-policy-ttl DURATION] [min-update-interval DURATION] [min-ns-dots INT] [nsip-wait-recurse BOOL] [nsdname-wait-recurse BOOL] [qname-wait-recurse BOOL] [recursive-only BOOL] [nsip-enable BOOL] [nsdname-enable BOOL] [dnsrps-enable BOOL] [dnsrps-options {ANYTHING}]
`,
  },
  {
    treatment: warn('BIND as Debian ships it knows no such service', ['no']),
    rows: `
ov dnsrps-enable BOOL
ov dnsrps-options {ANYTHING}
`,
  },
  {
    treatment: note(
      'the buffers of dnstap have sizes of their own, and a collector that went away is tried again by itself',
    ),
    rows: `
o fstrm-set-buffer-hint INT
o fstrm-set-flush-timeout INT
o fstrm-set-input-queue-size INT
o fstrm-set-output-notify-threshold INT
o fstrm-set-output-queue-model (mpsc|spsc)
o fstrm-set-output-queue-size INT
o fstrm-set-reopen-interval DURATION
`,
  },
  {
    treatment: warn('answers are given in the order of the zone file, whole and unpadded', ['{}', 'no']),
    rows: `
ov minimal-any BOOL
ov response-padding MATCHES block-size INT
ov sortlist MATCHES
`,
  },
  {
    treatment: refuse('GSS-TSIG is not supported: the updates of an Active Directory would be refused'),
    rows: `
o tkey-gssapi-credential QUOTED // deprecated
o tkey-gssapi-keytab QUOTED
`,
  },
  {
    treatment: note('what is counted is counted for all zones alike'),
    rows: `
ovpsmrtu zone-statistics (full|terse|none|BOOL)
`,
  },
  {
    treatment: refuse('the PROXY protocol is not understood: clients would be taken for their proxy', ['{none}']),
    rows: `
o allow-proxy MATCHES // 9.20
o allow-proxy-on MATCHES // 9.20
`,
  },
  {
    treatment: refuse('this release does not sign zones: they would be served without signatures', ['no']),
    rows: `
ps inline-signing BOOL
`,
  },
  {
    treatment: warn('serials are incremented by one', ['increment']),
    rows: `
ovp serial-update-method (date|increment|unixtime)
`,
  },
  {
    treatment: warn('IXFR is asked for and given wherever it can be', ['yes']),
    rows: `
ovS provide-ixfr BOOL
ovSsm request-ixfr BOOL
`,
  },
  {
    treatment: warn('the server that the SOA names is not notified: add it to also-notify', ['no']),
    rows: `
ovps notify-to-soa BOOL
`,
  },
  {
    treatment: warn('TTLs are not bounded', ['unlimited']),
    rows: `
ovpr max-zone-ttl (unlimited|DURATION)
`,
  },
];
