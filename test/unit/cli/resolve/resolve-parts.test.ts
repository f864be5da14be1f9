/** The small parts of `resolve`: what is read of the system, of options, and the draws of a run. */
import { describe, expect, it } from 'vitest';
import { deadServers, parseDown, unmetServers } from '../../../../src/cli/resolve/down-servers.ts';
import { escapeText } from '../../../../src/cli/resolve/escape-text.ts';
import { shortenServer } from '../../../../src/cli/resolve/report/style.ts';
import { parseResolveRequest } from '../../../../src/cli/resolve/resolve-request.ts';
import { drawsOf } from '../../../../src/cli/resolve/seed.ts';
import { firstNameserver } from '../../../../src/cli/resolve/system-resolver.ts';
import type { Candidate } from '../../../../src/sip/location/locate.ts';
import { profileNames } from '../../../../src/sip/profiles/table.ts';

describe('resolv.conf', () => {
  it.each([
    ['nameserver 192.0.2.53\nnameserver 192.0.2.54\n', '192.0.2.53'],
    ['# nameserver 192.0.2.1\nsearch a.test\n\tnameserver\t2001:db8::53 \n', '2001:db8::53'],
    ['nameserver fe80::1%eth0\nnameserver 192.0.2.54', '192.0.2.54'],
    ['nameserver resolver.example.com\noptions edns0', undefined],
    ['', undefined],
  ])('%j asks %s', (text, address) => {
    expect(firstNameserver(text)?.address).toBe(address);
  });
});

describe('--down', () => {
  const candidate: Candidate = {
    host: 'sip1.example.com',
    port: 5060,
    transport: 'udp',
    record: undefined,
    addresses: ['192.0.2.1', '2001:db8::1'],
  };

  it.each([
    ['sip1.example.com', true],
    ['SIP1.example.com.', true],
    ['sip1', true],
    ['sip', false],
    ['sip1.example', false],
    ['sip1.example.com:5060', true],
    ['sip1.example.com:5061', false],
    ['192.0.2.1', true],
    ['192.0.2.2', false],
  ])('%s: %s', (text, expected) => {
    const servers = [parseDown(text)];
    expect(deadServers(servers)(candidate, '192.0.2.1')).toBe(expected);
    expect(unmetServers(servers, [candidate])).toEqual(expected ? [] : servers);
  });

  it('takes an IPv6 address in brackets', () => {
    const isDead = deadServers([parseDown('[2001:DB8::1]:5060')]);
    expect([isDead(candidate, '2001:db8::1'), isDead(candidate, '192.0.2.1')]).toEqual([true, false]);
  });

  it.each(['', 'a b', 'sip1:0', 'sip1:99999', 'sip1:x', '2001:db8::1'])('refuses %j', (text) => {
    expect(() => parseDown(text)).toThrow(/^error: --down/);
  });
});

describe('options', () => {
  const parse = (options: Parameters<typeof parseResolveRequest>[1]) =>
    parseResolveRequest('example.com', { server: '127.0.0.1:5300', ...options });

  it('are an RFC client and one call where none is given', () => {
    expect(parse({})).toMatchObject({ calls: 1, profiles: [{ name: 'rfc' }], keepsAnswers: false, down: [] });
  });

  it('name one client, several, or all', () => {
    expect(parse({ as: 'snom,pjsip' }).profiles.map(({ name }) => name)).toEqual(['snom', 'pjsip']);
    expect(parse({ as: 'all' }).profiles.map(({ name }) => name)).toEqual(profileNames);
    expect(profileNames).toHaveLength(11);
  });

  it('take a server with and without a port, IPv6 too', () => {
    expect(parse({ server: '192.0.2.53' }).server).toEqual({ family: 4, address: '192.0.2.53', port: 53 });
    expect(parse({ server: '[2001:db8::53]:5353' }).server).toEqual({ family: 6, address: '2001:db8::53', port: 5353 });
  });

  it.each([
    [{ as: 'yelink' }, /did you mean yealink\?/],
    [{ as: 'zzzzzzzz' }, /one of yealink, cisco, .* or all/],
    [{ calls: '0' }, /from 1 to 1000000/],
    [{ calls: '1000001' }, /from 1 to 1000000/],
    [{ calls: '1e3' }, /from 1 to 1000000/],
    [{ seed: '-1' }, /from 0 to 4294967295/],
    [{ server: 'ns.example.com' }, /--server: "ns\.example\.com" is not the address/],
    [{ server: '127.0.0.1:0' }, /is not the address/],
    [{ expect: ['sip1'] }, /not a server and its weight/],
    [{ expect: ['sip1=x'] }, /not a server and its weight/],
  ])('%j is refused', (options, message) => {
    expect(() => parse(options)).toThrow(message);
  });
});

describe('the draws of a run', () => {
  it('are the same for the same numbers, and others for others', () => {
    const first = (...numbers: number[]) => drawsOf(...numbers).next();
    expect(first(1, 2, 3)).toBe(first(1, 2, 3));
    const all = new Set(Array.from({ length: 1000 }, (_, call) => first(1, 0, call)));
    expect(all.size).toBe(1000);
    expect(first(1, 2, 3)).not.toBe(first(1, 3, 2));
  });

  it('are even over calls', () => {
    const calls = 20_000;
    let sum = 0;
    for (let call = 0; call < calls; call++) sum += drawsOf(42, 1, call).fraction();
    expect(Math.abs(sum / calls - 0.5)).toBeLessThan(0.01);
  });
});

describe('what a terminal is given', () => {
  it('has no control characters of a server', () => {
    expect(escapeText('a\u001b[2Jb\\\u00e9')).toBe('a\\027[2Jb\\\\\\233');
  });

  it('has the port of a server whose name is too long', () => {
    expect(shortenServer('edge-proxy-01.frankfurt.sip.example.com:5061', 30)).toBe('edge-proxy-01.frankfurt..:5061');
    expect(shortenServer('a.example.com:5060', 30)).toBe('a.example.com:5060');
  });
});
