/** RFC 3263, each of its branches, and the habits that decide the way. */
import { describe, expect, it } from 'vitest';
import { findProfile } from '../../../../src/sip/profiles/table.ts';
import { FakeZone, servers } from './fake-zone.ts';

/** RFC 3263 §4.1 and §4.2, its example, with the addresses that it leaves out. */
const exampleText = `
  example.com 100 NAPTR 50 50 "s" "SIPS+D2T" "" _sips._tcp.example.com.
  example.com 100 NAPTR 90 50 "s" "SIP+D2T" "" _sip._tcp.example.com.
  example.com 100 NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp.example.com.
  _sips._tcp.example.com 60 SRV 0 1 5061 server1.example.com.
  _sip._tcp.example.com 60 SRV 0 1 5060 server1.example.com.
  _sip._tcp.example.com 60 SRV 1 2 5060 server2.example.com.
  _sip._udp.example.com 60 SRV 0 1 5060 server2.example.com.
  server1.example.com 30 A 192.0.2.1
  server2.example.com 30 A 192.0.2.2
  server2.example.com 30 AAAA 2001:db8::2
`;
const example = new FakeZone(exampleText);
const rfc = findProfile('rfc') as NonNullable<ReturnType<typeof findProfile>>;
/** The RFC's own client: TCP and UDP, no TLS. */
const withoutTls = { ...rfc, transports: ['tcp', 'udp'] as const };

describe('RFC 3263 section 4.1, which transport', () => {
  it('takes the NAPTR record of lowest order that names a transport of the client', () => {
    const found = example.locate('sip:user@example.com', withoutTls);
    expect(found.asked.slice(0, 2)).toEqual(['NAPTR example.com', 'SRV _sip._tcp.example.com']);
    expect(servers(found)).toEqual([
      'server1.example.com:5060/tcp 192.0.2.1',
      'server2.example.com:5060/tcp 2001:db8::2,192.0.2.2',
    ]);
  });

  it('takes SIPS for a SIP URI where the client has TLS', () => {
    expect(servers(example.locate('sip:example.com', 'rfc'))).toEqual(['server1.example.com:5061/tls 192.0.2.1']);
  });

  it('leaves a SIPS URI no records but those of SIPS', () => {
    const found = example.locate('sips:example.com', withoutTls);
    expect(found.asked[1]).toBe('SRV _sips._tcp.example.com');
  });

  it('prefers the lower preference within an order, and skips flags, services and transports that are not for it', () => {
    const zone = new FakeZone(`
      example.com 100 NAPTR 10 1 "u" "SIP+D2U" "!^.*$!sip:a@b!" .
      example.com 100 NAPTR 10 2 "s" "E2U+sip" "" _sip._udp.example.com.
      example.com 100 NAPTR 10 3 "s" "SIP+D2S" "" _sip._sctp.example.com.
      example.com 100 NAPTR 10 4 "S" "sip+d2u" "" _b._udp.example.net.
      example.com 100 NAPTR 10 5 "s" "SIP+D2T" "" _c._tcp.example.net.
      _b._udp.example.net 60 SRV 0 1 5070 b.example.net.
      b.example.net 60 A 192.0.2.9
    `);
    expect(servers(zone.locate('example.com', 'sofia'))).toEqual(['b.example.net:5070/udp 192.0.2.9']);
  });

  it('follows flag a to addresses', () => {
    const zone = new FakeZone(`
      example.com 100 NAPTR 10 1 "a" "SIP+D2T" "" edge.example.com.
      edge.example.com 60 A 192.0.2.8
    `);
    const found = zone.locate('example.com', 'yealink');
    expect(servers(found)).toEqual(['edge.example.com:5060/tcp 192.0.2.8']);
    expect(found.asked).toEqual(['NAPTR example.com', 'A edge.example.com']);
  });

  it('asks SRV for each transport in its own order where there is no NAPTR, until there is one', () => {
    const zone = new FakeZone(`
      _sip._tcp.example.com 60 SRV 0 1 5060 a.example.com.
      a.example.com 60 A 192.0.2.1
    `);
    const found = zone.locate('example.com', 'yealink');
    expect(found.asked.slice(0, 3)).toEqual([
      'NAPTR example.com',
      'SRV _sip._udp.example.com',
      'SRV _sip._tcp.example.com',
    ]);
    expect(servers(found)).toEqual(['a.example.com:5060/tcp 192.0.2.1']);
  });

  it('says that no NAPTR record fits, and goes on as if there were none', () => {
    const zone = new FakeZone(`
      example.com 100 NAPTR 10 1 "s" "SIP+D2W" "" _sip._ws.example.com.
      _sip._udp.example.com 60 SRV 0 1 5060 a.example.com.
      a.example.com 60 A 192.0.2.1
    `);
    const found = zone.locate('example.com', 'rfc');
    expect(found.notes.join()).toMatch(/no NAPTR record of example\.com names a transport/);
    expect(found.asked[1]).toBe('SRV _sip._udp.example.com');
  });

  it('asks no NAPTR where the URI names the transport', () => {
    const found = example.locate('sip:example.com;transport=udp', 'rfc');
    expect(found.asked[0]).toBe('SRV _sip._udp.example.com');
    expect(servers(found)).toEqual(['server2.example.com:5060/udp 2001:db8::2,192.0.2.2']);
  });

  it.each([
    ['sip:192.0.2.7', '192.0.2.7:5060/udp 192.0.2.7'],
    ['sips:192.0.2.7', '192.0.2.7:5061/tls 192.0.2.7'],
    ['sip:192.0.2.7:5090;transport=tcp', '192.0.2.7:5090/tcp 192.0.2.7'],
    ['sip:[2001:db8::7]', '[2001:db8::7]:5060/udp 2001:db8::7'],
  ])('asks nothing for %s', (target, server) => {
    const found = example.locate(target, 'rfc');
    expect(found.asked).toEqual([]);
    expect(servers(found)).toEqual([server]);
  });
});

