import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ServerCookies } from '../../../../../src/answer/cookie/server-cookies.ts';
import { Client } from '../../../../../src/plane/access/client.ts';
import { maxInstructions } from '../../../../../src/plane/sockets/cookie-queue/bpf-program.ts';
import { buildCookieProgram } from '../../../../../src/plane/sockets/cookie-queue/cookie-program.ts';
import { buildQuery, type Question } from '../../../../interop/lib/dns-client.ts';
import { runBpf } from './run-bpf.ts';

const nowSeconds = 1_790_000_000;
const secret = randomBytes(16);
const otherSecret = randomBytes(16);
/** Sockets 0 and 1 are for cookies, 2 to 4 for all else. */
const sockets = { cookieSockets: 2, otherSockets: 3 };
const families = [4, 6] as const;

function addressOf(family: 4 | 6): Uint8Array {
  return randomBytes(family === 4 ? 4 : 16);
}

function cookieFor(family: 4 | 6, address: Uint8Array, key: Uint8Array = secret): Uint8Array {
  const client = new Client();
  client.family = family;
  client.octets = address;
  const cookies = new ServerCookies([key]);
  cookies.check(randomBytes(8), 0, 8, client, nowSeconds);
  const option = new Uint8Array(28);
  cookies.writeOption(option, 0);
  return option.slice(4);
}

/** IP header and UDP header. */
function networkOf(family: 4 | 6, address: Uint8Array, optionWords = 0): Uint8Array {
  const network = new Uint8Array(family === 4 ? 28 + 4 * optionWords : 48);
  network[0] = family === 4 ? 0x45 + optionWords : 0x60;
  network.set(address, family === 4 ? 12 : 8);
  network.set(randomBytes(2), network.length - 8);
  return network;
}

function ask(family: 4 | 6, address: Uint8Array, payload: Uint8Array, secrets: readonly Uint8Array[] = [secret]) {
  const program = buildCookieProgram({ family, ...sockets, secrets, seed: 0xdeadbeef });
  return runBpf(program, { payload, network: networkOf(family, address) });
}

function query(cookie: Uint8Array, changes: Partial<Question> = {}, before: readonly number[] = []): Uint8Array {
  const others = before.map((octets) => ({ code: 8, data: new Uint8Array(octets) }));
  const edns = { options: [...others, { code: 10, data: cookie }] };
  return buildQuery({ name: '_sip._udp.example.com', type: 'SRV', edns, ...changes });
}

