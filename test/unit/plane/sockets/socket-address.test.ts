import { describe, expect, it } from 'vitest';
import {
  formatAddress,
  formatListenAddress,
  isWildcard,
  parseAddress,
  writeSocketAddress,
} from '../../../../src/plane/sockets/socket-address.ts';

describe('addresses', () => {
  // The right column is what inet_pton gives (checked with Python's socket module).
  it.each([
    ['192.0.2.1', 'c0000201'],
    ['0.0.0.0', '00000000'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['1::', '00010000000000000000000000000000'],
    ['2001:db8::8:800:200c:417a', '20010db80000000000080800200c417a'],
    ['fe80::1%eth0', 'fe800000000000000000000000000001'],
    ['::ffff:192.0.2.128', '00000000000000000000ffffc0000280'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ])('%s is parsed', (text, hex) => {
    expect(Buffer.from(parseAddress(text) ?? []).toString('hex')).toBe(hex);
  });

  it.each(['', '1.2.3', '1.2.3.256', ':::', 'example.net', '1:2:3:4:5:6:7:8:9', '12345::'])('"%s" is none', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  // RFC 5952 §4.
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:0:0:0:0:0:0:0', '1::'],
  ])('%s is formatted as %s', (text, formatted) => {
    expect(formatAddress(parseAddress(text) ?? new Uint8Array(4))).toBe(formatted);
  });

  it('are written in the layout of C', () => {
    const octets = new Uint8Array(new ArrayBuffer(28)).fill(0xee);
    expect(writeSocketAddress(octets, { family: 4, address: '192.0.2.7', port: 5353 })).toBe(16);
    expect(Buffer.from(octets.subarray(0, 16)).toString('hex')).toBe('020014e9c00002070000000000000000');
    expect(writeSocketAddress(octets, { family: 6, address: '2001:db8::1', port: 53 }, 3)).toBe(28);
    expect(Buffer.from(octets).toString('hex')).toBe('0a0000350000000020010db800000000000000000000000103000000');
  });

  it('know the wildcards, and how they are written with a port', () => {
    expect(isWildcard({ family: 4, address: '0.0.0.0', port: 1 })).toBe(true);
    expect(isWildcard({ family: 6, address: '0::0', port: 1 })).toBe(true);
    expect(isWildcard({ family: 4, address: '127.0.0.1', port: 1 })).toBe(false);
    expect(formatListenAddress({ family: 6, address: '::1', port: 53 })).toBe('[::1]:53');
  });
});