describe('RFC 3263 section 4.2, which port and address', () => {
  it('asks for addresses alone where the URI names a port', () => {
    const found = example.locate('sip:server2.example.com:5080', 'rfc');
    expect(found.asked).toEqual(['AAAA server2.example.com', 'A server2.example.com']);
    expect(servers(found)).toEqual([
      'server2.example.com:5080/udp 2001:db8::2',
      'server2.example.com:5080/udp 192.0.2.2',
    ]);
    expect(servers(example.locate('sips:server1.example.com:5080', 'rfc'))).toEqual([
      'server1.example.com:5080/tls 192.0.2.1',
    ]);
  });

  it.each([
    ['sip:example.com', '5060/udp'],
    ['sips:example.com', '5061/tls'],
    ['sip:example.com;transport=tcp', '5060/tcp'],
    ['sip:example.com;transport=tls', '5061/tls'],
    ['sip:example.com;transport=ws', '80/ws'],
    ['sips:example.com;transport=ws', '443/wss'],
    ['sip:example.com;transport=sctp', '5060/sctp'],
  ])('falls back to the addresses of %s, port and transport %s', (target, place) => {
    const zone = new FakeZone('example.com 60 A 192.0.2.5');
    expect(servers(zone.locate(target, 'rfc'))).toEqual([`example.com:${place} 192.0.2.5`]);
  });

  it('falls back to the domain with the transport that NAPTR named, where its SRV are missing', () => {
    const zone = new FakeZone(`
      example.com 100 NAPTR 10 1 "s" "SIP+D2T" "" _sip._tcp.example.com.
      example.com 60 A 192.0.2.5
    `);
    expect(servers(zone.locate('example.com', 'rfc'))).toEqual(['example.com:5060/tcp 192.0.2.5']);
  });

  it('does not fall back where the service is said not to be there (RFC 2782)', () => {
    const zone = new FakeZone('_sip._udp.example.com 60 SRV 0 0 0 .\nexample.com 60 A 192.0.2.5');
    const found = zone.locate('example.com', 'pjsip');
    expect(found.candidates).toEqual([]);
    expect(found.asked).toEqual(['SRV _sip._udp.example.com']);
    expect(found.notes.join()).toMatch(/no such service/);
  });

  it('names a target without addresses, and has it passed over', () => {
    const zone = new FakeZone('_sip._udp.example.com 60 SRV 0 1 5060 lost.example.com.');
    expect(servers(zone.locate('example.com', 'pjsip'))).toEqual(['lost.example.com:5060/udp']);
  });

  it('asks AAAA where there is no A', () => {
    const zone = new FakeZone(
      '_sip._udp.example.com 60 SRV 0 1 5060 six.example.com.\nsix.example.com 60 AAAA 2001:db8::6',
    );
    expect(servers(zone.locate('example.com', 'snom'))).toEqual(['six.example.com:5060/udp 2001:db8::6']);
  });
});

