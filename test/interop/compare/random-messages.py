"""Random messages as dnspython writes them, compressed, and what is in them: a JSON object a line."""
import json
import random
import sys

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

random.seed(int(sys.argv[1]))
labels = ['a', 'B', 'www', 'Mail', '_sip', '_udp', 'x' * 40, '*', 'ns1', 'caf\\233', 'dot\\.ted']


def name():
    return '.'.join(random.choice(labels) for _ in range(random.randint(1, 4))) + random.choice(['.ex.test.', '.Ex.Test.', '.'])


def number(most=65535):
    return str(random.randint(0, most))


def text():
    return '"' + ''.join(random.choice('abc XYZ;') for _ in range(random.randint(0, 60))) + '"'


makers = {
    'A': lambda: '192.0.2.' + number(255),
    'AAAA': lambda: '2001:db8::' + '%x' % random.randint(0, 65535),
    'NS': name,
    'CNAME': name,
    'PTR': name,
    'DNAME': name,
    'MX': lambda: number() + ' ' + name(),
    'SOA': lambda: ' '.join([name(), name(), number(), number(), number(), number(), number()]),
    'SRV': lambda: ' '.join([number(), number(), number(), name()]),
    'NAPTR': lambda: ' '.join([number(), number(), '"s"', '"SIP+D2U"', '""', name()]),
    'TXT': lambda: ' '.join(text() for _ in range(random.randint(1, 4))),
    'RP': lambda: name() + ' ' + name(),
    'NSEC': lambda: name() + ' A MX RRSIG NSEC',
    'RRSIG': lambda: 'A 13 3 300 20401231000000 20261123040640 12345 ' + name() + ' AAAA',
    'DS': lambda: '12345 13 2 ' + 'ab' * 32,
    'CAA': lambda: '0 issue "ca.example"',
    'TYPE65400': lambda: '\\# 4 0a000001',
}


def rrset():
    kind = random.choice(list(makers))
    datas = {makers[kind]() for _ in range(random.randint(1, 3))}
    owner = dns.name.from_text(name())
    return dns.rrset.from_text_list(owner, random.randint(0, 2**31 - 1), 'IN', kind, sorted(datas))


for _ in range(int(sys.argv[2])):
    query = dns.message.make_query(name(), random.choice(list(makers)))
    if random.random() < 0.6:
        options = [dns.edns.GenericOption(random.choice([3, 10, 15, 12]), random.randbytes(random.randint(0, 20)))]
        query.use_edns(0, ednsflags=dns.flags.DO if random.random() < 0.5 else 0, payload=random.randint(512, 4096), options=options)
    message = dns.message.make_response(query)
    message.flags = dns.flags.QR | (random.randint(0, 65535) & (dns.flags.AA | dns.flags.TC | dns.flags.RD | dns.flags.RA | dns.flags.AD))
    if query.edns >= 0:
        message.use_edns(0, query.ednsflags, query.payload, options=query.options)
        message.set_rcode(random.choice([0, 2, 3, 5, 16, 23]))
    else:
        message.set_rcode(random.choice([0, 2, 3, 5]))
    sections = {}
    for title, section in (('answer', message.answer), ('authority', message.authority), ('additional', message.additional)):
        for _ in range(random.randint(0, 3)):
            section.append(rrset())
        sections[title] = [
            [rrset.name.to_wire().hex(), rrset.rdtype, rrset.ttl, rdata.to_wire().hex()] for rrset in section for rdata in rrset
        ]
    question = message.question[0]
    print(json.dumps({
        'wire': message.to_wire(max_size=65535).hex(),
        'rcode': int(message.rcode()),
        'flags': int(message.flags) & 0xfff0,
        'question': [question.name.to_wire().hex(), question.rdtype],
        'edns': None if message.edns < 0 else [message.payload, bool(message.ednsflags & dns.flags.DO), [[int(o.otype), o.to_wire().hex()] for o in message.options]],
        **sections,
    }))