describe.each(families)('the program for IPv%i', (family) => {
  it('gives the first sockets to questions with a right cookie', () => {
    for (let i = 0; i < 50; i++) {
      const address = addressOf(family);
      expect(ask(family, address, query(cookieFor(family, address)))).toBeLessThan(sockets.cookieSockets);
    }
  });

  it.each<[string, (cookie: Uint8Array) => Uint8Array]>([
    ['of the root', (cookie) => query(cookie, { name: '.' })],
    ['of a reverse zone', (cookie) => query(cookie, { name: `${'a.'.repeat(32)}ip6.arpa` })],
    ['with RD', (cookie) => query(cookie, { flags: 0x100 })],
    ['with other options before', (cookie) => query(cookie, {}, [0, 12, 7, 300])],
  ])('finds the cookie of a question %s', (_name, make) => {
    const address = addressOf(family);
    expect(ask(family, address, make(cookieFor(family, address)))).toBeLessThan(sockets.cookieSockets);
  });

  it.each<[string, (cookie: Uint8Array) => Uint8Array]>([
    ['without a cookie', () => query(new Uint8Array(0), { edns: {} })],
    ['without EDNS', () => buildQuery({ name: 'example.com', type: 'A' })],
    ['with a client cookie alone', (cookie) => query(cookie.slice(0, 8))],
    ['with a cookie that is too long', (cookie) => query(Uint8Array.of(...cookie, 0))],
    ['with another version', (cookie) => query(cookie.with(8, 2))],
    ['without an end', (cookie) => query(cookie).slice(0, -1)],
    ['of too many labels', (cookie) => query(cookie, { name: 'a.'.repeat(60) })],
    ['with too many options before', (cookie) => query(cookie, {}, [1, 1, 1, 1, 1])],
    ['with two questions', (cookie) => query(cookie).with(5, 2)],
    ['that is shorter than a header', () => new Uint8Array(5)],
  ])('gives the others a message %s', (_name, make) => {
    const address = addressOf(family);
    const socket = ask(family, address, make(cookieFor(family, address)));
    expect(socket).toBeGreaterThanOrEqual(sockets.cookieSockets);
    expect(socket).toBeLessThan(sockets.cookieSockets + sockets.otherSockets);
  });

  it('takes no cookie with any bit changed, none of another address, none of another secret', () => {
    const address = addressOf(family);
    const cookie = cookieFor(family, address);
    for (let bit = 0; bit < 8 * cookie.length; bit += 3) {
      const changed = cookie.with(bit >> 3, (cookie[bit >> 3] as number) ^ (1 << (bit & 7)));
      expect(ask(family, address, query(changed))).toBeGreaterThanOrEqual(sockets.cookieSockets);
    }
    expect(ask(family, addressOf(family), query(cookie))).toBeGreaterThanOrEqual(sockets.cookieSockets);
    expect(ask(family, address, query(cookie), [otherSecret])).toBeGreaterThanOrEqual(sockets.cookieSockets);
  });

  it('misses no load, whatever the octets are', () => {
    const address = addressOf(family);
    const program = buildCookieProgram({ family, ...sockets, secrets: [secret], seed: 1 });
    const good = query(cookieFor(family, address));
    for (let i = 0; i < 3000; i++) {
      const payload = i % 2 === 0 ? randomBytes(i % 200) : mutate(good);
      const socket = runBpf(program, { payload, network: networkOf(family, address) });
      expect(socket).not.toBe('missed');
      expect(socket).toBeLessThan(sockets.cookieSockets + sockets.otherSockets);
    }
  });

  it('spreads clients over the sockets of each kind', () => {
    const program = buildCookieProgram({ family, ...sockets, secrets: [secret], seed: 77 });
    const seen = new Map<number | 'missed', number>();
    for (let i = 0; i < 600; i++) {
      const address = addressOf(family);
      const payload = query(i % 2 === 0 ? cookieFor(family, address) : randomBytes(24));
      const socket = runBpf(program, { payload, network: networkOf(family, address, i % 3 === 0 ? 2 : 0) });
      seen.set(socket, (seen.get(socket) ?? 0) + 1);
    }
    expect([...seen.keys()].toSorted()).toEqual([0, 1, 2, 3, 4]);
    for (const count of seen.values()) expect(count).toBeGreaterThan(50);
  });

  it('has room for as many secrets as fit, the first ones', () => {
    const address = addressOf(family);
    const [first, ...more] = [secret, otherSecret, randomBytes(16), randomBytes(16)];
    const secrets = [first as Uint8Array, ...more];
    const program = buildCookieProgram({ family, ...sockets, secrets, seed: 1 });
    expect(program.length / 8).toBeLessThanOrEqual(maxInstructions);
    const asked = secrets.map((key) => ask(family, address, query(cookieFor(family, address, key)), secrets));
    const taken = asked.map((socket) => (socket as number) < sockets.cookieSockets);
    // SipHash over the longer address takes more instructions.
    expect(taken).toEqual([true, family === 4, false, false]);
  });
});

/** Some octets changed, or cut. */
function mutate(message: Uint8Array): Uint8Array {
  const changed = message.slice(0, Math.random() < 0.3 ? Math.floor(Math.random() * message.length) : message.length);
  for (let i = 0; i < 3 && changed.length > 0; i++)
    changed[Math.floor(Math.random() * changed.length)] = Math.random() * 256;
  return changed;
}
