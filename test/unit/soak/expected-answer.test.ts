/** The model that judges the soak is judged here: what it expects, by hand, and that it sees what is wrong. */
import { expect, test } from 'vitest';
import { largeZone } from '../../soak/model/contents.ts';
import { expectAnswer } from '../../soak/model/expected-answer.ts';

const zone = largeZone('a.test.', 2);
const ask = (name: string, type: string, recursionDesired = true) =>
  expectAnswer(zone, { name: name === '@' ? 'a.test.' : `${name}.a.test.`, type, recursionDesired });
const soa = 'a.test. 60 IN SOA ns1.a.test. root.a.test. 1 20 5 86400 60';
const nameServers = ['a.test. 300 IN NS ns1.a.test.', 'a.test. 300 IN NS ns2.a.test.'];
const nameServerAddresses = [
  'ns1.a.test. 300 IN A 192.0.2.1',
  'ns2.a.test. 300 IN A 192.0.2.2',
  'ns2.a.test. 300 IN AAAA 2001:db8::2',
];

test.each([
  ['a name', 'h1', 'A', { rcode: 0, answer: ['h1.a.test. 300 IN A 10.0.0.1'], authority: [], additional: [] }],
  ['no data', 'h1', 'TXT', { rcode: 0, answer: [], authority: [soa] }],
  ['a name error', 'nothing', 'A', { rcode: 3, answer: [], authority: [soa] }],
  ['an empty non-terminal', 'empty', 'A', { rcode: 0, answer: [], authority: [soa] }],
  ['what a wildcard stands for', 'x.y.wild', 'TXT', { rcode: 0, answer: ['x.y.wild.a.test. 300 IN TXT "wild"'] }],
  ['a name beside a wildcard', 'held.wild', 'TXT', { rcode: 0, answer: [], authority: [soa] }],
  ['a name below that one', 'x.held.wild', 'TXT', { rcode: 3, answer: [], authority: [soa] }],
  [
    'an alias of nothing',
    'alias-of-nothing',
    'A',
    { rcode: 3, answer: ['alias-of-nothing.a.test. 300 IN CNAME nothing.a.test.'], authority: [soa] },
  ],
  ['an alias itself', 'alias', 'CNAME', { rcode: 0, answer: ['alias.a.test. 300 IN CNAME mail.a.test.'] }],
  [
    'a name server of the zone',
    '@',
    'NS',
    { rcode: 0, answer: nameServers, authority: [], additional: nameServerAddresses },
  ],
  [
    'MX with its address',
    '@',
    'MX',
    { answer: ['a.test. 300 IN MX 10 mail.a.test.'], additional: ['mail.a.test. 300 IN A 192.0.2.25'] },
  ],
])('%s', (_, name, type, expected) => {
  expect(ask(name, type)).toMatchObject({ authoritative: true, ...expected });
});

test('a chain of aliases, each with its record', () => {
  expect(ask('alias-of-alias', 'A').answer).toEqual([
    'alias-of-alias.a.test. 300 IN CNAME alias.a.test.',
    'alias.a.test. 300 IN CNAME mail.a.test.',
    'mail.a.test. 300 IN A 192.0.2.25',
  ]);
});

test('a referral at and below a cut, with glue', () => {
  const expected = {
    rcode: 0,
    authoritative: false,
    answer: [],
    authority: ['cut.a.test. 300 IN NS ns.cut.a.test.', 'cut.a.test. 300 IN NS ns2.a.test.'],
    additional: ['ns.cut.a.test. 300 IN A 192.0.2.9', ...nameServerAddresses.slice(1)],
  };
  expect(ask('cut', 'A')).toEqual(expected);
  expect(ask('x.y.cut', 'SRV')).toEqual(expected);
});

test('without RD the name servers stand behind a positive answer', () => {
  const { authority, additional } = ask('ns1', 'A', false);
  expect(authority).toEqual(nameServers);
  // Its own address is in the answer.
  expect(additional).toEqual(nameServerAddresses.slice(1));
});
