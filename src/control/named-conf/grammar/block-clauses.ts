/** What may stand in the smaller blocks: a clause a line, as in clause-group.ts, but without places. */
export const blockClauses: Readonly<Record<string, string>> = {
  controls: `
inet+ (IP4|IP6|*) [port (INT|*)] allow MATCHES [keys {STRING}] [read-only BOOL]
unix+ QUOTED perm INT owner INT group INT [keys {STRING}] [read-only BOOL]
`,
  dlz: `
database STRING
search BOOL
`,
  'dnssec-policy': `
cdnskey BOOL // 9.20
cds-digest-types {STRING} // 9.20
dnskey-ttl DURATION
inline-signing BOOL // 9.20
keys {(csk|ksk|zsk) [(key-directory|key-store STRING)] lifetime (unlimited|DURATION) algorithm STRING [tag-range INT INT] [INT]}
manual-mode BOOL // 9.20
max-zone-ttl DURATION
nsec3param [iterations INT] [optout BOOL] [salt-length INT]
offline-ksk BOOL // 9.20
parent-ds-ttl DURATION
parent-propagation-delay DURATION
parent-registration-delay DURATION // obsolete
publish-safety DURATION
purge-keys DURATION
retire-safety DURATION
signatures-jitter DURATION
signatures-refresh DURATION
signatures-validity DURATION
signatures-validity-dnskey DURATION
zone-propagation-delay DURATION
`,
  http: `
endpoints {QUOTED}
listener-clients INT
streams-per-connection INT
`,
  key: `
algorithm STRING
secret STRING
`,
  'key-store': `
directory QUOTED // 9.20
pkcs11-uri QUOTED // 9.20
`,
  logging: `
category+ STRING {STRING}
channel+ STRING BLOCK
`,
  channel: `
buffered BOOL
file QUOTED [versions (unlimited|INT)] [size SIZE] [suffix (increment|timestamp)]
null
print-category BOOL
print-severity BOOL
print-time (iso8601|iso8601-utc|local|BOOL)
severity SEVERITY
stderr
syslog [STRING]
`,
  dns64: `
break-dnssec BOOL
clients MATCHES
exclude MATCHES
mapped MATCHES
recursive-only BOOL
suffix IP6
`,
  'rate-limit': `
all-per-second INT
errors-per-second INT
exempt-clients MATCHES
ipv4-prefix-length INT
ipv6-prefix-length INT
log-only BOOL
max-table-size INT
min-table-size INT
nodata-per-second INT
nxdomains-per-second INT
qps-scale INT
referrals-per-second INT
responses-per-second INT
slip INT
window INT
`,
  'statistics-channels': `
inet+ (IP4|IP6|*) [port (INT|*)] [allow MATCHES]
`,
  tls: `
ca-file QUOTED
cert-file QUOTED
cipher-suites STRING // 9.20
ciphers STRING
dhparam-file QUOTED
key-file QUOTED
prefer-server-ciphers BOOL
protocols {STRING}
remote-hostname QUOTED
session-tickets BOOL
`,
};
