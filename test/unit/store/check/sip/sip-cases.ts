/** Zones with one fault of telephony each, and twins without it. Shared by the unit test of the codes and the comparison with named-checkzone. */
import type { ContentCase } from '../content-cases.ts';
import { goodHead } from '../load-text.ts';

const servers = ['s1 A 192.0.2.11', 's2 A 192.0.2.12', 's3 A 192.0.2.13'];
const pair = ['_sip._udp SRV 0 40 5060 s1', '_sip._udp SRV 0 60 5060 s2'];

/** The lines added stand from line 8 on. */
function sip(title: string, added: readonly string[], expected: readonly string[], bind?: RegExp): ContentCase {
  return { title, lines: [...goodHead, ...servers, ...added], expected, ...(bind === undefined ? {} : { bind }) };
}

function naptr(title: string, record: string, expected: readonly string[], bind?: RegExp): ContentCase {
  return sip(
    title,
    [`@ NAPTR ${record}`, ...pair, '_sip._tcp SRV 0 1 5060 s1', '_sips._tcp SRV 0 1 5061 s1'],
    expected,
    bind,
  );
}

function number(title: string, owner: string, regexp: string, expected: readonly string[], bind?: RegExp): ContentCase {
  return sip(title, [`${owner} NAPTR 100 10 "u" "E2U+sip" "${regexp}" .`], expected, bind);
}

function many(count: number, line: (i: number) => string): string[] {
  return Array.from({ length: count }, (_, i) => line(i));
}

/** So many servers with addresses of their own, and their SRV; `name` has as many characters for each. */
function farm(count: number, name: (i: number) => string): string[] {
  return [
    ...many(count, (i) => `_sip._udp SRV ${i} 1 5060 ${name(i)}`),
    ...many(count, (i) => `${name(i)} A 198.51.100.${i + 1}`),
  ];
}

const twoDigits = (i: number): string => `n${10 + i}`;

