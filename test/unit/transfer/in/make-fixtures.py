"""Makes fixtures.json: messages of transfers as dnspython writes them. Run again after a change here: python3 make-fixtures.py"""
import json
import dns.edns, dns.flags, dns.message, dns.name, dns.rdataclass, dns.rdatatype, dns.rrset

zone = dns.name.from_text('example.')


def rr(text):
    owner, ttl, kind, rest = text.split(None, 3)
    return dns.rrset.from_text(owner, int(ttl), 'IN', kind, rest)


def soa(serial):
    return rr(f'example. 3600 SOA ns1.example. hostmaster.example. {serial} 7200 900 604800 300')


def message(qtype, records, question=True, ident=0x1234, rcode=0):
    m = dns.message.Message(id=ident)
    m.flags |= dns.flags.QR | dns.flags.AA
    m.set_rcode(rcode)
    if question:
        m.question.append(dns.rrset.RRset(zone, dns.rdataclass.IN, dns.rdatatype.from_text(qtype)))
    # One RRset object a record: dnspython would gather them otherwise.
    m.answer = list(records)
    return m.to_wire(max_size=65535).hex()


data = [
    rr('example. 3600 NS ns1.example.'),
    rr('example. 3600 NS ns2.example.net.'),
    rr('example. 3600 MX 10 mail.example.'),
    rr('ns1.example. 300 A 192.0.2.1'),
    rr('ns1.example. 300 AAAA 2001:db8::1'),
    rr('mail.example. 300 A 192.0.2.2'),
    rr('_sip._udp.example. 300 SRV 0 40 5060 ns1.example.'),
    rr('_sip._udp.example. 300 SRV 0 60 5060 mail.example.'),
    rr('example. 300 NAPTR 10 10 "s" "SIP+D2U" "" _sip._udp.example.'),
    rr('txt.example. 300 TXT "one" "two"'),
    rr('WwW.example. 300 CNAME mail.EXAMPLE.'),
    rr('x.example. 300 TYPE65280 \\# 3 010203'),
]
whole = [soa(7)] + data + [soa(7)]

small = [soa(5), rr('example. 3600 NS ns1.example.'), rr('ns1.example. 300 A 192.0.2.1'), rr('gone.example. 300 A 192.0.2.9')]
first = [soa(5), rr('gone.example. 300 A 192.0.2.9')]
second = [soa(6), rr('new.example. 300 A 192.0.2.10')]
third = [soa(6), rr('new.example. 300 A 192.0.2.10')]
fourth = [soa(7), rr('newer.example. 300 A 192.0.2.11'), rr('newer.example. 300 A 192.0.2.12')]
deltas = [soa(7)] + first + second + third + fourth + [soa(7)]

fixtures = {
    'axfr': [message('AXFR', whole)],
    'axfrInMany': [message('AXFR', [r], question=(i == 0)) for i, r in enumerate(whole)],
    'ixfr': [message('IXFR', deltas)],
    'ixfrInMany': [message('IXFR', deltas[i:i + 3], question=(i == 0)) for i in range(0, len(deltas), 3)],
    'ixfrWhole': [message('IXFR', whole)],
    'ixfrCurrent': [message('IXFR', [soa(5)])],
    'ixfrNewer': [message('IXFR', [soa(7)])],
    'refused': [message('AXFR', [], rcode=5)],
    'empty': [message('AXFR', [])],
    'otherZone': [message('AXFR', [soa(7), rr('www.elsewhere. 300 A 192.0.2.1'), rr('example. 1 NS ns1.example.'), soa(7)])],
    'soaBelow': [message('AXFR', [soa(7), rr('sub.example. 300 SOA a. b. 1 2 3 4 5'), soa(7)])],
    'noSoaFirst': [message('AXFR', whole[1:])],
    'otherEnd': [message('AXFR', whole[:-1] + [soa(8)])],
    'extra': [message('AXFR', whole + [rr('more.example. 300 A 192.0.2.1')])],
    'outOfSync': [message('IXFR', [soa(7)] + first + second + [soa(9)])],
    'serial5': [message('AXFR', small + [soa(5)])],
    'ixfrAbsent': [message('IXFR', [soa(7), soa(5), rr('other.example. 300 A 192.0.2.9'), soa(7), soa(7)])],
    'ixfrPresent': [message('IXFR', [soa(7), soa(5), soa(7), rr('gone.example. 300 A 192.0.2.9'), soa(7)])],
    'ixfrNoNs': [message('IXFR', [soa(7), soa(5), rr('example. 3600 NS ns1.example.'), soa(7), soa(7)])],
    'zoneNoNs': [message('AXFR', [soa(7), rr('www.example. 300 A 192.0.2.1'), soa(7)])],
    'axfrHalf': [message('AXFR', whole[:-1])],
    'zoneCnameAndMore': [message('AXFR', whole[:-1] + [rr('www.example. 300 A 192.0.2.1'), soa(7)])],
    'zoneTwoCnames': [message('AXFR', whole[:-1] + [rr('www.example. 300 CNAME ns1.example.'), soa(7)])],
    'ixfrCnameAndMore': [message('IXFR', [soa(7), soa(5), soa(7), rr('gone.example. 300 CNAME ns1.example.'), soa(7)])],
    'otherStart': [message('IXFR', [soa(7), soa(4), soa(7)])],
}


def answer(records=(), flags=dns.flags.AA, rcode=0, authority=(), edns=None, name=zone):
    m = dns.message.Message(id=0x1234)
    m.flags |= dns.flags.QR | flags
    m.set_rcode(rcode)
    m.question.append(dns.rrset.RRset(name, dns.rdataclass.IN, dns.rdatatype.SOA))
    m.answer = list(records)
    m.authority = list(authority)
    if edns is not None:
        m.use_edns(0, options=edns)
    return m.to_wire().hex()


expire = dns.edns.GenericOption(9, (3600).to_bytes(4, 'big'))
fixtures |= {
    'soaAnswer': [answer([soa(7)])],
    'soaExpire': [answer([soa(7)], edns=[dns.edns.GenericOption(3, b'id'), expire])],
    'soaEmptyExpire': [answer([soa(7)], edns=[dns.edns.GenericOption(9, b'')])],
    'soaTruncated': [answer(flags=dns.flags.AA | dns.flags.TC)],
    'soaRefused': [answer(flags=0, rcode=5)],
    'soaReferral': [answer(flags=0, authority=[rr('example. 300 NS ns.example.')])],
    'soaNoData': [answer(authority=[soa(7)])],
    'soaCname': [answer([rr('example. 300 CNAME www.example.')])],
    'soaTwice': [answer([soa(7), soa(8)])],
    'soaOther': [answer([soa(7)], name=dns.name.from_text('other.'))],
}
with open('fixtures.json', 'w') as out:
    json.dump(fixtures, out, indent=1)
    out.write('\n')
