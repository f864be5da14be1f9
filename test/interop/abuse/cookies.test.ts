/** Cookies of one secret: those of BIND and ours are each other's (RFC 9018). */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServerCookies } from '../../../src/answer/cookie/server-cookies.ts';
import { Client } from '../../../src/plane/access/client.ts';
import { startBind } from '../lib/bind.ts';
import { ask, askRaw } from '../lib/dns-client.ts';
import { findCommand, type Judge, type JudgeZone } from '../lib/judge.ts';
import { startRingzone } from '../lib/ringzone.ts';

const first = '00112233445566778899aabbccddeeff';
const second = 'ffeeddccbbaa99887766554433221100';
const clientCookie = '2464c4abcf10c957';
const folder = mkdtempSync(join(tmpdir(), 'ringzone-cookies-'));
const file = join(folder, 'cookie.test');
const zones: readonly JudgeZone[] = [{ name: 'cookie.test', file }];
let bind: Judge | undefined;
let ringzone: Judge | undefined;

const hasBind = findCommand('named') !== undefined;

beforeAll(async () => {
  writeFileSync(file, '$TTL 300\n@ SOA ns1 admin 5 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.1\nwww A 192.0.2.2\n');
  bind = await startBind(zones, {
    extra: `cookie-secret "${first}"; cookie-secret "${second}"; require-server-cookie yes;`,
  });
  ringzone = await startRingzone(zones, {
    extra: `control: false\nhttp: false\ncookie-secret: ["${first}", "${second}"]\nrequire-server-cookie: yes`,
  });
});
afterAll(async () => {
  await bind?.stop();
  await ringzone?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Seen {
  readonly rcode: number;
  readonly answers: number;
  /** In hexadecimal; undefined where there is none. */
  readonly cookie: string | undefined;
}

/** What the server called `name` says to a cookie, `undefined` for none. */
async function askWith(name: 'BIND' | 'Ringzone', cookie: string | undefined, tcp = false): Promise<Seen> {
  const judge = name === 'BIND' ? bind : ringzone;
  if (judge === undefined) throw new Error(`${name} does not run`);
  const options = cookie === undefined ? [] : [{ code: 10, data: Uint8Array.from(Buffer.from(cookie, 'hex')) }];
  return seenIn(await ask(judge.port, { name: 'www.cookie.test', type: 'A', edns: { options }, tcp }));
}

function seenIn(response: Uint8Array): Seen {
  const octets = Buffer.from(response);
  // No other option is asked for, so the COOKIE is what the message ends with, and OPT has 11 octets before it.
  const cookieAt = octets.lastIndexOf(Buffer.from('000a0018', 'hex'));
  const optAt = cookieAt < 0 ? octets.length - 11 : cookieAt - 11;
  return {
    rcode: ((octets[optAt + 5] as number) << 4) | ((octets[3] as number) & 15),
    answers: octets.readUInt16BE(6),
    cookie: cookieAt < 0 ? undefined : octets.subarray(cookieAt + 4).toString('hex'),
  };
}

function cookieMadeWith(secret: string): string {
  const cookies = new ServerCookies([Uint8Array.from(Buffer.from(secret, 'hex'))]);
  const client = new Client();
  client.octets = Uint8Array.of(127, 0, 0, 1);
  cookies.check(Uint8Array.from(Buffer.from(clientCookie, 'hex')), 0, 8, client, Math.floor(Date.now() / 1000));
  const option = new Uint8Array(28);
  cookies.writeOption(option, 0);
  return Buffer.from(option.subarray(4)).toString('hex');
}

const badCookie = 23;
const servers = ['BIND', 'Ringzone'] as const;

describe.skipIf(!hasBind)('BIND and Ringzone with the same secrets, both requiring cookies', () => {
  it.each(servers)('%s gives one to who has none, and no answer', async (name) => {
    const { rcode, answers, cookie } = await askWith(name, clientCookie);
    expect([rcode, answers, cookie?.slice(0, 24)]).toEqual([badCookie, 0, `${clientCookie}01000000`]);
  });

  it.each(servers.flatMap((maker) => servers.map((taker) => [maker, taker] as const)))(
    'the cookie of %s is good for %s',
    async (maker, taker) => {
      const { cookie } = await askWith(maker, clientCookie);
      const { rcode, answers, cookie: next } = await askWith(taker, cookie);
      expect([rcode, answers, next?.slice(0, 16)]).toEqual([0, 1, clientCookie]);
    },
  );

  it.each(servers)('%s takes one of the secret that is on its way out', async (name) => {
    expect(await askWith(name, cookieMadeWith(second))).toMatchObject({ rcode: 0, answers: 1 });
    expect(await askWith(name, cookieMadeWith('55'.repeat(16)))).toMatchObject({ rcode: badCookie, answers: 0 });
  });

  it.each(servers)('%s answers who knows no cookies, and over TCP', async (name) => {
    expect(await askWith(name, undefined)).toEqual({ rcode: 0, answers: 1, cookie: undefined });
    expect(await askWith(name, clientCookie, true)).toMatchObject({ rcode: 0, answers: 1 });
  });

  it.each(servers)('%s gives a cookie alone to a query without a question', async (name) => {
    const port = (name === 'BIND' ? bind : ringzone)?.port as number;
    const message = Buffer.from(`1234000000000000000000010000290${'4d0'}00000000000c000a0008${clientCookie}`, 'hex');
    const seen = seenIn((await askRaw(port, message)) as Uint8Array);
    expect([seen.rcode, seen.cookie?.slice(0, 16)]).toEqual([0, clientCookie]);
  });

  it.each(servers)('%s answers the cookie of a NOTIFY', async (name) => {
    const port = (name === 'BIND' ? bind : ringzone)?.port as number;
    const question = '06636f6f6b696504746573740000060001';
    const opt = `00002904d000000000000c000a0008${clientCookie}`;
    const seen = seenIn(
      (await askRaw(port, Buffer.from(`123420000001000000000001${question}${opt}`, 'hex'))) as Uint8Array,
    );
    expect([seen.rcode, seen.cookie?.slice(0, 24)]).toEqual([0, `${clientCookie}01000000`]);
  });

  it.each(servers)('dig comes to its answer from %s', (name) => {
    const port = String((name === 'BIND' ? bind : ringzone)?.port);
    const dig = spawnSync('dig', ['@127.0.0.1', '-p', port, 'www.cookie.test', 'A', '+cookie', '+tries=3', '+time=3']);
    const text = dig.stdout.toString();
    expect(text).toContain('status: NOERROR');
    expect(text).toContain('(good)');
  });
});
