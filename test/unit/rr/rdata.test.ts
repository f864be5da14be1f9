import { describe, expect, it } from 'vitest';
import { canonicalizeRdata, checkRdata, formatRdata, parseRdata } from '../../../src/rr/rdata.ts';
import { allRrTypes } from '../../../src/rr/table.ts';
import { formatOctets, hexOf, mustParse, octetsOf, parseText, typeNamed } from './conversions.ts';
import { rdataExamples } from './rdata-examples.ts';
import { TextTokens } from './text-tokens.ts';

describe.each(rdataExamples)('$type $text', ({ type, text, printed, octets }) => {
  const code = typeNamed(type);

  it('is read to its octets', () => {
    expect(hexOf(mustParse(code, text))).toBe(octets);
    expect(checkRdata(code, octetsOf(octets), 0, octets.length / 2)).toBe(true);
  });

  it('is printed, and read again gives the same', () => {
    expect(formatOctets(code, octetsOf(octets))).toBe(printed ?? text);
    expect(hexOf(mustParse(code, printed ?? text))).toBe(octets);
  });

  it('is read from the form of RFC 3597', () => {
    expect(hexOf(mustParse(code, `\\# ${octets.length / 2} ${octets}`))).toBe(octets);
  });
});

it('has an example for every row', () => {
  const shown = new Set(rdataExamples.map(({ type }) => typeNamed(type)));
  // BIND refuses MD and MF as obsolete, so they have no example that it agrees with.
  expect(allRrTypes.filter(({ code }) => !shown.has(code)).map(({ mnemonic }) => mnemonic)).toEqual(['MD', 'MF']);
});