describe('what comes beside', () => {
  const text = '_sip._udp.example.com 60 SRV 0 1 5060 a.example.com.\na.example.com 30 A 192.0.2.1';

  it('is used by those that use it', () => {
    const zone = new FakeZone(text);
    zone.hasAdditional = true;
    const found = zone.locate('example.com', 'pjsip');
    expect(found.asked).toEqual(['SRV _sip._udp.example.com']);
    expect(found.steps.at(-1)).toMatchObject({
      isAdditional: true,
      records: [{ address: '192.0.2.1', ttlSeconds: 30 }],
    });
  });

  it('is not used by the others', () => {
    const zone = new FakeZone(text);
    zone.hasAdditional = true;
    expect(zone.locate('example.com', 'cisco').asked).toEqual(['SRV _sip._udp.example.com', 'A a.example.com']);
  });
});

describe('aliases', () => {
  it('are followed within an answer and by a question of their own', () => {
    const zone = new FakeZone(`
      _sip._udp.example.com 60 CNAME _sip._udp.example.net.
      _sip._udp.example.net 50 SRV 0 1 5060 a.example.net.
      a.example.net 40 CNAME b.example.net.
      b.example.net 30 A 192.0.2.3
    `);
    const found = zone.locate('example.com', 'pjsip');
    expect(found.asked).toEqual([
      'SRV _sip._udp.example.com',
      'SRV _sip._udp.example.net',
      'A a.example.net',
      'A b.example.net',
    ]);
    expect(servers(found)).toEqual(['a.example.net:5060/udp 192.0.2.3']);
    expect(found.steps[0]?.aliases.map(({ target }) => target)).toEqual(['_sip._udp.example.net']);
  });

  it('that go round end', () => {
    const zone = new FakeZone('a.example.com 60 CNAME b.example.com.\nb.example.com 60 CNAME a.example.com.');
    const found = zone.locate('a.example.com:5060', 'pjsip');
    expect(found.candidates).toEqual([]);
    expect(found.steps[0]).toMatchObject({ finding: 'problem', problem: expect.stringMatching(/loop of aliases/) });
  });

  it('that never end, end', () => {
    const chain = Array.from({ length: 40 }, (_, i) => `a${i}.example.com 60 CNAME a${i + 1}.example.com.`).join('\n');
    const found = new FakeZone(chain).locate('a0.example.com:5060', 'pjsip');
    expect(found.steps[0]).toMatchObject({ finding: 'problem' });
    expect(found.asked.length).toBeLessThan(40);
  });
});

describe('an answer that should not be', () => {
  it.each([
    [{ failure: 'no answer' }, /no answer/],
    [{ rcode: 5, answers: [] }, /REFUSED/],
    [{ rcode: 2, answers: [] }, /SERVFAIL/],
    [{ answers: [], referral: 'example.com' }, /only names the servers of example\.com/],
  ])('%j is told, and the client goes on', (override, problem) => {
    const zone = new FakeZone(exampleText);
    zone.override = ({ type }) => (type === 'NAPTR' ? { answers: [], ...override } : undefined);
    const found = zone.locate('example.com', 'rfc');
    expect(found.steps[0]).toMatchObject({ finding: 'problem', problem: expect.stringMatching(problem) });
    expect(found.asked[1]).toBe('SRV _sip._udp.example.com');
    expect(found.candidates).toHaveLength(1);
  });

  it('with TC is thrown away by pjsip, and read by baresip', () => {
    const zone = new FakeZone(exampleText);
    zone.override = ({ type }) => (type === 'SRV' ? { truncated: true } : undefined);
    const lost = zone.locate('example.com', 'pjsip');
    expect(lost.steps[0]).toMatchObject({ finding: 'problem', problem: expect.stringMatching(/truncated/) });
    expect(lost.candidates).toEqual([]);
    expect(zone.locate('sip:example.com;transport=udp', 'baresip').candidates).toHaveLength(1);
  });

  it('that says name error is one, and nothing more', () => {
    const found = new FakeZone('www.example.net 60 A 192.0.2.1').locate('example.com', 'pjsip');
    expect(found.steps.map(({ finding }) => finding)).toEqual(['name error', 'name error', 'name error']);
    expect(found.steps[0]?.answer.negativeTtlSeconds).toBe(60);
  });
});
