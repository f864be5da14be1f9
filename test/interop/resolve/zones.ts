/** The zones that the clients are sent to. */

const head = `$TTL 300
@ IN SOA ns hostmaster 1 1800 600 604800 60
@ IN NS ns
ns IN A 192.0.2.53
`;

/** The how-to's split, with addresses. */
const split = `${head}
_sip._udp 300 IN SRV 0 40 5060 one
_sip._udp 300 IN SRV 0 60 5060 two
_sip._udp 300 IN SRV 1 5 5060 backup
one IN A 192.0.2.1
two IN A 192.0.2.2
backup IN A 192.0.2.3
`;

const longName = (i: number): string => `edge-proxy-${String(i).padStart(2, '0')}.frankfurt.sip.europe.provider-domain`;

/** 12 records of about 80 octets: over 512, below 1232. */
const long =
  head +
  Array.from(
    { length: 12 },
    (_, i) => `_sip._udp IN SRV 0 10 5060 ${longName(i)}\n${longName(i)} IN A 192.0.2.${i + 1}\n`,
  ).join('');

/** 10 records of 33 octets: below 512, and more than eight. */
const many =
  head +
  Array.from({ length: 10 }, (_, i) => `_sip._udp IN SRV 0 10 5060 s${i}\ns${i} IN A 192.0.2.${i + 1}\n`).join('');

/** RFC 3263 section 4.1's example. */
const naptr = `${head}
@ 100 IN NAPTR 50 50 "s" "SIPS+D2T" "" _sips._tcp
@ 100 IN NAPTR 90 50 "s" "SIP+D2T" "" _sip._tcp
@ 100 IN NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp
_sips._tcp IN SRV 0 1 5061 server1
_sip._tcp IN SRV 0 1 5060 server1
_sip._tcp IN SRV 1 2 5060 server2
_sip._udp IN SRV 0 1 5060 server2
server1 IN A 192.0.2.1
server1 IN AAAA 2001:db8::1
server2 IN A 192.0.2.2
loop IN CNAME pool
pool IN CNAME loop
child IN NS ns.child
ns.child IN A 192.0.2.54
_sip._udp.off IN SRV 0 0 0 .
`;

export const resolveZones: Readonly<Record<string, string>> = {
  'split.test': split,
  'long.test': long,
  'many.test': many,
  'naptr.test': naptr,
};