describe('what a person is told', () => {
  const long = 'x'.repeat(256);
  const label = 'x'.repeat(64);
  it.each([
    [
      'A',
      '',
      'ZF20',
      'A needs an address, and the line ends here',
      'write one, for example 192.0.2.11, or remove the line',
    ],
    ['A', '192.0.2.256', 'ZF23', 'the address of A must be an IPv4 address, not "192.0.2.256"', 'four numbers'],
    ['A', '192.0.2', 'ZF23', 'must be an IPv4 address', 'four numbers'],
    ['A', '192.0.2.01', 'ZF23', 'must be an IPv4 address', 'four numbers'],
    ['A', '192.0.2.1.', 'ZF23', 'must be an IPv4 address', 'four numbers'],
    ['A', '2001:db8::1', 'ZF23', 'must be an IPv4 address', 'an IPv6 address belongs in an AAAA record'],
    [
      'A',
      '192.0.2.1 192.0.2.2',
      'ZF21',
      'A has nothing more to say, and "192.0.2.2" follows',
      'its fields are: address',
    ],
    ['AAAA', '192.0.2.1', 'ZF23', 'must be an IPv6 address', 'an IPv4 address belongs in an A record'],
    ['AAAA', '2001:db8:::1', 'ZF23', 'must be an IPv6 address', 'write it as in'],
    ['AAAA', '1:2:3:4:5:6:7', 'ZF23', 'must be an IPv6 address', 'write it as in'],
    ['AAAA', '1:2:3:4:5:6:7:8:9', 'ZF23', 'must be an IPv6 address', 'write it as in'],
    ['AAAA', '1::2::3', 'ZF23', 'must be an IPv6 address', 'write it as in'],
    ['AAAA', '12345::', 'ZF23', 'must be an IPv6 address', 'write it as in'],
    ['AAAA', ':1:2:3:4:5:6:7', 'ZF23', 'must be an IPv6 address', 'write it as in'],
    ['AAAA', '1:2:3:4:5:6:7:8::', 'ZF23', 'must be an IPv6 address', 'write it as in'],
    ['SRV', '1 5', 'ZF20', 'SRV needs a port, and the line ends here', 'for example 5060'],
    ['SRV', '1 5 5060', 'ZF20', 'SRV needs a target', 'for example sip1.example.com.'],
    ['SRV', '1 65536 5060 a', 'ZF22', 'the weight of SRV must be a number from 0 to 65535, not "65536"', 'for example'],
    ['SRV', '1 -5 5060 a', 'ZF22', 'from 0 to 65535, not "-5"', 'for example'],
    ['SRV', '1 5 sip a', 'ZF22', 'the port of SRV must be a number', 'for example 5060'],
    ['SRV', `1 5 5060 ${label}`, 'ZF24', 'the target of SRV has a label of more than 63 octets', 'shorten'],
    ['SRV', '1 5 5060 a..b', 'ZF24', 'has an empty label: "a..b"', 'remove the dot'],
    ['CNAME', '"x y"', 'ZF24', 'the target of CNAME stands in quotes: "x y"', 'without quotes'],
    ['SRV', '1 5 5060 ""', 'ZF24', 'is empty', 'the root is a single dot'],
    ['CNAME', `${'abcdefgh.'.repeat(29)}`, 'ZF24', 'is longer than 255 octets', 'origin'],
    ['CNAME', 'a\\999', 'ZF24', 'has a backslash that escapes nothing', '\\DDD'],
    ['TXT', '', 'ZF20', 'TXT needs a string', 'write one'],
    ['TXT', `"${long}"`, 'ZF26', 'the string of TXT has 256 octets, and a string holds at most 255', 'several strings'],
    ['TXT', 'a\\25', 'ZF29', 'has a backslash that escapes nothing', 'three digits'],
    [
      'SOA',
      'a b 1 1x 1 1 1',
      'ZF22',
      'the refresh of SOA must be a time from 0 to 4294967295 seconds, not "1x"',
      '1d12h',
    ],
    ['SOA', 'a b 1 1h30 1 1 1', 'ZF22', 'not "1h30"', 'units w, d, h, m, s'],
    ['SOA', 'a b 4294967296 1 1 1 1', 'ZF22', 'the serial of SOA must be a number from 0 to 4294967295', 'for example'],
    ['SOA', 'a b 1 1 1 1 7102w', 'ZF22', 'the minimum of SOA', 'write seconds'],
    ['DNSKEY', '256 3 8 AQI', 'ZF25', 'must be base64, and its last group is cut short', 'groups of four'],
    ['DNSKEY', '256 3 8 AQ==AQID', 'ZF25', 'must be base64', 'groups of four'],
    ['DNSKEY', '256 3 8 AR==', 'ZF25', 'must be base64', 'groups of four'],
    [
      'DNSKEY',
      '256 3 RSASHA9 AQID',
      'ZF27',
      'the algorithm of DNSKEY must be a number from 0 to 255 or a name',
      'RSASHA256',
    ],
    ['DNSKEY', '256 3 8', 'ZF29', 'DNSKEY: the public key is missing', undefined],
    ['KEY', 'NOKEY 3 5 AQID', 'ZF29', 'KEY: the flags say that there is no key', undefined],
    ['DS', '1 8 2 ABC', 'ZF25', 'must be hexadecimal, and it has a single digit at its end', 'pairs'],
    ['DS', '1 8 2 ABXY', 'ZF25', 'must be hexadecimal, not "ABXY"', 'pairs'],
    ['DS', '1 8 2 ABCD', 'ZF29', 'DS: a digest of this type has 32 octets, and this one has 2', undefined],
    ['RRSIG', 'A 8 2 60 20260230000000 1 1 a AQID', 'ZF22', 'the expiration of RRSIG must be a time', '14 digits'],
    ['RRSIG', 'FOO 8 2 60 1 1 1 a AQID', 'ZF27', 'the type covered of RRSIG must be a record type', 'TYPE'],
    ['NSEC', 'a A FOO', 'ZF27', 'the type of NSEC must be a record type, not "FOO"', 'mnemonic'],
    ['NSEC', 'a', 'ZF20', 'NSEC needs a type', 'write one'],
    ['NSEC3', '1 0 0 XY AAAA A', 'ZF25', 'the salt of NSEC3', '- for none'],
    ['NSEC3', '1 0 0 - W A', 'ZF25', 'must be base32hex', 'without padding'],
    ['NAPTR', '1 1 "u" "" "!^.*$!sip:\\\\1!" .', 'ZF29', 'the regexp of NAPTR', 'backslash is written twice'],
    ['NAPTR', '1 1 "u" "" "!^.*$!" .', 'ZF29', 'the regexp of NAPTR', '""'],
    ['CAA', '0 is-sue "x"', 'ZF29', 'the tag of CAA must be letters and digits', 'issuewild'],
    ['LOC', '91 N 0 E 0', 'ZF22', 'the latitude of LOC is wrong at "91"', 'degrees up to 90'],
    ['LOC', '90 0 1 N 0 E 0', 'ZF22', 'the latitude of LOC is wrong', 'degrees up to 90'],
    ['LOC', '1 N 1 E', 'ZF20', 'LOC needs an altitude', 'write one'],
    ['LOC', '1 N 1 E 42849672.96', 'ZF22', 'the altitude of LOC', 'metres'],
    ['LOC', '1 N 1 E 0 90000001', 'ZF22', 'the size of LOC', 'metres'],
    ['APL', '1:10.0.0.0/33', 'ZF23', 'a prefix of APL', 'family 1 is IPv4'],
    ['SVCB', '1 . foo=1', 'ZF27', 'SVCB has no parameter "foo=1"', 'known keys are mandatory, alpn'],
    ['SVCB', '1 . key007=1', 'ZF27', 'SVCB has no parameter', 'known keys'],
    ['SVCB', '1 . port=65536', 'ZF29', 'SVCB has a wrong value at "port=65536"', 'port=5061'],
    ['SVCB', '1 . port', 'ZF29', 'wrong value', 'port=5061'],
    ['SVCB', '1 . alpn=a,,b', 'ZF29', 'wrong value', 'alpn=h2,h3'],
    ['SVCB', '1 . ipv4hint=1.2.3', 'ZF29', 'wrong value', 'ipv4hint=192.0.2.1'],
    ['SVCB', '1 . port=1 port=2', 'ZF29', 'SVCB: a parameter is there twice', 'RFC 9460'],
    ['SVCB', '1 . mandatory=port', 'ZF29', 'SVCB: mandatory lists a key that is not there', 'RFC 9460'],
    ['SVCB', '1 . mandatory=port,port port=1', 'ZF29', 'mandatory lists itself, or a key twice', 'RFC 9460'],
    ['SVCB', '1 . no-default-alpn', 'ZF29', 'no-default-alpn needs alpn', 'RFC 9460'],
    ['SVCB', '1 . dohpath=/q', 'ZF29', 'dohpath must begin with / and hold {?dns}', 'RFC 9460'],
    ['SVCB', '1 . key1=abc', 'ZF29', 'alpn must list protocols', 'RFC 9460'],
    ['IPSECKEY', '10 1 2 .', 'ZF23', 'must be an IPv4 address, not "."', undefined],
    ['IPSECKEY', '10 1 2 192.0.2.1', 'ZF29', 'IPSECKEY: the public key is missing', undefined],
    ['IPSECKEY', '10 4 2 .', 'ZF22', 'the gateway type of IPSECKEY must be a number from 0 to 3', 'for example'],
    ['X25', '123', 'ZF29', 'four digits or more', 'as in'],
    ['NULL', 'abc', 'ZF28', 'the data of NULL can be written in the form of RFC 3597 only', '\\# 4 0A000001'],
    ['TYPE65534', '', 'ZF20', 'TYPE65534 needs a length', '\\# 0'],
    [
      'TYPE65534',
      '\\# 4 0A00',
      'ZF28',
      'TYPE65534 says 4 octets, and 4 hexadecimal digits follow',
      'write 8 digits, or 2',
    ],
    ['TYPE65534', '\\# 2 0A0', 'ZF28', '3 hexadecimal digits follow', 'write 4 digits'],
    ['TYPE65534', '\\# x', 'ZF28', 'must be a number from 0 to 65535, not "x"', '\\# 4'],
    ['TYPE65534', '\\# 1 XY', 'ZF28', '"XY" is not hexadecimal', '\\# 4'],
    ['A', '\\# 3 0A0000', 'ZF28', 'these 3 octets are not data of A', 'in the form of A'],
    ['SRV', '\\# 8 000100050014C000', 'ZF28', 'not data of SRV', 'in the form of SRV'],
  ])('%s %s', (type, text, code, message, hint) => {
    const problems = parseText(typeNamed(type), text);
    expect(problems).toMatchObject([
      {
        code,
        message: expect.stringContaining(message),
        hint: hint === undefined ? undefined : expect.stringContaining(hint),
      },
    ]);
  });
});

