$TTL 300
@            SOA  ns hostmaster 2026112301 3600 600 1209600 300
@            NS   ns
; The address that all secondaries announce.
ns           A    198.51.100.53
@            NAPTR 10 10 "s" "SIP+D2U" "" _sip._udp
_sip._udp    SRV  0 40 5060 sip1
_sip._udp    SRV  0 60 5060 sip2
_sip._udp    SRV  1 5 5060 backup
sip1         A    203.0.113.11
sip2         A    203.0.113.12
backup       A    203.0.113.13