export const sipCases: readonly ContentCase[] = [
  sip('shares and a backup', [...pair, '_sip._udp SRV 1 5 5060 s3'], []),

  naptr('SIP+D2U with SRV', '10 50 "s" "SIP+D2U" "" _sip._udp', []),
  naptr('a service in lower case, a flag in upper case', '10 50 "S" "sips+d2t" "" _sips._tcp', []),
  naptr('NAPTR to a name without SRV', '10 50 "s" "SIP+D2U" "" _sip._upd', ['8:9 warning SIP01']),
  naptr('NAPTR to a name with addresses only', '10 50 "s" "SIP+D2U" "" s1', ['8:9 warning SIP01']),
  naptr('flag a to addresses', '10 50 "a" "SIP+D2U" "" s1', []),
  naptr('flag a to nothing', '10 50 "a" "SIP+D2U" "" nope', ['8:9 warning SIP01']),
  naptr('NAPTR to outside', '10 50 "s" "SIP+D2U" "" _sip._udp.other.test.', []),
  sip('NAPTR to an alias', ['@ NAPTR 10 50 "s" "SIP+D2U" "" _sip._udp', '_sip._udp CNAME _sip._udp.other.test.'], []),
  sip('NAPTR to a wildcard', ['@ NAPTR 10 50 "s" "SIP+D2U" "" _sip._udp.w', '*.w SRV 0 1 5060 s1'], []),
  sip('NAPTR to a delegated name', ['@ NAPTR 10 50 "s" "SIP+D2U" "" _sip._udp.sub', 'sub NS ns'], []),

  naptr('SIP with the flag u', '10 50 "u" "SIP+D2U" "" _sip._udp', ['8:9 warning SIP02']),
  naptr('SIP without a flag', '10 50 "" "SIP+D2U" "" _sip._udp', ['8:9 warning SIP02']),
  naptr('a flag of nobody', '10 50 "x" "aaa+ap16" "" _sip._udp', ['8:9 warning SIP02']),
  naptr('another application', '10 50 "s" "aaa+ap16:diameter.tls.tcp" "" _sip._udp', []),
  sip('ENUM with the flag s', ['1.2 NAPTR 10 50 "s" "E2U+sip" "" _sip._udp', ...pair], ['8:11 warning SIP02']),
  naptr('a delegation without service', '10 50 "" "" "" s1', []),

  naptr('a transport of nobody', '10 50 "s" "SIP+D2X" "" _sip._udp', ['8:9 warning SIP03']),
  naptr('letters swapped', '10 50 "s" "SIP+DU2" "" _sip._udp', ['8:9 warning SIP03']),
  naptr('a transport written out', '10 50 "s" "SIP+UDP" "" _sip._udp', ['8:9 warning SIP03']),
  naptr('DTLS', '10 50 "s" "SIPS+D2U" "" _sip._udp', ['8:9 warning SIP03']),
  sip('ENUM of RFC 2916', ['1.2 NAPTR 1 1 "u" "sip+E2U" "!^.*$!sip:a@b!" .'], ['8:11 warning SIP03']),
  sip('ENUM with a colon', ['1.2 NAPTR 1 1 "u" "E2U:sip" "!^.*$!sip:a@b!" .'], ['8:11 warning SIP03']),
  sip('an enumservice misspelt', ['1.2 NAPTR 1 1 "u" "E2U+spi" "!^.*$!sip:a@b!" .'], ['8:11 warning SIP03']),
  sip('several enumservices', ['1.2 NAPTR 1 1 "u" "E2U+voice:tel+sms:tel" "!^.*$!tel:+12!" .'], []),
  sip('an enumservice on trial', ['1.2 NAPTR 1 1 "u" "E2U+x-skype" "!^.*$!skype:a!" .'], []),
  naptr('RELAY misspelt', '10 50 "s" "RELY:turn.udp" "" _sip._udp', ['8:9 warning SIP03']),
  naptr('a protocol of RELAY misspelt', '10 50 "s" "RELAY:turn.upd" "" _sip._udp', ['8:9 warning SIP03']),
  sip(
    'RELAY',
    [
      '@ NAPTR 10 50 "" "RELAY:turn.udp:turn.tls" "" t',
      't NAPTR 1 1 "s" "RELAY:turn.udp" "" _turn._udp',
      '_turn._udp SRV 0 1 3478 s1',
    ],
    [],
  ),
  sip(
    'configuration and LoST',
    [
      '@ NAPTR 1 1 "u" "SFUA.CFG" "!.*!https://c.z.test/!" .',
      '@ NAPTR 2 1 "u" "LoST:https" "!.*!https://l.z.test/!" .',
    ],
    [],
  ),

  naptr('TLS to TCP', '10 50 "s" "SIPS+D2T" "" _sip._tcp', ['8:9 warning SIP04']),
  naptr('UDP to TCP', '10 50 "s" "SIP+D2U" "" _sip._tcp', ['8:9 warning SIP04']),
  sip(
    'RELAY to another transport',
    ['@ NAPTR 1 1 "s" "RELAY:turn.tcp" "" _turn._udp', '_turn._udp SRV 0 1 3478 s1'],
    ['8:9 warning SIP04'],
  ),
  sip(
    'WebSocket to an owner of its own',
    ['@ NAPTR 1 1 "s" "SIPS+D2W" "" _sips._wss', '_sips._wss SRV 0 1 443 s1'],
    [],
  ),
  sip('TLS to an owner of its own', ['@ NAPTR 1 1 "s" "SIPS+D2T" "" edge', 'edge SRV 0 1 5061 s1'], []),

  sip('5061 on _sip._udp', ['_sip._udp SRV 0 1 5061 s1'], ['8:15 warning SIP05']),
  sip('5061 on _sip._tcp', ['_sip._tcp SRV 0 1 5061 s1'], ['8:15 warning SIP05']),
  sip('5060 on _sips._tcp', ['_sips._tcp SRV 0 1 5060 s1'], ['8:16 warning SIP05']),
  sip(
    'ports of Microsoft and of others',
    ['_sip._tls SRV 0 1 5061 s1', '_sip._udp SRV 0 1 15060 s1', '_ldap._tcp SRV 0 0 5061 s1'],
    [],
  ),
  sip('the TLS port of TURN', ['_turn._udp SRV 0 1 5349 s1'], ['8:16 warning SIP05']),

  sip('all weights 0', ['_sip._udp SRV 0 0 5060 s1', '_sip._udp SRV 0 0 5060 s2'], ['8:15 warning SIP06']),
  sip('weight 0 of different priorities', ['_sip._udp SRV 0 0 5060 s1', '_sip._udp SRV 1 0 5060 s2'], []),
  sip('weights of others than phones', ['_ldap._tcp SRV 0 0 389 s1', '_ldap._tcp SRV 0 0 389 s2'], []),
  sip('one weight far above', ['_sip._udp SRV 0 1 5060 s1', '_sip._udp SRV 0 101 5060 s2'], ['9:15 note SIP07']),
  sip('one weight beside a 0', ['_sip._udp SRV 0 0 5060 s1', '_sip._udp SRV 0 1 5060 s2'], ['9:15 note SIP07']),
  sip('1 in 101', ['_sip._udp SRV 0 1 5060 s1', '_sip._udp SRV 0 100 5060 s2'], []),

  sip(
    'an address shorter than its SRV',
    ['_sip._udp SRV 0 1 5060 s4', '_sip._tcp SRV 0 1 5060 s4', 's4 60 A 192.0.2.14'],
    ['10:1 note SIP08'],
  ),
  sip('an AAAA shorter than its SRV', ['_sip._udp SRV 0 1 5060 s1', 's1 60 AAAA 2001:db8::1'], ['9:1 note SIP08']),
  sip('an address longer than its SRV', ['_sip._udp 60 SRV 0 1 5060 s1'], []),

  sip('9 servers', farm(9, twoDigits), ['8:1 warning SIP09']),
  sip('8 servers', farm(8, twoDigits), []),

  sip('an address beside the SRV', [...pair, '_sip._tcp SRV 0 1 5060 s1', '@ A 192.0.2.80'], ['11:1 note SIP10']),
  sip(
    'an address beside the SRV of a subdomain',
    ['_sip._udp.sub SRV 0 1 5060 s1', 'sub AAAA 2001:db8::2'],
    ['9:1 note SIP10'],
  ),
  sip('an address beside the SRV of others', ['_ldap._tcp SRV 0 1 389 s1', '@ A 192.0.2.80'], []),
  sip('an address beside "no service"', ['_sip._udp SRV 0 0 0 .', '@ A 192.0.2.80'], []),

  // 12 of header, 22 of question, 8 times 27 and the first label: 32 octets make 506, 33 make 514.
  sip(
    'an answer over 512',
    farm(8, (i) => `${'n'.repeat(32)}${i}`),
    ['8:1 warning SIP11'],
  ),
  sip(
    'a chain over 512',
    farm(8, (i) => `${'n'.repeat(31)}${i}`),
    ['8:1 note SIP12'],
  ),
  sip('a chain over 512 from NAPTR', longNaptrChain(), ['8:1 note SIP12']),

  number('a pattern for its number', '4.3.2.1', '!^\\\\+1234$!sip:a@b!', []),
  number('a pattern for every number', '4.3.2.1', '!^.*$!sip:a@b!', []),
  number('a pattern with a group', '4.3.2.1', '!^\\\\+12([0-9]{2})$!sip:\\\\1@b!i', []),
  number('a parenthesis left open', '1', '!^(.*$!sip:a@b!', ['8:9 error SIP13'], /syntax error/),
  number('a plus sign without a backslash', '1', '!^+1(.*)$!sip:a@b!', ['8:9 error SIP13'], /syntax error/),
  number('an empty alternative', '1', '!^(|1)$!sip:a@b!', ['8:9 error SIP13'], /syntax error/),
  number('a bracket left open', '1', '![0-9!sip:a@b!', ['8:9 error SIP13'], /syntax error/),
  naptr(
    'a fault in a regexp of others',
    '1 1 "u" "http+I2R" "!a{9,1}!http://b!" .',
    ['8:9 error SIP13'],
    /syntax error/,
  ),
  number('a class of Perl', '1', '!^\\\\d+$!sip:a@b!', ['8:9 warning SIP14']),
  number('an empty group', '1', '!^()$!sip:a@b!', ['8:9 warning SIP14']),
  number('a pattern for another number', '4.3.2.1', '!^\\\\+1235$!sip:a@b!', ['8:15 warning SIP15']),
  number('a pattern without the plus sign', '4.3.2.1', '!^1234$!sip:a@b!', ['8:15 warning SIP15']),
  number('a pattern for some numbers below a wildcard', '*.3.2.1', '!^\\\\+1237([0-9]{3})$!sip:\\\\1@b!', []),
  number('a pattern for no number below a wildcard', '*.3.2.1', '!^\\\\+124(.*)$!sip:\\\\1@b!', ['8:15 warning SIP15']),
  number('a pattern for the name of a wildcard alone', '*.3.2.1', '!^\\\\+123$!sip:a@b!', ['8:15 warning SIP15']),
  number('a telephone where SIP is meant', '1', '!^.*$!tel:+1!', ['8:9 warning SIP15']),
  number('no URI', '1', '!^.*$!a@b!', ['8:9 warning SIP15']),
  sip('a pattern that takes no name', ['@ NAPTR 1 1 "u" "SFUA.CFG" "!^\\\\+.*$!https://b/!" .'], ['8:9 warning SIP15']),

  naptr('neither regexp nor replacement', '1 1 "s" "SIP+D2U" "" .', ['8:9 warning SIP16']),
  naptr('both regexp and replacement', '1 1 "u" "E2U+sip" "!^.*$!sip:a@b!" s1', ['8:9 warning SIP16']),

  sip(
    'two names of one address',
    ['_sip._udp SRV 0 1 5060 s1', '_sip._udp SRV 0 1 5060 s4', 's4 A 192.0.2.11'],
    ['9:15 warning SIP17'],
  ),
  sip('one name twice', ['_sip._udp SRV 0 1 5060 s1', '_sip._udp SRV 1 1 5060 S1'], ['9:15 warning SIP17']),
  sip('one host, two ports', ['_sip._udp SRV 0 1 5060 s1', '_sip._udp SRV 0 1 5070 s1'], []),
  sip(
    'one address among two',
    ['_sip._udp SRV 0 1 5060 s1', '_sip._udp SRV 0 1 5060 s4', 's4 A 192.0.2.14', 's4 A 192.0.2.11'],
    ['9:15 warning SIP17'],
  ),
];

function longNaptrChain(): string[] {
  const name = (i: number): string => `${'n'.repeat(40)}${i}`;
  return [
    '@ NAPTR 1 1 "s" "SIPS+D2T" "" _sips._tcp',
    '@ NAPTR 2 1 "s" "SIP+D2U" "" _sip._udp',
    ...many(3, (i) => `_sips._tcp SRV 0 1 5061 ${name(i)}`),
    ...many(3, (i) => `_sip._udp SRV 0 1 5060 ${name(i)}`),
    ...many(3, (i) => `${name(i)} A 198.51.100.${i + 1}`),
  ];
}