describe('strings', () => {
  it('keep their octets, UTF-8 and others', () => {
    const octets = Uint8Array.of(0x22, 0xff, 0xc3, 0xa9, 0x5c, 0x30, 0x30, 0x37, 0x22);
    expect(hexOf(mustParse(16, octets))).toBe('04ffc3a907');
  });

  it('may have 255 octets, however they are written', () => {
    expect(mustParse(16, `"${'\\120'.repeat(255)}"`)).toHaveLength(256);
  });
});

describe('data of more than 65535 octets', () => {
  it('is refused', () => {
    const strings = `"${'x'.repeat(255)}" `.repeat(257);
    expect(parseText(16, strings)).toMatchObject([{ code: 'ZF29' }]);
    expect(parseText(61, 'AAAA'.repeat(21_846))).toMatchObject([{ code: 'ZF29' }]);
    const servers = `${`${'x'.repeat(63)}.`.repeat(3)} `.repeat(400);
    expect(parseText(55, `2 AA AQID ${servers}`)).toMatchObject([{ code: 'ZF29' }]);
  });

  it('of 65535 octets is taken', () => {
    expect(mustParse(61, 'AAAA'.repeat(21_845))).toHaveLength(65_535);
  });
});

it('knows \\# from the same in quotes', () => {
  expect(hexOf(mustParse(16, '"\\#" 1 00'))).toBe('0123'.concat('0131', '023030'));
});

