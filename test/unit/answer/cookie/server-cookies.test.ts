import { describe, expect, test } from 'vitest';
import { CookieStatus, ServerCookies } from '../../../../src/answer/cookie/server-cookies.ts';
import { SipHash } from '../../../../src/answer/cookie/sip-hash.ts';
import { Client } from '../../../../src/plane/access/client.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const textOf = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');

describe('SipHash-2-4', () => {
  /** From the reference implementation's vectors: the key is 00 to 0f, the input 00, 01, 02 and so on. */
  test.each([
    [0, '310e0edd47db6f72'],
    [1, 'fd67dc93c539f874'],
    [7, '37d1018bf50002ab'],
    [8, '6224939a79f5f593'],
    [15, 'e545be4961ca29a1'],
    [16, 'db9bc2577fcc2a3f'],
    [31, '42c341d8fa92d832'],
    [32, 'ce7cf2722f512771'],
  ])('of %i octets', (length, expected) => {
    const hash = new SipHash(Uint8Array.from({ length: 16 }, (_, i) => i));
    hash.octets.fill(0xee);
    for (let i = 0; i < length; i++) hash.octets[i] = i;
    hash.hash(length);
    const octets = [0, 8, 16, 24].map((shift) => hash.low >>> shift);
    expect(textOf(Uint8Array.from([...octets, ...[0, 8, 16, 24].map((shift) => hash.high >>> shift)]))).toBe(expected);
  });
});

function clientAt(...octets: number[]): Client {
  const client = new Client();
  client.family = octets.length === 4 ? 4 : 6;
  // At another place than the beginning, as in a worker's memory.
  client.octets = Uint8Array.of(1, 2, ...octets);
  client.offset = 2;
  return client;
}

function check(cookies: ServerCookies, cookie: string, client: Client, nowSeconds: number) {
  const message = hex(`ffff${cookie}ffff`);
  return cookies.check(message, 2, message.length - 4, client, nowSeconds);
}

function reply(cookies: ServerCookies): string {
  const out = new Uint8Array(40);
  expect(cookies.writeOption(out, 3)).toBe(31);
  expect(textOf(out.subarray(3, 7))).toBe('000a0018');
  return textOf(out.subarray(7, 31));
}

describe('the vectors of RFC 9018, appendix A', () => {
  const secret = hex('e5e973e5a6b2a43f48e7dc849e37bfcf');
  const first = clientAt(198, 51, 100, 100);

  test('A.1: a new cookie', () => {
    const cookies = new ServerCookies([secret]);
    expect(check(cookies, '2464c4abcf10c957', first, 1559731985)).toBe(CookieStatus.clientOnly);
    expect(reply(cookies)).toBe('2464c4abcf10c957010000005cf79f111f8130c3eee29480');
  });

  test('A.2: the same client later, with a cookie that is good and due for another', () => {
    const cookies = new ServerCookies([secret]);
    const cookie = '2464c4abcf10c957010000005cf79f111f8130c3eee29480';
    expect(check(cookies, cookie, first, 1559734385)).toBe(CookieStatus.valid);
    expect(reply(cookies)).toBe('2464c4abcf10c957010000005cf7a871d4a564a1442aca77');
  });

  test('A.3: another client; bits of the reserved octets are set', () => {
    const cookies = new ServerCookies([secret]);
    const client = clientAt(203, 0, 113, 203);
    const cookie = 'fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5';
    expect(check(cookies, cookie, client, 1559727985)).toBe(CookieStatus.valid);
    // Ours are 0, so it isn't given back however young it is.
    expect(reply(cookies).slice(16, 24)).toBe('01000000');
    expect(check(cookies, cookie, client, 1559734700)).toBe(CookieStatus.badTime);
    expect(reply(cookies)).toBe('fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e');
  });

  test('A.4: IPv6, and a secret in its turn', () => {
    const old = hex('dd3bdf9344b678b185a6f5cb60fca715');
    const next = hex('445536bcd2513298075a5d379663c962');
    const client = clientAt(0x20, 1, 0xd, 0xb8, 2, 0x20, 0, 1, 0x59, 0xde, 0xd0, 0xf4, 0x87, 0x69, 0x82, 0xb8);
    const cookie = '22681ab97d52c298010000005cf7c57926556bd0934c72f8';
    const cookies = new ServerCookies([next, old]);
    expect(check(cookies, cookie, client, 1559741961)).toBe(CookieStatus.valid);
    expect(reply(cookies)).toBe('22681ab97d52c298010000005cf7c609a6bb79d16625507a');
    expect(check(new ServerCookies([next]), cookie, client, 1559741961)).toBe(CookieStatus.noMatch);
  });
});

describe('what a cookie is worth', () => {
  const cookies = new ServerCookies([hex('000102030405060708090a0b0c0d0e0f')]);
  const client = clientAt(192, 0, 2, 1);
  const now = 1_700_000_000;
  const made = (() => {
    check(cookies, '0011223344556677', client, now);
    return reply(cookies);
  })();

  test.each([
    ['just made', 0, CookieStatus.valid],
    ['an hour old', 3600, CookieStatus.valid],
    ['older', 3601, CookieStatus.badTime],
    ['of a clock that is five minutes before ours', -300, CookieStatus.valid],
    ['of later', -301, CookieStatus.badTime],
  ])('%s', (_, seconds, status) => {
    expect(check(cookies, made, client, now + seconds)).toBe(status);
  });

  test('young ones are given back, others renewed', () => {
    for (const [seconds, isSame] of [
      [0, true],
      [1800, true],
      [1801, false],
    ] as const) {
      check(cookies, made, client, now + seconds);
      expect(reply(cookies) === made).toBe(isSame);
    }
  });

  test('of another client, address, secret, or changed anywhere', () => {
    const { noMatch } = CookieStatus;
    expect(check(cookies, made, clientAt(192, 0, 2, 2), now)).toBe(noMatch);
    expect(check(new ServerCookies([hex('ff'.repeat(16))]), made, client, now)).toBe(noMatch);
    for (let octet = 0; octet < 24; octet++) {
      const changed = hex(made);
      changed[octet] = (changed[octet] as number) ^ 0x10;
      const status = check(cookies, textOf(changed), client, now);
      expect([CookieStatus.badTime, noMatch]).toContain(status);
      expect(reply(cookies)).not.toBe(textOf(changed));
    }
  });

  test.each([16, 23, 25, 40])("of %i octets it is another server's", (octets) => {
    expect(check(cookies, made.padEnd(80, '0').slice(0, 2 * octets), client, now)).toBe(CookieStatus.badSize);
    expect(reply(cookies)).toBe(made);
  });

  test('past the end of the 32 bits in 2106', () => {
    const late = 2 ** 32 - 10;
    check(cookies, '0011223344556677', client, late);
    const last = reply(cookies);
    expect(check(cookies, last, client, late + 20)).toBe(CookieStatus.valid);
    expect(check(cookies, last, client, late + 4000)).toBe(CookieStatus.badTime);
  });
});
