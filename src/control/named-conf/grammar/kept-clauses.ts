/** What is kept: the converter has a place for each of these. */
import { type ClauseGroup, keep } from './clause-group.ts';

export const keptClauses: readonly ClauseGroup[] = [
  {
    treatment: keep,
    rows: `
T acl+ STRING MATCHES
Tv key+ STRING BLOCK
T logging BLOCK
T options BLOCK
ovsm allow-notify MATCHES
ov allow-new-zones BOOL
ovpsmrtu allow-query MATCHES
ovpsmrtu allow-query-on MATCHES
ovpsm allow-transfer [port INT] [transport STRING] MATCHES
ovp allow-update MATCHES
ovpsm also-notify [port INT] [dscp INT] [source (IP4|*)] [source-v6 (IP6|*)] REMOTES
o answer-cookie BOOL
o blackhole MATCHES
ov catalog-zones {zone STRING [default-primaries [port INT] [dscp INT] [source (IP4|*)] [source-v6 (IP6|*)] REMOTES] [zone-directory QUOTED] [in-memory BOOL] [min-update-interval DURATION]}
o cookie-algorithm (aes|siphash24)
o cookie-secret+ STRING
o directory QUOTED
ovps dnssec-policy STRING
ov dnstap {(all|auth|client|forwarder|resolver|update) [(query|response)]}
o dnstap-identity (QUOTED|none|hostname)
o dnstap-output (file|unix) QUOTED [size (unlimited|SIZE)] [versions (unlimited|INT)] [suffix (increment|timestamp)]
o dnstap-version (QUOTED|none)
o hostname (QUOTED|none)
ov ixfr-from-differences (primary|master|secondary|slave|BOOL)
o listen-on+ [port INT] [dscp INT] [proxy STRING] [tls STRING] [http STRING] MATCHES
o listen-on-v6+ [port INT] [dscp INT] [proxy STRING] [tls STRING] [http STRING] MATCHES
ovpsmru masterfile-format (raw|text)
ovpsm max-ixfr-ratio (unlimited|PERCENT)
ovpsm max-journal-size (default|unlimited|SIZE)
ovpsmrtu max-records INT
ovsmu max-refresh-time INT
ovsmu max-retry-time INT
ovsmu max-transfer-idle-in INT
ovpsm max-transfer-idle-out INT
ovsmu max-transfer-time-in INT
ovpsm max-transfer-time-out INT
ovS max-udp-size INT
ovsmu min-refresh-time INT
ovsmu min-retry-time INT
ov minimal-responses (no-auth|no-auth-recursive|BOOL)
ov nocookie-udp-size INT
ovpsm notify (explicit|master-only|primary-only|BOOL)
ovpsm notify-delay INT
o notify-rate INT
ovSpsm notify-source (IP4|*) [port (INT|*)] [dscp INT]
ovSpsm notify-source-v6 (IP6|*) [port (INT|*)] [dscp INT]
o port INT
o querylog BOOL
o responselog BOOL // 9.20
ov rate-limit BLOCK
ov recursion BOOL
ov require-server-cookie BOOL
ov rrset-order {[class STRING] [type STRING] [name QUOTED] STRING STRING}
o serial-query-rate INT
o server-id (QUOTED|none|hostname)
o tcp-clients INT
o tcp-idle-timeout INT
o tls-port INT
ovSsmu transfer-source (IP4|*) [port (INT|*)] [dscp INT]
ovSsmu transfer-source-v6 (IP6|*) [port (INT|*)] [dscp INT]
o transfers-in INT
o transfers-out INT
o transfers-per-ns INT
o version (QUOTED|none)
T primaries+ STRING [port INT] [dscp INT] [source (IP4|*)] [source-v6 (IP6|*)] REMOTES
T masters+ STRING [port INT] [dscp INT] [source (IP4|*)] [source-v6 (IP6|*)] REMOTES
Tv server+ PREFIX BLOCK
S keys (STRING|{STRING})
T statistics-channels+ BLOCK
T tls+ STRING BLOCK
T view+ STRING [CLASS] BLOCK
v match-clients MATCHES
v match-destinations MATCHES
v match-recursive-only BOOL
Tv zone+ STRING [CLASS] BLOCK
psmhfrtud type (primary|master|secondary|slave|mirror|hint|stub|static-stub|forward|delegation-only|redirect)
psmhru file QUOTED
psm ixfr-from-differences BOOL
psm journal QUOTED
p update-policy (local|{(deny|grant) STRING STRING RRTYPES})
smru primaries [port INT] [dscp INT] [source (IP4|*)] [source-v6 (IP6|*)] REMOTES
smru masters [port INT] [dscp INT] [source (IP4|*)] [source-v6 (IP6|*)] REMOTES
i in-view STRING
`,
  },
];