describe('formatRdata', () => {
  it('prints what is no data of its type in the form of RFC 3597', () => {
    expect(formatRdata(1, Uint8Array.of(1, 2, 3), 0, 3)).toBe('\\# 3 010203');
    expect(formatRdata(33, Uint8Array.of(), 0, 0)).toBe('\\# 0');
  });

  it('reads shared memory', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(8));
    shared.set([1, 0, 0, 0, 0, 1, 2, 3], 0);
    expect(formatRdata(61, shared, 5, 3)).toBe('AQID');
  });
});

describe('the quotes of a parameter', () => {
  it('may be inside of the token, or around a token of their own', () => {
    const inside = mustParse(64, '1 . alpn="h2,h3" key667="a b" port=1');
    const own = new TextTokens('1 . alpn= "h2,h3" key667= "a b" port=1');
    const out = new Uint8Array(70_000);
    const length = parseRdata(64, own, out, 0);
    expect(hexOf(out.subarray(0, length))).toBe(hexOf(inside));
  });
});

describe('canonicalizeRdata', () => {
  it.each([
    ['SRV', '1 2 3 SIP.Example.', '1 2 3 sip.example.'],
    ['SOA', 'NS.Example. Host.Example. 1 2 3 4 5', 'ns.example. host.example. 1 2 3 4 5'],
    ['NAPTR', '1 2 "S" "SIP+D2U" "" SIP.Example.', '1 2 "S" "SIP+D2U" "" sip.example.'],
    [
      'RRSIG',
      'A 8 2 60 20300101000000 20300101000000 1 Example. QUJD',
      'A 8 2 60 20300101000000 20300101000000 1 example. QUJD',
    ],
    ['A6', '64 ::1 FOO.', '64 ::1 foo.'],
    ['PX', '1 A. B.', '1 a. b.'],
    // RFC 6840 §5.1: not in NSEC; RFC 3597 §7: not in types that came later.
    ['NSEC', 'Host.Example. A', 'Host.Example. A'],
    ['SVCB', '1 SIP.Example.', '1 SIP.Example.'],
    ['LP', '1 SIP.Example.', '1 SIP.Example.'],
    ['HIP', '2 AA AQID RVS.', '2 AA AQID RVS.'],
    ['TXT', '"Text"', '"Text"'],
  ])('%s %s', (type, text, canonical) => {
    const code = typeNamed(type);
    const octets = mustParse(code, text);
    canonicalizeRdata(code, octets, 0, octets.length);
    expect(formatRdata(code, octets, 0, octets.length)).toBe(canonical);
  });
});

describe('checkRdata', () => {
  it.each([
    ['A', '0a0000'],
    ['A', '0a00000001'],
    ['NS', 'c00c'],
    ['NS', '0361'],
    ['MX', '000a'],
    ['TXT', ''],
    ['TXT', '0361'],
    ['HINFO', '0161'],
    ['NSEC', '0000'],
    ['NSEC', '00000100'],
    ['NSEC', '0000024000'],
    ['NSEC', '00010140000140'],
    ['NSEC', '00002100'],
    ['NXT', '0080'],
    ['LOC', '0100000080000000800000000000000000'],
    ['LOC', '00a1000080000000800000000000000000'],
    ['APL', '0001180101 00'],
    ['APL', '000121040a000001'],
    ['A6', '8100'],
    ['A6', '40'],
    ['CAA', '0000'],
    ['CAA', '0001 2d 61'],
    ['SVCB', '0001 00 00030002 0001 00010003026832'],
    ['SVCB', '0001 00 000300'],
    ['SVCB', '0001 00 00010000'],
    ['HIP', '00 02 0003 010203'],
    ['DS', '0001 08 02 abcd'],
    ['KEY', '0000 03 05'],
    ['ZONEMD', '00000001 01 09 0102'],
    ['WKS', '0a000001 06 00'],
    ['IPSECKEY', '0a 05 02 00'],
  ])('%s %s is not data of the type', (type, hex) => {
    const octets = octetsOf(hex);
    expect(checkRdata(typeNamed(type), octets, 0, octets.length)).toBe(false);
  });

  it('takes anything for a type that it does not know', () => {
    expect(checkRdata(65_534, Uint8Array.of(1, 2, 3), 0, 3)).toBe(true);
  });
});
