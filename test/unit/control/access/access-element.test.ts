import { describe, expect, test } from 'vitest';
import { parseAccessElement, parsePrefix } from '../../../../src/control/access/access-element.ts';
import { localAddresses, localNetworks } from '../../../../src/control/access/local-networks.ts';
import { ValueProblem } from '../../../../src/control/config/values.ts';

describe('elements', () => {
  test.each([
    ['any', { negated: false, kind: 'any' }],
    ['!any', { negated: true, kind: 'any' }],
    [' ! NONE ', { negated: true, kind: 'none' }],
    ['localnets', { negated: false, kind: 'localnets' }],
    ['key transfer-key', { negated: false, kind: 'key', name: 'transfer-key' }],
    ['!key "transfer-key"', { negated: true, kind: 'key', name: 'transfer-key' }],
    ['office', { negated: false, kind: 'acl', name: 'office' }],
    ['!key', { negated: true, kind: 'acl', name: 'key' }],
    ['192.0.2.66', { negated: false, kind: 'prefix', family: 4, octets: Uint8Array.of(192, 0, 2, 66), bits: 32 }],
    ['!192.0.2.0/24', { negated: true, kind: 'prefix', family: 4, octets: Uint8Array.of(192, 0, 2, 0), bits: 24 }],
    ['10/8', { negated: false, kind: 'prefix', family: 4, octets: Uint8Array.of(10, 0, 0, 0), bits: 8 }],
    ['192.0.2/24', { negated: false, kind: 'prefix', family: 4, octets: Uint8Array.of(192, 0, 2, 0), bits: 24 }],
    ['0.0.0.0/0', { negated: false, kind: 'prefix', family: 4, octets: new Uint8Array(4), bits: 0 }],
    ['::/0', { negated: false, kind: 'prefix', family: 6, octets: new Uint8Array(16), bits: 0 }],
    [
      '::ffff:192.0.2.0/120',
      { negated: false, kind: 'prefix', family: 4, octets: Uint8Array.of(192, 0, 2, 0), bits: 24 },
    ],
  ])('%s', (text, element) => expect(parseAccessElement(text)).toEqual(element));

  test.each([
    '',
    '!',
    '192.0.2.300',
    '192.0.2',
    '192.0.2.0/33',
    '192.0.2.0/24/1',
    '192.0.2.0/',
    '2001:db8::/129',
    '2001:db8:::1',
    'fe80::1%eth0',
    'a b',
    '{ a; }',
    'office;',
  ])('%j is none', (text) => expect(parseAccessElement(text)).toBeInstanceOf(ValueProblem));

  test.each([
    ['192.0.2.1/24', 'write 192.0.2.0/24, or the address alone'],
    ['2001:db8::1/32', 'write 2001:db8::/32, or the address alone'],
    ['10.1/8', 'write 10.0.0.0/8, or the address alone'],
  ])('%s has bits behind its length', (text, hint) => expect((parsePrefix(text) as ValueProblem).hint).toBe(hint));
});

test('localhost and localnets come from the interfaces', () => {
  const info = (address: string, cidr: string | null, family: 'IPv4' | 'IPv6') =>
    ({
      address,
      netmask: '',
      mac: '',
      internal: false,
      cidr,
      family,
      ...(family === 'IPv6' ? { scopeid: 0 } : {}),
    }) as never;
  const interfaces = {
    lo: [info('127.0.0.1', '127.0.0.1/8', 'IPv4')],
    eth0: [info('192.0.2.7', '192.0.2.7/26', 'IPv4'), info('2001:db8::7', '2001:db8::7/64', 'IPv6')],
    tun0: [info('10.8.0.2', null, 'IPv4')],
    gone: undefined,
  };
  const texts = (prefixes: readonly { octets: Uint8Array; bits: number }[]) =>
    prefixes.map(
      ({ octets, bits }) => `${octets.length === 4 ? octets.join('.') : Buffer.from(octets).toString('hex')}/${bits}`,
    );
  expect(texts(localAddresses(interfaces))).toEqual([
    '127.0.0.1/32',
    '192.0.2.7/32',
    '20010db8000000000000000000000007/128',
    '10.8.0.2/32',
  ]);
  expect(texts(localNetworks(interfaces))).toEqual([
    '127.0.0.0/8',
    '192.0.2.0/26',
    '20010db8000000000000000000000000/64',
    '10.8.0.2/32',
  ]);
});
